/**
 * Two SHA-256 in one read: of the whole file, and of what makes the picture. Writing a star, a caption or a place into the file changes the
 * first and not the second. Kept for the second: compressed pixels, frame geometry, colour profile.
 */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { codedItems } from './bmff.ts'
import { sniff } from './formats.ts'
import { isMetadataSegment, jpegEnd, walkJpeg } from './jpeg.ts'
import { pngChunks } from './png.ts'
import { rawPreview } from './raw-preview.ts'
import { fromMemory, type ByteSource } from './source.ts'
import { allIfds, numbers, tag, tiffBlock } from './tiff.ts'

interface Range { offset: number, bytes: number }
/** What of a file is the picture: `salt` stands for geometry that is not hashed from bytes. Null: the whole file. */
interface ImageData { ranges: Range[], salt: string }

export async function hashFile(source: ByteSource): Promise<{ fileHash: string, imageHash: string }> {
  const data = imageData(source)
  const whole = createHash('sha256')
  const image = createHash('sha256')
  if (data !== null) image.update(data.salt)
  if (source.memory !== null) {
    whole.update(source.memory)
    for (const range of data?.ranges ?? []) image.update(source.bytes(range.offset, range.bytes))
  } else {
    await stream(source.file, whole, image, data?.ranges ?? [])
  }
  const fileHash = whole.digest('hex')
  return { fileHash, imageHash: data === null ? fileHash : image.digest('hex') }
}

function imageData(source: ByteSource): ImageData | null {
  const sniffed = sniff(source)
  if (sniffed.kind === 'raw') return rawData(source, sniffed.format)
  if (sniffed.kind !== 'photo') return null
  switch (sniffed.format) {
    case 'jpeg': return jpegData(source)
    case 'png': return pngData(source)
    case 'webp': return webpData(source)
    case 'tiff': return tiffData(source)
    case 'avif': return avifData(source)
  }
}

/** All but metadata segments; up to the end marker, since phones put videos and notes behind it. */
function jpegData(source: ByteSource, start = 0): ImageData | null {
  const { segments, scan } = walkJpeg(source, start)
  if (scan === null) return null
  const end = source.memory === null ? source.size : jpegEnd(source.memory, scan) ?? source.size
  const kept = segments.filter((segment) => !isMetadataSegment(source, segment))
  return { salt: 'jpeg', ranges: [...kept.map(({ offset, bytes }) => ({ offset, bytes })), { offset: scan, bytes: end - scan }] }
}

const lookingChunks = new Set(['iCCP', 'gAMA', 'cHRM', 'sRGB', 'cICP', 'mDCV', 'cLLI', 'tRNS', 'acTL', 'fcTL', 'fdAT'])

/** Critical chunks (upper-case first letter) and those that change how the picture looks. */
function pngData(source: ByteSource): ImageData {
  const kept = pngChunks(source).filter((chunk) => /^[A-Z]/.test(chunk.type) || lookingChunks.has(chunk.type))
  return { salt: 'png', ranges: kept.map(({ offset, bytes }) => ({ offset, bytes })) }
}

function webpData(source: ByteSource): ImageData {
  const ranges: Range[] = []
  let at = 12
  for (let head = source.bytes(at, 8); head.length === 8 && ranges.length < 100_000; head = source.bytes(at, 8)) {
    const bytes = 8 + head.readUInt32LE(4)
    if (['VP8 ', 'VP8L', 'ALPH', 'ICCP', 'ANMF'].includes(head.toString('latin1', 0, 4))) ranges.push({ offset: at, bytes })
    at += bytes + bytes % 2
  }
  return { salt: 'webp', ranges }
}

/** Strips or tiles of all pages with the numbers that say how to read them; their place in the file does not count. */
function tiffData(source: ByteSource): ImageData | null {
  const block = tiffBlock(source)
  if (block === null) return null
  const ranges: Range[] = []
  let salt = `tiff ${block.little ? 'II' : 'MM'}`
  for (const ifd of allIfds(block).filter(({ kind }) => kind !== 'exif')) {
    const tiled = ifd.tags.has(tag.tileOffsets)
    const counted = ifd.tags.get(tiled ? tag.tileBytes : tag.stripBytes)?.count ?? 0
    const offsets = numbers(block, ifd, tiled ? tag.tileOffsets : tag.stripOffsets, counted)
    const sizes = numbers(block, ifd, tiled ? tag.tileBytes : tag.stripBytes, counted)
    if (counted > 1_000_000 || offsets.length !== sizes.length || offsets.length === 0) return null
    offsets.forEach((offset, index) => ranges.push({ offset, bytes: sizes[index] ?? 0 }))
    for (const id of [tag.width, tag.height, tag.bits, tag.compression, tag.photometric, tag.samples, tag.sampleFormat, tag.predictor]) {
      salt += ` ${id}=${numbers(block, ifd, id, 8).join(',')}`
    }
    salt += ` icc=${createHash('sha256').update(Uint8Array.from(numbers(block, ifd, tag.icc, 8 << 20))).digest('hex')}`
  }
  return bounded(source, salt, ranges)
}

/** Coded items with their properties (size, colour, rotation); EXIF and XMP items do not count. */
function avifData(source: ByteSource): ImageData | null {
  const ranges = codedItems(source)
  return ranges === null ? null : bounded(source, 'avif', ranges)
}

/** In order of offset, as the one pass meets them; null where overlapping ranges would be hashed over and over. */
function bounded(source: ByteSource, salt: string, ranges: Range[]): ImageData | null {
  const total = ranges.reduce((sum, range) => sum + range.bytes, 0)
  if (ranges.length === 0 || total > 2 * source.size) return null
  return { salt, ranges: ranges.sort((a, b) => a.offset - b.offset) }
}

/** A raw file's picture is the preview that is restored. */
function rawData(source: ByteSource, format: string): ImageData | null {
  try {
    const preview = rawPreview(source, format)
    const picture = fromMemory(source.file, preview.jpeg)
    const data = jpegData(picture)
    if (data === null) return null
    const hash = createHash('sha256')
    for (const range of data.ranges) hash.update(picture.bytes(range.offset, range.bytes))
    return { salt: `raw ${hash.digest('hex')}`, ranges: [] }
  } catch {
    return null
  }
}

/** One pass over a large file. `ranges` are in order of offset. */
async function stream(file: string, whole: Hash, image: Hash, ranges: Range[]): Promise<void> {
  let position = 0
  let next = 0
  for await (const chunk of createReadStream(file, { highWaterMark: 4 << 20 }) as AsyncIterable<Buffer>) {
    whole.update(chunk)
    for (let range = ranges[next]; range !== undefined && range.offset < position + chunk.length; range = ranges[next]) {
      const from = Math.max(0, range.offset - position)
      const to = range.offset + range.bytes - position
      if (to > from) image.update(chunk.subarray(from, to))
      if (to > chunk.length) break
      next++
    }
    position += chunk.length
  }
}
