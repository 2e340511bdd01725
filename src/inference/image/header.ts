/** What can be known of a photo before its pixels are decoded: format, size, depth, colour, orientation, profile. */
import sharp, { type Metadata } from 'sharp'
import { RestillError } from '../../shared/errors.ts'
import type { ImageFacts, Notice } from '../../shared/guest.ts'
import { decodeFailure, type SharpInput } from './decode.ts'
import { declaredColour } from './bmff.ts'
import { hasWrongExtension, sniff } from './formats.ts'
import { readProfile } from './icc.ts'
import { jpegEnd, walkJpeg } from './jpeg.ts'
import { checkSize } from './limits.ts'
import { pngColour, pngFrames } from './png.ts'
import { profileBytes, profileName } from './profiles.ts'
import { rawPreview } from './raw-preview.ts'
import { fromMemory, type ByteSource } from './source.ts'
import { allIfds, numberOf, tag, tiffBlock } from './tiff.ts'

/** How the file's values become display-encoded RGB or grey; `none` for nearly all photos. */
export type Conversion = 'none' | 'cmyk' | 'cmyk-untagged' | 'lab' | 'profile'

export interface Header {
  readonly facts: ImageFacts
  /** The embedded profile as it lies in the file; null when there is none that fits the pixels. */
  readonly icc: Buffer | null
  readonly conversion: Conversion
  readonly notices: Notice[]
  /** Factor that brings the decoder's largest value to 65535: AVIF's 10 and 12 bits arrive shifted, a little dark. 1 for all others. */
  readonly gain: number
  /** What the decoder gets: the file itself or a raw file's preview. */
  readonly input: SharpInput
  /** The input with the end marker that it lacks, for a JPEG in memory that only lacks that; null otherwise. */
  readonly sealed: () => Buffer | null
}

/**
 * Reads the header and refuses what is not to be decoded, before it is.
 * @throws RestillError IMAGE_UNSUPPORTED, IMAGE_CORRUPT, IMAGE_TOO_LARGE, IMAGE_TOO_SMALL, RAW_WITHOUT_PREVIEW
 */
export async function readHeader(source: ByteSource): Promise<Header> {
  const { file } = source
  const sniffed = sniff(source)
  if (sniffed.kind === 'other') throw unsupported(file, sniffed.reason)
  const notices: Notice[] = []
  if (hasWrongExtension(file, sniffed)) {
    notices.push({ code: 'EXTENSION_WRONG', text: `The file is a ${sniffed.format.toUpperCase()} image although its name says otherwise.` })
  }
  const preview = sniffed.kind === 'raw' ? rawPreview(source, sniffed.format) : null
  const picture = preview === null ? source : fromMemory(file, preview.jpeg)
  const format = sniffed.kind === 'raw' ? 'jpeg' : sniffed.format
  if (format === 'jpeg') checkJpeg(picture)
  const input = picture.memory ?? file
  const metadata = await sharp(input, { limitInputPixels: false, failOn: 'none' }).metadata()
    .catch((error: unknown) => { throw decodeFailure(file, error) })
  if (format === 'webp' && (metadata.pages ?? 1) > 1) throw unsupported(file, 'an animated picture')
  const orientation = orientationOf(metadata, preview?.orientation ?? null)
  const turned = orientation >= 5
  const width = turned ? metadata.height : metadata.width
  const height = turned ? metadata.width : metadata.height
  checkSize(file, width, height, format === 'avif' || format === 'webp' || metadata.isProgressive)
  const pages = format === 'tiff' ? fullPages(source) : format === 'png' ? pngFrames(source) : Math.max(1, metadata.pages ?? 1)
  if (pages > 1) {
    const taken = format === 'tiff' ? 'the first' : 'the main one'
    notices.push({ code: 'PAGES_FIRST_ONLY', text: `The file holds ${pages} pictures; only ${taken} was taken.` })
  }
  if (preview !== null) {
    const size = `${preview.width} x ${preview.height}`
    notices.push({ code: 'RAW_PREVIEW_USED', text: `The raw file was opened through its embedded preview of ${size} pixels, 8 bits.` })
  }
  const depth = depthOf(file, metadata)
  const { icc, conversion, profile } = declared(source, format, colourOf(metadata, notices), notices)
  const grey = metadata.space === 'b-w' || metadata.space === 'grey16'
  const facts: ImageFacts = {
    kind: sniffed.kind, format: sniffed.format, width, height, depth,
    channels: grey ? 1 : 3, alpha: metadata.hasAlpha, orientation, profile, space: spaceName(metadata.space), pages,
  }
  const bits = format === 'avif' && depth === 16 ? metadata.bitsPerSample ?? 16 : 16
  const gain = 65535 / ((2 ** bits - 1) * 2 ** (16 - bits))
  return { facts, icc, conversion, notices, gain, input, sealed: () => format === 'jpeg' ? seal(picture) : null }
}

function checkJpeg(source: ByteSource): void {
  const { file } = source
  const { frame, scan } = walkJpeg(source)
  if (frame === null || scan === null) throw new RestillError('IMAGE_CORRUPT', { detail: { file, reason: 'it holds no picture' } })
  if (frame.precision !== 8) throw unsupported(file, `a JPEG of ${frame.precision} bits per channel`)
  if ([0xc3, 0xc7, 0xcb, 0xcf].includes(frame.marker)) throw unsupported(file, 'a lossless JPEG')
  checkSize(file, frame.width, frame.height, false)
}

function unsupported(file: string, reason: string): RestillError {
  return new RestillError('IMAGE_UNSUPPORTED', { detail: { file, reason } })
}

function depthOf(file: string, metadata: Metadata): 8 | 16 {
  if (metadata.depth === 'uchar' || metadata.depth === 'char') return 8
  if (metadata.depth === 'ushort' || metadata.depth === 'short') return 16
  const kind = metadata.depth === 'float' || metadata.depth === 'double' ? 'floating-point' : 'integer'
  throw unsupported(file, `${metadata.bitsPerSample ?? 32}-bit ${kind} pixels`)
}

/** EXIF's orientation, as every viewer follows it; XMP's where EXIF has none; the raw file's for a preview without its own. */
function orientationOf(metadata: Metadata, ofRaw: number | null): number {
  const xmp = /tiff:Orientation(?:="|>)\s*([1-8])\s*["<]/.exec(metadata.xmp?.toString('latin1', 0, 1_000_000) ?? '')?.[1]
  const value = metadata.orientation ?? ofRaw ?? (xmp === undefined ? 1 : Number(xmp))
  return Number.isInteger(value) && value >= 1 && value <= 8 ? value : 1
}

function colourOf(metadata: Metadata, notices: Notice[]): Colour {
  const facts = metadata.icc === undefined ? null : readProfile(metadata.icc)
  const space = metadata.space
  const wanted = space === 'cmyk' ? 'CMYK' : space === 'b-w' || space === 'grey16' ? 'GRAY' : 'RGB '
  const fits = facts !== null && facts.space === wanted
  if (metadata.icc !== undefined && !fits) {
    notices.push({ code: 'PROFILE_IGNORED', text: 'The embedded colour profile does not belong to such pixels and was left out.' })
  }
  const icc = fits ? metadata.icc ?? null : null
  const profile = fits ? facts.name : null
  if (space === 'cmyk') return { icc, profile, conversion: icc === null ? 'cmyk-untagged' : 'cmyk' }
  if (!['srgb', 'rgb16', 'rgb', 'b-w', 'grey16'].includes(space)) return { icc: null, profile, conversion: 'lab' }
  return { icc, profile, conversion: fits && (facts.linear || facts.xyb) ? 'profile' : 'none' }
}

interface Colour { icc: Buffer | null, conversion: Conversion, profile: string | null }

/** Colour that AVIF and PNG can declare by number (ITU-T H.273) where they hold no profile: told by a profile from now on. */
function declared(source: ByteSource, format: string, colour: Colour, notices: Notice[]): Colour {
  const code = format === 'avif' ? declaredColour(source) : format === 'png' ? pngColour(source) : null
  if (code === null) return colour
  if (code.transfer === 16 || code.transfer === 18) {
    const name = code.transfer === 16 ? 'PQ' : 'HLG'
    const text = `The photo is encoded for high dynamic range (${name}); the result holds the same values without that mark.`
    notices.push({ code: 'HDR_NOT_KEPT', text })
    return colour
  }
  const space = code.primaries === 12 ? 'display-p3' : code.primaries === 9 ? 'wide' : null
  if (colour.icc !== null || colour.conversion !== 'none' || space === null || code.transfer !== 13) return colour
  return { icc: profileBytes(space), conversion: 'none', profile: profileName(space) }
}

function spaceName(space: Metadata['space']): string {
  if (space === 'srgb' || space === 'rgb16' || space === 'rgb') return 'rgb'
  return space === 'b-w' || space === 'grey16' ? 'grey' : space
}

/** Pages that are pictures of their own: not the reduced copies that cameras and pyramids add. */
function fullPages(source: ByteSource): number {
  const block = tiffBlock(source)
  if (block === null) return 1
  const full = allIfds(block).filter((ifd) => ifd.kind === 'main' && ((numberOf(block, ifd, tag.subfileType) ?? 0) & 1) === 0)
  return Math.max(1, full.length)
}

function seal(picture: ByteSource): Buffer | null {
  if (picture.memory === null) return null
  const { scan } = walkJpeg(picture)
  if (scan === null || jpegEnd(picture.memory, scan) !== null) return null
  return Buffer.concat([picture.memory, Buffer.from([0xff, 0xd9])])
}
