/** A walk over the chunks of a PNG file (W3C PNG, third edition, clause 5). */
import type { ByteSource } from './source.ts'

interface Chunk {
  readonly type: string
  readonly offset: number
  /** Of the whole chunk with length, type and CRC. */
  readonly bytes: number
}

const maxChunks = 100_000

export function pngChunks(source: ByteSource): Chunk[] {
  const chunks: Chunk[] = []
  let at = 8
  while (chunks.length < maxChunks) {
    const head = source.bytes(at, 8)
    if (head.length < 8) break
    const chunk = { type: head.toString('latin1', 4, 8), offset: at, bytes: 12 + head.readUInt32BE(0) }
    chunks.push(chunk)
    if (chunk.type === 'IEND') break
    at += chunk.bytes
  }
  return chunks
}

/** Frames that an animated PNG declares (APNG); its default image is a photo like any other. */
export function pngFrames(source: ByteSource): number {
  for (const chunk of pngChunks(source)) {
    if (chunk.type === 'IDAT') return 1
    if (chunk.type === 'acTL') return Math.max(1, readFrames(source.bytes(chunk.offset + 8, 4)))
  }
  return 1
}

/** Colour primaries and transfer characteristics of a `cICP` chunk (ITU-T H.273); null where there is none. */
export function pngColour(source: ByteSource): { primaries: number, transfer: number } | null {
  const chunk = pngChunks(source).find(({ type }) => type === 'cICP')
  const body = chunk === undefined ? null : source.bytes(chunk.offset + 8, 2)
  return body === null || body.length < 2 ? null : { primaries: body.readUInt8(0), transfer: body.readUInt8(1) }
}

function readFrames(bytes: Buffer): number {
  return bytes.length === 4 ? bytes.readUInt32BE(0) : 1
}
