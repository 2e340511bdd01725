/**
 * Text of unknown origin (file names, words of libraries) as one line that shows what it holds.
 * Control characters, line separators, direction marks and lone surrogates are written as escapes, so that a name can neither break a
 * table, nor move the cursor, nor show its letters in another order than they have. Letters of every script stay as they are.
 */
const hidden = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu
const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

export function visible(text: string): string {
  return text.replace(hidden, (character) => named[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}
