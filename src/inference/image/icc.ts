/** Reads the few fields of an ICC profile that decide how a photo is handled (ICC.1:2022, clauses 7 and 10). Never converts. */

interface ProfileFacts {
  /** Description as other programs show it. */
  readonly name: string
  /** Device colour space: `RGB `, `GRAY`, `CMYK`, ... */
  readonly space: string
  /** Tone curve of slope one: the values are light, not display-encoded. */
  readonly linear: boolean
  /** JPEG XL's perceptual space, whose channels are no red, green and blue. */
  readonly xyb: boolean
}

/** Null where the bytes are no ICC profile. */
export function readProfile(icc: Uint8Array): ProfileFacts | null {
  const bytes = Buffer.from(icc.buffer, icc.byteOffset, icc.byteLength)
  if (bytes.length < 132 || bytes.toString('latin1', 36, 40) !== 'acsp') return null
  const tags = new Map<string, Buffer>()
  const count = Math.min(bytes.readUInt32BE(128), 200)
  for (let index = 0; index < count; index++) {
    const at = 132 + index * 12
    if (at + 12 > bytes.length) break
    const offset = bytes.readUInt32BE(at + 4)
    tags.set(bytes.toString('latin1', at, at + 4), bytes.subarray(offset, offset + bytes.readUInt32BE(at + 8)))
  }
  const name = description(tags.get('desc'))
  const curve = tags.get('rTRC') ?? tags.get('kTRC')
  const hasTables = tags.has('A2B0')
  const linear = !hasTables && curve !== undefined && isLinear(curve)
  return { name, space: bytes.toString('latin1', 16, 20), linear, xyb: /\bXYB/.test(name) }
}

function description(tag: Buffer | undefined): string {
  if (tag === undefined || tag.length < 16) return 'unnamed profile'
  const type = tag.toString('latin1', 0, 4)
  let text = ''
  if (type === 'desc') text = tag.toString('latin1', 12, Math.min(tag.length, 12 + tag.readUInt32BE(8)))
  if (type === 'mluc' && tag.length >= 28) {
    const bytes = tag.readUInt32BE(20)
    const at = tag.readUInt32BE(24)
    text = Buffer.from(tag.subarray(at, at + bytes - bytes % 2)).swap16().toString('utf16le')
  }
  if (type === 'text') text = tag.toString('latin1', 8)
  return text.replaceAll('\0', '').trim().slice(0, 200) || 'unnamed profile'
}

function isLinear(curve: Buffer): boolean {
  const type = curve.toString('latin1', 0, 4)
  if (curve.length < 12) return false
  if (type === 'para') return curve.readUInt16BE(8) === 0 && curve.length >= 16 && curve.readInt32BE(12) === 0x10000
  if (type !== 'curv') return false
  const count = curve.readUInt32BE(8)
  if (count === 0) return true
  if (count === 1) return curve.length >= 14 && curve.readUInt16BE(12) === 0x100
  if (curve.length < 12 + count * 2) return false
  for (let index = 0; index < count; index += Math.max(1, count >> 4)) {
    if (Math.abs(curve.readUInt16BE(12 + index * 2) / 65535 - index / (count - 1)) > 0.002) return false
  }
  return true
}
