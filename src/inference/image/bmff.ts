/**
 * A bounded walk over the boxes of AVIF and HEIC files (ISO/IEC 14496-12, 23008-12): where the coded pictures lie and what colour they
 * declare.
 */
import type { ByteSource } from './source.ts'

interface Box { type: string, start: number, end: number, /** Of the box header. */ from: number }
interface Extent { offset: number, bytes: number }

const maxBoxes = 2000
const maxMetaBytes = 4 << 20
/** Items that describe the picture: EXIF, XMP and other documents. */
const describing = new Set(['Exif', 'mime', 'uri '])

/** Byte ranges of all coded items and their properties; null where the file is not laid out plainly. */
export function codedItems(source: ByteSource): Extent[] | null {
  const meta = metaBoxes(source)
  const [iinf, iloc, iprp, idat] = ['iinf', 'iloc', 'iprp', 'idat'].map((type) => meta.find((box) => box.type === type))
  if (iinf === undefined || iloc === undefined || iprp === undefined) return null
  const types = itemTypes(source, iinf)
  const extents: Extent[] = [{ offset: iprp.from, bytes: iprp.end - iprp.from }]
  for (const item of itemPlaces(source, iloc)) {
    const type = types.get(item.id)
    if (type === undefined || describing.has(type)) continue
    if (item.method > 1 || (item.method === 1 && idat === undefined)) return null
    const base = item.method === 1 ? idat?.start ?? 0 : 0
    for (const extent of item.extents) extents.push({ offset: base + extent.offset, bytes: extent.bytes })
  }
  return extents.length > 1 ? extents : null
}

/** Colour primaries and transfer characteristics (ITU-T H.273) of a `colr` box of kind `nclx`; null where there is none. */
export function declaredColour(source: ByteSource): { primaries: number, transfer: number } | null {
  const iprp = metaBoxes(source).find((box) => box.type === 'iprp')
  const ipco = iprp === undefined ? undefined : boxes(source, iprp.start, iprp.end).find((box) => box.type === 'ipco')
  if (ipco === undefined) return null
  for (const box of boxes(source, ipco.start, ipco.end)) {
    const body = source.bytes(box.start, 8)
    if (box.type === 'colr' && body.length === 8 && body.toString('latin1', 0, 4) === 'nclx') {
      return { primaries: body.readUInt16BE(4), transfer: body.readUInt16BE(6) }
    }
  }
  return null
}

function metaBoxes(source: ByteSource): Box[] {
  const meta = boxes(source, 0, source.size).find((box) => box.type === 'meta')
  return meta === undefined || meta.end - meta.start > maxMetaBytes ? [] : boxes(source, meta.start + 4, meta.end)
}

function boxes(source: ByteSource, start: number, end: number): Box[] {
  const found: Box[] = []
  for (let at = start; at + 8 <= end && found.length < maxBoxes;) {
    const head = source.bytes(at, 16)
    if (head.length < 8) break
    const small = head.readUInt32BE(0)
    const bytes = small === 0 ? end - at : small === 1 && head.length === 16 ? Number(head.readBigUInt64BE(8)) : small
    if (bytes < 8 || at + bytes > end) break
    found.push({ type: head.toString('latin1', 4, 8), from: at, start: at + (small === 1 ? 16 : 8), end: at + bytes })
    at += bytes
  }
  return found
}

function itemTypes(source: ByteSource, iinf: Box): Map<number, string> {
  const types = new Map<number, string>()
  const isLong = source.bytes(iinf.start, 1)[0] !== 0
  for (const box of boxes(source, iinf.start + 4 + (isLong ? 4 : 2), iinf.end)) {
    const body = source.bytes(box.start, 14)
    if (box.type !== 'infe' || body.length < 14) continue
    const wide = (body[0] ?? 0) >= 3
    types.set(wide ? body.readUInt32BE(4) : body.readUInt16BE(4), body.toString('latin1', wide ? 10 : 8, wide ? 14 : 12))
  }
  return types
}

function itemPlaces(source: ByteSource, iloc: Box): { id: number, method: number, extents: Extent[] }[] {
  const body = source.bytes(iloc.start, iloc.end - iloc.start)
  const version = body[0] ?? 0
  let at = 4
  const read = (bytes: number): number => {
    if (bytes === 0) return 0
    if (at + bytes > body.length) throw new RangeError('item location box too short')
    const value = bytes === 8 ? Number(body.readBigUInt64BE(at)) : body.readUIntBE(at, bytes)
    at += bytes
    return value
  }
  try {
    const sizes = read(2)
    const offsetBytes = sizes >> 12
    const lengthBytes = sizes >> 8 & 15
    const baseBytes = sizes >> 4 & 15
    const indexBytes = version === 0 ? 0 : sizes & 15
    const count = Math.min(read(version < 2 ? 2 : 4), maxBoxes)
    return Array.from({ length: count }, () => {
      const id = read(version < 2 ? 2 : 4)
      const method = version === 0 ? 0 : read(2) & 15
      read(2)
      const base = read(baseBytes)
      const extents = Array.from({ length: Math.min(read(2), maxBoxes) }, () => {
        read(indexBytes)
        return { offset: base + read(offsetBytes), bytes: read(lengthBytes) }
      })
      return { id, method, extents }
    })
  } catch {
    return []
  }
}
