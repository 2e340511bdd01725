/** A walk over the markers of a JPEG file (ITU-T T.81 annex B): where its segments, its frame header and its end are. Decodes nothing. */
import type { ByteSource } from './source.ts'

interface JpegSegment {
  readonly marker: number
  /** Of the 0xff before the marker. */
  readonly offset: number
  /** With marker and length field. */
  readonly bytes: number
}
interface JpegFrame {
  readonly marker: number, readonly precision: number
  readonly width: number, readonly height: number, readonly components: number
}
interface JpegLayout {
  /** Segments before the first scan, without SOI and SOS. */
  readonly segments: readonly JpegSegment[]
  readonly frame: JpegFrame | null
  /** Offset of the first SOS marker; null where there is none. */
  readonly scan: number | null
}

const maxSegments = 4096

export function isJpegStart(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
}

/** @param start offset of the SOI marker */
export function walkJpeg(source: ByteSource, start = 0): JpegLayout {
  const segments: JpegSegment[] = []
  let frame: JpegLayout['frame'] = null
  let at = start + 2
  while (segments.length < maxSegments) {
    const head = source.bytes(at, 4)
    if (head.length < 4) break
    if (head[0] !== 0xff || head[1] === 0xff) {
      const next = resync(source, at)
      if (next === null) break
      at = next
      continue
    }
    const marker = head[1] ?? 0
    if (marker === 0xda) return { segments, frame, scan: at }
    if (marker === 0xd9) break
    const bytes = 2 + head.readUInt16BE(2)
    segments.push({ marker, offset: at, bytes })
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const body = source.bytes(at + 4, 6)
      if (body.length === 6) {
        frame = { marker, precision: body[0] ?? 0, height: body.readUInt16BE(1), width: body.readUInt16BE(3), components: body[5] ?? 0 }
      }
    }
    at += bytes
  }
  return { segments, frame, scan: null }
}

/** Offset just behind the EOI marker that ends the scans starting at `scan`; null where the file ends before it. */
export function jpegEnd(memory: Buffer, scan: number): number | null {
  let at = scan + 2
  for (;;) {
    at = memory.indexOf(0xff, at)
    if (at < 0 || at + 1 >= memory.length) return null
    const marker = memory[at + 1] ?? 0
    if (marker === 0xd9) return at + 2
    if (marker === 0x00 || (marker >= 0xd0 && marker <= 0xd7)) at += 2
    else if (marker === 0xff) at += 1
    else if (at + 3 < memory.length) at += 2 + memory.readUInt16BE(at + 2)
    else return null
  }
}

/** Whether a segment only describes the picture (EXIF, XMP, IPTC, comments) and does not change how it looks. */
export function isMetadataSegment(source: ByteSource, segment: JpegSegment): boolean {
  if (segment.marker === 0xfe) return true
  if (segment.marker < 0xe0 || segment.marker > 0xef) return false
  if (segment.marker === 0xee) return false
  return !(segment.marker === 0xe2 && source.bytes(segment.offset + 4, 12).toString('latin1') === 'ICC_PROFILE\0')
}

/** Next marker within the few stray bytes that some editors leave between segments. */
function resync(source: ByteSource, at: number): number | null {
  const window = source.bytes(at, 4096)
  for (let index = 0; index + 1 < window.length; index++) {
    if (window[index] === 0xff && window[index + 1] !== 0xff && window[index + 1] !== 0) return at + index
  }
  return null
}
