/**
 * Words of a caption as numbers, without a vocabulary: each word is hashed into rows of the network's table of embeddings.
 * Training does the same; `test/vectors/glowdeblur-tokens.json` holds both to it.
 */
import { z } from 'zod'
import { RestillError } from '../../../shared/errors.ts'
import type { PackManifest } from '../../../shared/pack.ts'

const ruleSchema = z.strictObject({
  /** Words that are read at most. */
  tokens: z.int().positive(),
  /** Rows of the table of embeddings. */
  vocabulary: z.int().positive(),
  /** Rows of a word, one by each seed. */
  hashes: z.int().positive(),
  seeds: z.array(z.int().nonnegative()),
  stopWords: z.array(z.string()),
}).refine(rule => rule.seeds.length === rule.hashes)
export type TextRule = z.infer<typeof ruleSchema>

/** `ids` are `[tokens, hashes]` rows of the table, `mask` is `[tokens]`: 1 where there is a word. */
export interface CaptionTokens { readonly words: readonly string[], readonly ids: Float32Array, readonly mask: Float32Array }

/** The pack's table `text`. @throws RestillError PACK_INVALID */
export function textRule(manifest: PackManifest, folder: string): TextRule {
  const parsed = ruleSchema.safeParse(manifest.tables['text'])
  if (parsed.success) return parsed.data
  throw new RestillError('PACK_INVALID', { detail: { file: folder, reason: 'its table "text" wants tokens, vocabulary, hashes, a seed for each, and stopWords' } })
}

export function captionTokens(caption: string, rule: TextRule): CaptionTokens {
  const stops = new Set(rule.stopWords)
  const words = caption.normalize('NFKC').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(word => word !== '' && !stops.has(word)).slice(0, rule.tokens)
  const ids = new Float32Array(rule.tokens * rule.hashes)
  const mask = new Float32Array(rule.tokens)
  for (const [place, word] of words.entries()) {
    mask[place] = 1
    for (const [hash, seed] of rule.seeds.entries()) ids[place * rule.hashes + hash] = fnv1a(word, seed) % rule.vocabulary
  }
  return { words, ids, mask }
}

const utf8 = new TextEncoder()

/** FNV-1a of 32 bits over UTF-8; the seed turns bits of the offset basis. [Fowler, Noll, Vo; RFC 9923] */
function fnv1a(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed
  for (const byte of utf8.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
