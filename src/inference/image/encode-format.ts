/** Which format and depth a result gets: rules only, no pixels. */
import { RestillError } from '../../shared/errors.ts'
import type { ImageFacts, Notice } from '../../shared/guest.ts'
import type { EncodeOptions, FileFormat } from '../../shared/presets.ts'
import type { SpoolShape } from './spool.ts'

interface FormatChoice { format: FileFormat, depth: 8 | 16, dropsAlpha: boolean, notices: Notice[] }

/** Longest side that a format can hold. */
const sideLimits: Record<FileFormat, number> = { jpeg: 65_500, png: 1_000_000, tiff: 1_000_000, webp: 16_383, avif: 16_384 }
const deepFormats: readonly FileFormat[] = ['png', 'tiff']

/**
 * `same` keeps the source's format where that can be written and holds its depth and size; TIFF otherwise. JPEG for raw previews.
 * @throws RestillError IMAGE_TOO_LARGE when a named format cannot hold the size
 */
export function chooseFormat(
  encode: EncodeOptions, source: ImageFacts, shape: SpoolShape, out: { width: number, height: number, path: string },
): FormatChoice {
  const notices: Notice[] = []
  const wanted = encode.depth === 'same' ? (source.depth === 16 && shape.depth === 16 ? 16 : 8) : encode.depth
  let format = encode.format === 'same' ? naturalFormat(source) : encode.format
  const long = Math.max(out.width, out.height)
  if (encode.format === 'same') {
    const why = wanted === 16 && !deepFormats.includes(format) ? `${format.toUpperCase()} is not written with more than 8 bits per channel`
      : long > sideLimits[format] ? `${format.toUpperCase()} holds at most ${sideLimits[format]} pixels on a side` : null
    if (why !== null) {
      notices.push({ code: 'FORMAT_CHANGED', text: `The result is a TIFF, since ${why}.` })
      format = 'tiff'
    }
  } else if (long > sideLimits[format]) {
    const limit = `${sideLimits[format]} pixels on a side in ${format.toUpperCase()}`
    throw new RestillError('IMAGE_TOO_LARGE', { detail: { file: out.path, width: out.width, height: out.height, limit } })
  }
  const depth = deepFormats.includes(format) ? wanted : 8
  if (wanted === 16 && depth === 8) {
    notices.push({ code: 'DEPTH_REDUCED', text: `The result has 8 bits per channel, since ${format.toUpperCase()} holds no more here.` })
  }
  const dropsAlpha = format === 'jpeg' && shape.channels % 2 === 0
  if (dropsAlpha) notices.push({ code: 'ALPHA_DROPPED', text: 'JPEG holds no transparency: it was dropped.' })
  return { format, depth, dropsAlpha, notices }
}

function naturalFormat(source: ImageFacts): FileFormat {
  switch (source.format) {
    case 'jpeg': case 'png': case 'webp': case 'avif': case 'tiff': return source.format
    default: return source.kind === 'raw' ? 'jpeg' : 'tiff'
  }
}
