/** Words, noise and steps alone, without a network. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { scene } from '../../../../test/helpers/pictures.ts'
import type { PackManifest } from '../../../shared/pack.ts'
import { chordsOf, weighted } from './motion.ts'
import { noiseAt, photoSeed } from './noise.ts'
import { guided, noisy, repeated, samplerRule, schedule, stepped, textInputs } from './sampler.ts'
import { captionTokens, textRule } from './tokens.ts'

const goldenSchema = z.object({
  text: z.object({ tokens: z.int(), vocabulary: z.int(), hashes: z.int(), seeds: z.array(z.int()), stopWords: z.array(z.string()) }),
  rows: z.array(z.object({ caption: z.string(), words: z.array(z.string()), ids: z.array(z.array(z.int())) })),
})
const rule = { tokens: 4, vocabulary: 2048, hashes: 2, seeds: [0, 1], stopWords: ['a', 'of', 'on'] }
const withTables = (tables: Record<string, unknown>) => ({ tables }) as unknown as PackManifest

test('words are folded, split, freed of stop words and cut; each has a row by every seed', () => {
  const { words, ids, mask } = captionTokens('A RED brick-wall\u3000of Ｃafé №7 on…', rule)
  expect(words).toEqual(['red', 'brick', 'wall', 'café'])
  expect([...mask]).toEqual([1, 1, 1, 1])
  expect(new Set(ids).size).toBe(8)
  const hash = Buffer.from('red').reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), 0x811c9dc5) >>> 0
  expect(ids[0]).toBe(hash % 2048)
  const short = captionTokens('of sand', rule)
  expect([[...short.mask], [...short.ids].slice(2)]).toEqual([[1, 0, 0, 0], [0, 0, 0, 0, 0, 0]])
  expect(captionTokens(' ... a of', rule)).toMatchObject({ words: [] })
})

test('training reads captions the same way', async () => {
  const { text, rows } = goldenSchema.parse(JSON.parse(await readFile(join(import.meta.dirname, '../../../../test/vectors/glowdeblur-tokens.json'), 'utf8')))
  expect(rows.length).toBeGreaterThan(5)
  for (const { caption, words, ids } of rows) {
    const read = captionTokens(caption, text)
    expect(read.words).toEqual(words)
    expect([...read.ids].slice(0, text.hashes * words.length)).toEqual(ids.flat())
  }
})

test('a photo has a seed of its own, the same in every run, from a bounded number of rows', async () => {
  const photo = scene({ width: 300, height: 200, channels: 3, depth: 8 })
  const read: number[] = []
  const watched = {
    width: 300, height: 200, channels: 3, depth: 8,
    readRows: (y: number, count: number) => {
      read.push(y, count)
      return photo.readRows(y, count)
    },
  } as const
  const seed = await photoSeed(watched)
  expect(read).toEqual([33, 1, 100, 1, 166, 1])
  expect(await photoSeed(photo)).toBe(seed)
  expect(await photoSeed(scene({ width: 301, height: 200, channels: 3, depth: 8 }))).not.toBe(seed)
})

test('noise is normal and uncorrelated, and belongs to a place of the photo: tiles agree where they overlap', () => {
  const side = 64
  const noise = noiseAt(7, 4, { left: 0, top: 0, width: side, height: side })
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  expect(mean(noise)).toBeCloseTo(0, 1)
  expect(mean(noise.map(value => value * value))).toBeCloseTo(1, 1)
  expect(mean(noise.map(value => Number(Math.abs(value) > 1.96)))).toBeCloseTo(0.05, 1)
  for (const step of [1, side, side * side]) expect(Math.abs(mean(noise.subarray(step).map((value, at) => value * noise[at]!)))).toBeLessThan(0.03)
  const part = noiseAt(7, 4, { left: 10, top: 20, width: 8, height: 4 })
  expect(part[(2 * 4 + 3) * 8 + 5]).toBe(noise[(2 * side + 23) * side + 15])
  expect(noiseAt(8, 4, { left: 10, top: 20, width: 8, height: 4 })).not.toEqual(part)
})

test('steps fall from the pack\'s start to 0, evenly where it says nothing', () => {
  const even = samplerRule(withTables({ sampler: { sigmaStart: 0.5 } }), 'folder')
  expect(schedule(even, 1)).toEqual([0.5, 0])
  expect(schedule(even, 4)).toEqual([0.5, 0.375, 0.25, 0.125, 0])
  const given = samplerRule(withTables({ sampler: { sigmaStart: 0.5, sigmas: { 2: [0.5, 0.4] } } }), 'folder')
  expect(schedule(given, 2)).toEqual([0.5, 0.4, 0])
  for (const sigmas of [{ 2: [0.5] }, { 1: [0.6] }, { 2: [0.5, 0] }, { 2: [0.5, 0.5] }, { x: [0.5] }]) {
    expect(() => samplerRule(withTables({ sampler: { sigmaStart: 0.5, sigmas } }), 'folder')).toThrow(expect.objectContaining({ code: 'PACK_INVALID' }))
  }
})

test('a pack says how its words are read', () => {
  expect(textRule(withTables({ text: rule }), 'folder')).toEqual(rule)
  expect(() => textRule(withTables({ text: { ...rule, seeds: [0] } }), 'folder')).toThrow(expect.objectContaining({ code: 'PACK_INVALID' }))
})

test('true velocities lead from the noisy latents back to the picture\'s, in one step and in four', () => {
  const dims = [1, 1, 1, 3]
  const guide = { data: Float32Array.of(1, -2, 0.5), dims }
  const noise = Float32Array.of(0.3, 1, -1)
  const velocity = noise.map((value, at) => value - guide.data[at]!)
  for (const steps of [1, 4]) {
    const sigmas = schedule({ sigmaStart: 0.5, sigmas: {} }, steps)
    let latents = noisy(guide, noise, 0.5)
    for (let step = 0; step < steps; step++) latents = stepped(latents, velocity, sigmas[step]!, sigmas[step + 1]!)
    for (const [at, value] of latents.data.entries()) expect(value).toBeCloseTo(guide.data[at]!, 5)
  }
})

test('a caption\'s weight of 0 hides it, 1 shows it, others look at both and go beyond', () => {
  const tokens = captionTokens('red wall', rule)
  const inputs = (weight: number) => textInputs({ tokens, weight, hashes: 2 })
  expect([...inputs(0).mask.data]).toEqual([0, 0, 0, 0])
  expect([inputs(1).mask.dims, ...inputs(1).mask.data]).toEqual([[1, 4], 1, 1, 0, 0])
  expect([inputs(2).tokens.dims, ...inputs(2).mask.data]).toEqual([[2, 4, 2], 0, 0, 0, 0, 1, 1, 0, 0])
  expect(repeated({ data: Float32Array.of(1, 2), dims: [1, 2] }, 2)).toEqual({ data: Float32Array.of(1, 2, 1, 2), dims: [2, 2] })
  expect([...guided(Float32Array.of(1, 2, 3, 6), 2)]).toEqual([5, 10])
  expect([...guided(Float32Array.of(1, 2), 1)]).toEqual([1, 2])
})

test('lines are whole chords; guidance is weighed, 0 is none', () => {
  const motion = { data: Float32Array.of(3, 4, 1, 1), dims: [1, 4, 1, 1] }
  expect(chordsOf(motion)).toEqual({ columns: 1, rows: 1, u: Float32Array.of(6), v: Float32Array.of(8) })
  expect([...weighted(motion, 0).data]).toEqual([0, 0, 0, 0])
  expect(weighted(motion, 1)).toEqual(motion)
})
