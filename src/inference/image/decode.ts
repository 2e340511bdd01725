/** The one place that asks sharp to decode: limits on, embedded profiles left alone, damage told from harmless warnings. */
import sharp, { type Sharp, type SharpOptions } from 'sharp'
import { isCancelled, RestillError } from '../../shared/errors.ts'
import type { Notice } from '../../shared/guest.ts'
import { decodeTimeoutSeconds, maxPixels } from './limits.ts'
import { writeFailure } from './spool.ts'

// The operation cache would keep whole pictures; every photo is decoded once.
sharp.cache(false)

export type SharpInput = string | Buffer

/**
 * Runs a decode strictly, and once more with warnings allowed when only a warning stopped it. A cut-off file never passes: a picture that
 * is grey from the middle on is not a photo. What ran out of time once is not tried again.
 * @param make builds and runs the pipeline with these input options; runs at most three times
 * @param sealed the same bytes with an end marker put on, for a JPEG that lacks nothing else
 * @returns what `make` returned, and the decoder's complaint where it had one
 * @throws RestillError IMAGE_CORRUPT, IMAGE_UNSUPPORTED, IMAGE_TOO_LARGE, IMAGE_DECODE_TIMEOUT, DISK_FULL
 */
export async function decode<T>(
  file: string, input: SharpInput, make: (open: (options?: SharpOptions) => Sharp) => Promise<T>,
  sealed: (() => Buffer | null) | null = null,
): Promise<{ value: T, complaint: string | null }> {
  const attempt = (from: SharpInput, failOn: 'warning' | 'error'): Promise<T> => make((options) => openWith(from, { failOn, ...options }))
  try {
    return { value: await attempt(input, 'warning'), complaint: null }
  } catch (first) {
    if (isCancelled(first)) throw first
    if (isTimeout(first)) throw decodeFailure(file, first)
    const complaint = complaintOf(file, first)
    const end = isCutOff(first) ? sealed?.() ?? null : null
    try {
      if (end !== null) return { value: await attempt(end, 'warning'), complaint: 'its end marker is missing' }
      if (!isCutOff(first)) return { value: await attempt(input, 'error'), complaint }
    } catch (second) {
      throw decodeFailure(file, end === null ? second : first)
    }
    throw decodeFailure(file, first)
  }
}

/** A sharp pipeline over an untrusted file with the house's limits. Profiles are not applied unless asked. */
export function openWith(input: SharpInput, options: SharpOptions = {}): Sharp {
  const defaults = { limitInputPixels: maxPixels, ignoreIcc: true, sequentialRead: true }
  return sharp(input, { ...defaults, ...options }).timeout({ seconds: decodeTimeoutSeconds })
}

/** sharp's name for display-encoded values of this shape; any other name would convert them. */
export function nativeSpace(channels: number, depth: 8 | 16): 'b-w' | 'grey16' | 'srgb' | 'rgb16' {
  if (channels < 3) return depth === 16 ? 'grey16' : 'b-w'
  return depth === 16 ? 'rgb16' : 'srgb'
}

/** What a person is told when only a second, tolerant attempt opened the file. */
export function damageNotice(complaint: string | null): Notice[] {
  return complaint === null ? [] : [{ code: 'FILE_DAMAGED', text: `The file opened, but its decoder complained: ${complaint}.` }]
}

/** Words for what a decoder threw. */
export function decodeFailure(file: string, error: unknown): unknown {
  if (error instanceof RestillError || !(error instanceof Error)) return error
  const text = error.message
  if (/no space left|ENOSPC/i.test(text)) return writeFailure(file, error)
  if (isTimeout(error)) {
    return new RestillError('IMAGE_DECODE_TIMEOUT', { detail: { file, seconds: decodeTimeoutSeconds }, cause: error })
  }
  if (/exceeds pixel limit|exceeds channel limit|Maximum supported image dimension|security limit/i.test(text)) {
    const limit = `${maxPixels / 1_000_000} megapixels`
    return new RestillError('IMAGE_TOO_LARGE', { detail: { file, width: 'too many', height: 'too many', limit }, cause: error })
  }
  const reason = complaintOf(file, error)
  if (/unsupported(?! image format)|not supported|not configured|bad labq|no decoding plugin|not impl/i.test(text)) {
    return new RestillError('IMAGE_UNSUPPORTED', { detail: { file, reason }, cause: error })
  }
  return new RestillError('IMAGE_CORRUPT', { detail: { file, reason }, cause: error })
}

const plainWords: readonly [RegExp, string][] = [
  [/premature end|bad seek|seek error|read error|unexpected end|end of file/i, 'it ends before its picture does'],
  [/unsupported image format/i, 'its header cannot be read'],
  [/bad labq/i, 'a Lab TIFF of this kind'],
  [/old-style JPEG/i, 'a TIFF with old-style JPEG compression'],
]

/** The first line of a decoder's message, without paths and prefixes; plain words for the common ones. */
function complaintOf(file: string, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const lines = text.replaceAll(`${file}:`, '').replace(/^Input (file|buffer) has corrupt header:/, '').split('\n')
  const line = lines.map((part) => part.trim()).find((part) => part !== '')
  if (line === undefined) return 'its header cannot be read'
  return plainWords.find(([pattern]) => pattern.test(line))?.[1] ?? line.replace(/^(\w+2?\w*):\s*/, '').slice(0, 200)
}

/** The decoder was stopped by `decodeTimeoutSeconds`. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && /timeout: \d+/.test(error.message)
}

/** The picture stops before its last row. */
function isCutOff(error: unknown): boolean {
  const text = error instanceof Error ? error.message : ''
  return /premature end|read error|bad seek|end of file|unexpected end|truncated|not enough/i.test(text)
}
