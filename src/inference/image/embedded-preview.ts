/** The small pictures that cameras put into a JPEG: the EXIF thumbnail and the multi-picture previews (CIPA DC-007). */
import type { ImageFacts } from '../../shared/guest.ts'
import { isJpegStart, walkJpeg } from './jpeg.ts'
import type { ByteSource } from './source.ts'
import { numberOf, numbers, readIfd, tag, tiffBlock } from './tiff.ts'

const mpEntries = 0xb002
/** Relative difference of aspect ratios that rounding explains. */
const sameAspect = 0.02

/**
 * The smallest embedded JPEG with a long side of at least `edge` and the photo's own aspect (a letterboxed or cropped one would lie);
 * null where there is none. Lies as the photo lies in the file: the photo's orientation applies to it.
 */
export function embeddedPreview(source: ByteSource, facts: ImageFacts, edge: number): Buffer | null {
  const turned = facts.orientation >= 5
  const width = turned ? facts.height : facts.width
  const height = turned ? facts.width : facts.height
  const { segments } = walkJpeg(source)
  let best: { data: Buffer, long: number } | null = null
  for (const segment of segments) {
    for (const place of places(source, segment)) {
      const found = measure(source, place.offset, place.bytes)
      if (found === null || found.long < edge || found.long >= Math.max(width, height)) continue
      if (Math.abs(found.aspect / (width / height) - 1) > sameAspect) continue
      if (best === null || found.long < best.long) best = { data: source.bytes(place.offset, place.bytes), long: found.long }
    }
  }
  return best?.data ?? null
}

interface Place { offset: number, bytes: number }

function places(source: ByteSource, segment: { marker: number, offset: number }): Place[] {
  const name = source.bytes(segment.offset + 4, 6).toString('latin1')
  if (segment.marker === 0xe1 && name === 'Exif\0\0') return exifThumbnail(source, segment.offset + 10)
  if (segment.marker === 0xe2 && name.startsWith('MPF\0')) return multiPicture(source, segment.offset + 8)
  return []
}

function exifThumbnail(source: ByteSource, base: number): Place[] {
  const block = tiffBlock(source, base)
  const main = block === null ? null : readIfd(block, block.first)
  const second = block === null || main === null || main.next === 0 ? null : readIfd(block, main.next)
  if (block === null || second === null) return []
  const offset = numberOf(block, second, tag.jpegOffset)
  const bytes = numberOf(block, second, tag.jpegBytes)
  return offset === null || bytes === null ? [] : [{ offset: base + offset, bytes }]
}

/** MP entries are 16 bytes: attribute, size, offset from the MP header (0 is the photo itself), two dependents. */
function multiPicture(source: ByteSource, base: number): Place[] {
  const block = tiffBlock(source, base)
  const index = block === null ? null : readIfd(block, block.first)
  if (block === null || index === null) return []
  const entries = Buffer.from(numbers(block, index, mpEntries, 16 * 32))
  const found: Place[] = []
  for (let at = 0; at + 16 <= entries.length; at += 16) {
    const read = (from: number): number => block.little ? entries.readUInt32LE(from) : entries.readUInt32BE(from)
    const isPreview = (read(at) & 0xff0000) === 0x010000
    if (isPreview && read(at + 8) !== 0) found.push({ offset: base + read(at + 8), bytes: read(at + 4) })
  }
  return found
}


function measure(source: ByteSource, offset: number, bytes: number): { long: number, aspect: number } | null {
  if (bytes < 100 || offset + bytes > source.size || !isJpegStart(source.bytes(offset, 3))) return null
  const { frame } = walkJpeg(source, offset)
  if (frame === null || frame.precision !== 8) return null
  return { long: Math.max(frame.width, frame.height), aspect: frame.width / frame.height }
}
