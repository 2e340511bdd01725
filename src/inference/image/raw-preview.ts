/**
 * The largest JPEG that a raw file carries (CR2, NEF, ARW, DNG, ORF, RW2, RAF, PEF, CR3, ...): found through the TIFF directories
 * or the maker's header, and by a bounded search for JPEG starts where those say nothing. The sensor data are not read.
 */
import { RestillError } from '../../shared/errors.ts'
import { isJpegStart, jpegEnd, walkJpeg } from './jpeg.ts'
import type { ByteSource } from './source.ts'
import { allIfds, numberOf, numbers, tag, tiffBlock, type Ifd, type TiffBlock } from './tiff.ts'

interface RawPreview {
  readonly jpeg: Buffer
  readonly width: number
  readonly height: number
  /** Of the raw file; the preview's own EXIF, where it has any, comes first. */
  readonly orientation: number | null
}

/** Previews with a shorter long side are thumbnails: nothing to restore from. */
const minPreviewEdge = 640
const maxPreviewBytes = 128 * 1024 * 1024
const maxSearchBytes = 256 * 1024 * 1024
const maxCandidates = 64

interface Candidate { offset: number, bytes: number, width: number, height: number }

/** @throws RestillError RAW_WITHOUT_PREVIEW when there is none of at least `minPreviewEdge` pixels */
export function rawPreview(source: ByteSource, format: string): RawPreview {
  const block = tiffBlock(source, format === 'cr3' ? cr3Directory(source) : 0)
  const ifds = block === null ? [] : allIfds(block)
  let candidates = [...named(source, format), ...(block === null || format === 'cr3' ? [] : ifds.flatMap((ifd) => pointed(block, ifd)))]
    .flatMap((place) => measured(source, place.offset, place.bytes))
  if (!candidates.some(isUsable)) candidates = [...candidates, ...searched(source)]
  const best = candidates.sort((a, b) => b.width * b.height - a.width * a.height)[0]
  if (best === undefined) throw new RestillError('RAW_WITHOUT_PREVIEW', { detail: { file: source.file, reason: 'it holds none' } })
  if (!isUsable(best)) {
    throw new RestillError('RAW_WITHOUT_PREVIEW', {
      detail: { file: source.file, reason: `the largest is a thumbnail of ${best.width} x ${best.height} pixels` },
    })
  }
  const main = ifds[0]
  const orientation = block !== null && main !== undefined ? numberOf(block, main, tag.orientation) : null
  return { jpeg: source.bytes(best.offset, best.bytes), width: best.width, height: best.height, orientation }
}

function isUsable(candidate: Candidate): boolean {
  return Math.max(candidate.width, candidate.height) >= minPreviewEdge
}

/** Places that a maker's own header names. */
function named(source: ByteSource, format: string): { offset: number, bytes: number }[] {
  if (format !== 'raf') return []
  const head = source.bytes(84, 8)
  return head.length === 8 ? [{ offset: head.readUInt32BE(0), bytes: head.readUInt32BE(4) }] : []
}

/** Places that a directory points at. */
function pointed(block: TiffBlock, ifd: Ifd): { offset: number, bytes: number }[] {
  const places: { offset: number, bytes: number }[] = []
  const add = (offset: number | null, bytes: number | null): void => {
    if (offset !== null && bytes !== null) places.push({ offset: block.base + offset, bytes })
  }
  add(numberOf(block, ifd, tag.jpegOffset), numberOf(block, ifd, tag.jpegBytes))
  const compression = numberOf(block, ifd, tag.compression)
  const strips = numbers(block, ifd, tag.stripOffsets, 2)
  if ((compression === 6 || compression === 7) && strips.length === 1) add(strips[0] ?? null, numberOf(block, ifd, tag.stripBytes))
  const panasonic = ifd.tags.get(tag.panasonicJpeg)
  if (panasonic !== undefined) add(panasonic.at, panasonic.count)
  return places
}

/** The candidate with its size, when it is a JPEG that can be decoded: 8 bits, not lossless. */
function measured(source: ByteSource, offset: number, bytes: number): Candidate[] {
  if (offset <= 0 || bytes < 100 || bytes > maxPreviewBytes || !isJpegStart(source.bytes(offset, 3))) return []
  const { frame, scan } = walkJpeg(source, offset)
  if (frame === null || scan === null || scan >= offset + bytes) return []
  if (frame.precision !== 8 || ![0xc0, 0xc1, 0xc2].includes(frame.marker)) return []
  return [{ offset, bytes: Math.min(bytes, source.size - offset), width: frame.width, height: frame.height }]
}

function searched(source: ByteSource): Candidate[] {
  const all = source.memory ?? source.bytes(0, maxSearchBytes)
  const found: Candidate[] = []
  let at = all.indexOf('\xff\xd8\xff', 16, 'latin1')
  for (let tries = 0; at >= 0 && tries < 4096 && found.length < maxCandidates; tries++) {
    const { scan } = walkJpeg(source, at)
    const end = scan === null ? null : jpegEnd(all, scan)
    const candidate = end === null ? undefined : measured(source, at, end - at)[0]
    if (candidate !== undefined) found.push(candidate)
    at = all.indexOf('\xff\xd8\xff', candidate === undefined ? at + 3 : at + candidate.bytes, 'latin1')
  }
  return found
}

/** Canon keeps its first directory as a TIFF block in the box CMT1. */
function cr3Directory(source: ByteSource): number {
  const at = source.bytes(0, 65_536).indexOf('CMT1', 0, 'latin1')
  return at < 0 ? 0 : at + 4
}
