/** A bounded walk over TIFF image file directories (TIFF 6.0 and BigTIFF): entries as numbers, no pixels. For raw files, EXIF, hashes. */
import type { ByteSource } from './source.ts'

export interface Ifd {
  readonly offset: number
  readonly kind: 'main' | 'sub' | 'exif'
  readonly tags: ReadonlyMap<number, TiffEntry>
  /** Offset of the next in the chain; 0 ends it. */
  readonly next: number
}
interface TiffEntry {
  readonly type: number
  readonly count: number
  /** Where its value lies, from the start of the TIFF block. */
  readonly at: number
}

/** A TIFF block inside a file (`base` is 0 for a TIFF file, the place of the EXIF block otherwise). */
export interface TiffBlock {
  readonly source: ByteSource
  readonly base: number
  readonly little: boolean
  /** BigTIFF: 64-bit offsets. */
  readonly big: boolean
  /** Offset of the first directory. */
  readonly first: number
}

const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]
const maxDirectories = 64
const maxEntries = 1024
export const tag = {
  subfileType: 254, width: 256, height: 257, bits: 258, compression: 259, photometric: 262, make: 271, stripOffsets: 273, orientation: 274,
  samples: 277, predictor: 317, stripBytes: 279, tileOffsets: 324, tileBytes: 325, subIfds: 330, sampleFormat: 339, jpegTables: 347,
  jpegOffset: 513, jpegBytes: 514, exif: 34665, dngVersion: 50706, panasonicJpeg: 46, icc: 34675,
} as const

/** Null where there is no TIFF header at `base`. Accepts the magic numbers of Olympus (`RO`, `RS`) and Panasonic (`U\0`) raw files. */
export function tiffBlock(source: ByteSource, base = 0): TiffBlock | null {
  const head = source.bytes(base, 16)
  if (head.length < 8) return null
  const order = head.toString('latin1', 0, 2)
  if (order !== 'II' && order !== 'MM') return null
  const little = order === 'II'
  const magic = little ? head.readUInt16LE(2) : head.readUInt16BE(2)
  if (magic === 43) {
    if (head.length < 16) return null
    return { source, base, little, big: true, first: Number(little ? head.readBigUInt64LE(8) : head.readBigUInt64BE(8)) }
  }
  if (![42, 0x4f52, 0x5352, 0x55].includes(magic)) return null
  return { source, base, little, big: false, first: little ? head.readUInt32LE(4) : head.readUInt32BE(4) }
}

/** The directory at `offset`; null where it cannot be one. */
export function readIfd(block: TiffBlock, offset: number, kind: Ifd['kind'] = 'main'): Ifd | null {
  const { little, big, source, base } = block
  if (!(offset >= 8 && base + offset < source.size)) return null
  const countBytes = big ? 8 : 2
  const entryBytes = big ? 20 : 12
  const counted = source.bytes(base + offset, countBytes)
  if (counted.length < countBytes) return null
  const count = number(counted, 0, countBytes, little)
  if (count === 0 || count > maxEntries) return null
  const table = source.bytes(base + offset + countBytes, count * entryBytes + (big ? 8 : 4))
  const tags = new Map<number, TiffEntry>()
  for (let index = 0; index < count; index++) {
    const at = index * entryBytes
    if (at + entryBytes > table.length) break
    const type = number(table, at + 2, 2, little)
    const values = number(table, at + 4, big ? 8 : 4, little)
    const bytes = (typeBytes[type] ?? 0) * values
    const inline = offset + countBytes + at + (big ? 12 : 8)
    const place = bytes <= (big ? 8 : 4) ? inline : number(table, at + (big ? 12 : 8), big ? 8 : 4, little)
    tags.set(number(table, at, 2, little), { type, count: values, at: place })
  }
  const end = count * entryBytes
  const next = end + (big ? 8 : 4) <= table.length ? number(table, end, big ? 8 : 4, little) : 0
  return { offset, kind, tags, next }
}

/** All directories reachable through the chain, SubIFDs and the EXIF pointer; loops and absurd counts end the walk. */
export function allIfds(block: TiffBlock): Ifd[] {
  const seen = new Set<number>()
  const found: Ifd[] = []
  const todo: { offset: number, kind: Ifd['kind'] }[] = [{ offset: block.first, kind: 'main' }]
  for (let item = todo.shift(); item !== undefined && found.length < maxDirectories; item = todo.shift()) {
    if (seen.has(item.offset)) continue
    seen.add(item.offset)
    const ifd = readIfd(block, item.offset, item.kind)
    if (ifd === null) continue
    found.push(ifd)
    for (const offset of numbers(block, ifd, tag.subIfds, 16)) todo.push({ offset, kind: 'sub' })
    for (const offset of numbers(block, ifd, tag.exif, 1)) todo.push({ offset, kind: 'exif' })
    if (ifd.next !== 0 && item.kind === 'main') todo.push({ offset: ifd.next, kind: 'main' })
  }
  return found
}

/** Values of an integer tag, at most `limit` of them; empty where it is absent or of another type. */
export function numbers(block: TiffBlock, ifd: Ifd, id: number, limit = 65_536): number[] {
  const entry = ifd.tags.get(id)
  if (entry === undefined || ![1, 3, 4, 7, 9, 13, 16, 18].includes(entry.type)) return []
  const size = typeBytes[entry.type] ?? 1
  const count = Math.min(entry.count, limit)
  const bytes = block.source.bytes(block.base + entry.at, count * size)
  const values: number[] = []
  for (let index = 0; (index + 1) * size <= bytes.length; index++) values.push(number(bytes, index * size, size, block.little))
  return values
}

export function numberOf(block: TiffBlock, ifd: Ifd, id: number): number | null {
  return numbers(block, ifd, id, 1)[0] ?? null
}

function number(bytes: Buffer, at: number, size: number, little: boolean): number {
  if (at + size > bytes.length) return 0
  if (size === 8) return Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
  return little ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size)
}
