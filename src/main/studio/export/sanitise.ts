/** Names that every file system of today takes: Windows rules, which are the strictest, everywhere, so that a disk can change hands. */
import { createHash } from 'node:crypto'

/** Bytes of UTF-8 that a file name may have on the common file systems. */
export const nameLimitBytes = 255

const forbidden = /[<>:"/\\|?*\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202A-\u202E\u2066-\u2069\uFEFF]/gu
const device = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])[ ]*(\.|$)/i

/** One folder or file name out of any text: never empty, never `.` or `..`, no separator, no device name, no trailing dot or space. */
export function safeSegment(text: string): string {
  const clean = text.replace(forbidden, '_').replace(/^\s+|[\s.]+$/gu, '')
  if (clean === '') return '_'
  return device.test(clean) ? `_${clean}` : clean
}

/** Text of a token: separators and the like become `_`, so that a value cannot make a folder. */
export function safeValue(text: string): string {
  return text.replace(forbidden, '_')
}

/**
 * At most `bytes` long. What is cut at the end of a character is marked with `~` and six digits of the full text's hash:
 * two long names that differ late stay different.
 */
export function shorten(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  const mark = `~${createHash('sha256').update(text).digest('hex').slice(0, 6)}`
  let kept = ''
  let room = bytes - mark.length
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    room -= Buffer.byteLength(segment)
    if (room < 0) break
    kept += segment
  }
  return kept.replace(/[\s.]+$/u, '') + mark
}
