/** What a picture may declare before anybody decodes it: checked on the header, so that a bomb never unpacks. */
import { RestillError } from '../../shared/errors.ts'

/** Pixels of a photo that is decoded row by row. */
export const maxPixels = 300_000_000
/** Pixels where the decoder holds the whole picture (AVIF, WebP, progressive JPEG, interlaced PNG). */
const maxPixelsHeldWhole = 150_000_000
/** Longest side; also the JPEG codec's own limit. */
const maxSide = 65_500
/** Shortest side: smaller ones are padded by the runtime, below this there is no picture to restore. */
const minSide = 8
/** Seconds until a decode is given up. */
export const decodeTimeoutSeconds = 120
/** Files up to this size are read once into memory to be hashed and decoded; larger ones are streamed. */
export const maxBytesInMemory = 64 * 1024 * 1024

/**
 * Refuses sizes outside the limits.
 * @param heldWhole the format's decoder needs the whole picture in memory
 * @throws RestillError IMAGE_TOO_LARGE, IMAGE_TOO_SMALL, IMAGE_CORRUPT (no size at all)
 */
export function checkSize(file: string, width: number, height: number, heldWhole: boolean): void {
  if (!(width > 0 && height > 0)) throw new RestillError('IMAGE_CORRUPT', { detail: { file, reason: 'it declares no size' } })
  const limit = heldWhole ? maxPixelsHeldWhole : maxPixels
  if (width > maxSide || height > maxSide) throw tooLarge(file, width, height, `${maxSide} pixels on a side`)
  if (width * height > limit) throw tooLarge(file, width, height, `${limit / 1_000_000} megapixels`)
  if (width < minSide || height < minSide) {
    throw new RestillError('IMAGE_TOO_SMALL', { detail: { file, width, height, limit: minSide } })
  }
}

function tooLarge(file: string, width: number, height: number, limit: string): RestillError {
  return new RestillError('IMAGE_TOO_LARGE', { detail: { file, width, height, limit } })
}
