/** Writes a spooled picture as a file: pixel values and profile bytes as they are unless a conversion was asked for. No EXIF, no XMP. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import type { ImageFacts, Notice } from '../../shared/guest.ts'
import type { EncodeOptions, FileFormat } from '../../shared/presets.ts'
import { throwIfAborted, untilAborted } from './abort.ts'
import { nativeSpace, openWith } from './decode.ts'
import { chooseFormat } from './encode-format.ts'
import { profileBytes, profileFile } from './profiles.ts'
import { withSpoolProfile, writeFailure, type Spool } from './spool.ts'

interface EncodeTarget {
  /** Written as it is named; an existing file is replaced. */
  readonly path: string
  readonly encode: EncodeOptions
  readonly source: ImageFacts
  readonly icc: Uint8Array | null
  readonly signal: AbortSignal
}
export interface EncodedFile {
  format: FileFormat, width: number, height: number, depth: 8 | 16
  /** Of the written file. */
  bytes: number, sha256: string
  notices: Notice[]
}

/** Above this JPEG's optimal Huffman tables are not computed: they need the whole picture's coefficients in memory. */
const maxOptimisedPixels = 60_000_000
/** TIFFs with more pixel bytes get 64-bit offsets. */
const maxClassicTiffBytes = 3.5e9

/**
 * Streams the spool into `target.path`.
 * @throws RestillError DISK_FULL, TARGET_READ_ONLY, IMAGE_TOO_LARGE (side over the format's limit), CANCELLED
 */
export async function encodePhoto(spool: Spool, target: EncodeTarget): Promise<EncodedFile> {
  const { path, encode, signal } = target
  throwIfAborted(signal)
  const { width, height } = sizeWithin(spool, encode.longEdge)
  const choice = chooseFormat(encode, target.source, spool, { width, height, path })
  const notices = [...choice.notices]
  const colour = await colourPlan(spool, encode.colour, target.icc)
  let pipeline = openWith(spool.file, { limitInputPixels: false }).timeout({ seconds: 0 })
  if (choice.dropsAlpha) pipeline = pipeline.removeAlpha()
  if (width !== spool.width || height !== spool.height) pipeline = pipeline.resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
  pipeline = pipeline.toColourspace(nativeSpace(spool.channels, choice.depth))
  pipeline = colour.convertTo === null ? pipeline.keepIccProfile() : pipeline.withIccProfile(colour.convertTo)
  if (colour.notice !== null) notices.push(colour.notice)
  const pixels = width * height
  pipeline = format(pipeline, choice.format, encode.quality, { pixels, bytes: pixels * spool.channels * choice.depth / 8 })
  try {
    const written = withSpoolProfile(spool, colour.attached, () => {
      throwIfAborted(signal)
      return pipeline.toFile(path)
    })
    await untilAborted(signal, written, () => removeFile(path))
    const wanted = colour.convertTo === null ? colour.attached : profileBytes(colour.space)
    if (!(await hasProfile(path, wanted))) {
      const name = choice.format.toUpperCase()
      notices.push({ code: 'PROFILE_NOT_WRITTEN', text: `The colour profile could not be put into the ${name} file.` })
    }
    return { format: choice.format, width, height, depth: choice.depth, ...await digest(path), notices }
  } catch (error) {
    await removeFile(path)
    throw writeFailure(path, error)
  }
}

/**
 * The result as it is kept for later exports: the spool's own depth, TIFF in tiles of 512 pixels, deflate with horizontal predictor.
 * @throws RestillError DISK_FULL, TARGET_READ_ONLY
 */
export async function encodeMaster(spool: Spool, target: { path: string, icc: Uint8Array | null }): Promise<void> {
  const bigtiff = spool.width * spool.height * spool.channels * spool.depth / 8 > maxClassicTiffBytes
  try {
    await withSpoolProfile(spool, target.icc, () => openWith(spool.file, { limitInputPixels: false }).timeout({ seconds: 0 })
      .toColourspace(nativeSpace(spool.channels, spool.depth)).keepIccProfile()
      .tiff({ compression: 'deflate', predictor: 'horizontal', tile: true, tileWidth: 512, tileHeight: 512, bigtiff })
      .toFile(target.path))
  } catch (error) {
    await removeFile(target.path)
    throw writeFailure(target.path, error)
  }
}

/**
 * A small picture for reports: JPEG, sRGB, no alpha, long side at most `longEdge` pixels.
 * @param icc profile of the spool's values; null means sRGB
 */
export async function previewJpeg(spool: Spool, icc: Uint8Array | null, longEdge: number): Promise<Uint8Array> {
  const { width, height } = sizeWithin(spool, longEdge)
  const colour = await colourPlan(spool, 'srgb', icc)
  let pipeline = openWith(spool.file, { limitInputPixels: false }).removeAlpha()
    .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
    .toColourspace(nativeSpace(spool.channels, 8))
  if (colour.convertTo !== null) pipeline = pipeline.withIccProfile(colour.convertTo, { attach: false })
  const jpeg = pipeline.jpeg({ quality: 85, chromaSubsampling: '4:4:4' })
  return withSpoolProfile(spool, colour.attached, () => jpeg.toBuffer())
}

interface ColourPlan {
  /** Profile of the values as they lie in the spool. */
  attached: Uint8Array | null
  /** Profile file to convert to; null leaves the values alone. */
  convertTo: string | null
  space: 'srgb' | 'display-p3' | 'adobe-rgb'
  notice: Notice | null
}

async function colourPlan(spool: Spool, colour: EncodeOptions['colour'], icc: Uint8Array | null): Promise<ColourPlan> {
  const none: ColourPlan = { attached: icc, convertTo: null, space: 'srgb', notice: null }
  if (colour === 'same') return none
  const isGrey = spool.channels < 3
  const wanted = profileBytes(colour)
  if (icc === null && colour === 'srgb') return isGrey ? none : { ...none, attached: wanted }
  if (icc !== null && wanted.equals(icc)) return none
  if (isGrey && icc === null) return none
  const convertTo = await profileFile(dirname(spool.file), colour)
  const text = 'The grey photo was written as RGB, since it was converted to another colour space.'
  const notice = isGrey ? { code: 'GREY_TO_RGB', text } : null
  return { attached: icc ?? profileBytes('srgb'), convertTo, space: colour, notice }
}

function format(pipeline: Sharp, name: FileFormat, quality: number, size: { pixels: number, bytes: number }): Sharp {
  const chromaSubsampling = quality >= 90 ? '4:4:4' : '4:2:0'
  switch (name) {
    case 'jpeg': return pipeline.jpeg({ quality, chromaSubsampling, optimiseCoding: size.pixels <= maxOptimisedPixels })
    case 'png': return pipeline.png({ compressionLevel: 6, adaptiveFiltering: true })
    case 'tiff': return pipeline.tiff({ compression: 'deflate', predictor: 'horizontal', bigtiff: size.bytes > maxClassicTiffBytes })
    case 'webp': return pipeline.webp({ quality, smartSubsample: true, effort: 4 })
    case 'avif': return pipeline.avif({ quality, chromaSubsampling, effort: 3, bitdepth: 8 })
  }
}

function sizeWithin(spool: Spool, longEdge: number | null): { width: number, height: number } {
  const long = Math.max(spool.width, spool.height)
  if (longEdge === null || long <= longEdge) return { width: spool.width, height: spool.height }
  const scale = longEdge / long
  return { width: Math.max(1, Math.round(spool.width * scale)), height: Math.max(1, Math.round(spool.height * scale)) }
}

async function hasProfile(path: string, wanted: Uint8Array | null): Promise<boolean> {
  if (wanted === null) return true
  const { icc } = await sharp(path, { limitInputPixels: false }).metadata()
  return icc?.equals(wanted) === true
}

async function digest(path: string): Promise<{ bytes: number, sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** Takes away an unfinished file; never a device. */
async function removeFile(path: string): Promise<void> {
  const stat = await lstat(path).catch(() => null)
  if (stat?.isFile() === true) await rm(path, { force: true }).catch(() => undefined)
}
