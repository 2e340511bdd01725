import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GaussianProcess } from './gaussian-process.ts'
import type { Pair } from './pareto.ts'
import { hypervolume } from './pareto.ts'
import { seeded } from './random.ts'
import { refine, search } from './search.ts'
import { sobol } from './sobol.ts'

const counts = [7, 7, 7, 7]
const { signal } = new AbortController()
/** Losses grow with the option, times shrink, not evenly; the first two slots meet. */
const evaluate = (choice: readonly number[]): Pair => [
  choice.reduce((sum, option, slot) => sum + (option / 6) ** 2 * (slot + 1), 0) + (choice[0]! > 3 && choice[1]! > 3 ? 2 : 0),
  choice.reduce((sum, option, slot) => sum + 10 / (option + 1) * (4 - slot), 0),
]
const always = [[0, 0, 0, 0], [6, 6, 6, 6]]
const request = { counts, evaluate, always, evaluations: 60, seed: 5, signal }

test('Sobol points fill every eighth of every axis once in eight', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 1000 }), seed => {
    const points = sobol(8, 12, seeded(seed))
    for (let axis = 0; axis < 12; axis++) expect(new Set(points.map(point => Math.floor(point[axis]! * 8))).size).toBe(8)
  }), { numRuns: 20 })
})

test('a Gaussian process passes near what it was told and doubts what is far from it', () => {
  const inputs = [[0.1, 0.2], [0.4, 0.9], [0.8, 0.3], [0.6, 0.6], [0.2, 0.7]]
  const values = inputs.map(([x, y]) => Math.sin(3 * x!) + y!)
  const model = new GaussianProcess(inputs, values, seeded(1))
  for (const [at, input] of inputs.entries()) expect(Math.abs(model.predict(input).mean - values[at]!)).toBeLessThan(0.1)
  expect(model.predict([3, -3]).deviation).toBeGreaterThan(model.predict([0.41, 0.88]).deviation)
})

test('the same seed gives the same search', async () => {
  expect(await search(request)).toEqual(await search(request))
})

test('tries no choice twice, what it must try first, and no more than it may', async () => {
  const { evaluated } = await search(request)
  expect(evaluated.map(({ choice }) => choice).slice(0, 2)).toEqual(always)
  expect(new Set(evaluated.map(({ choice }) => choice.join())).size).toBe(60)
  expect(await search({ ...request, counts: [2, 2], always: [[0, 0]], evaluate: ([a, b]) => [a! + b!, -a! - b!] })).toMatchObject({ evaluated: { length: 4 } })
})

test('finds more than random choices of the same number, on the median of five seeds', async () => {
  const gains: number[] = []
  for (let seed = 1; seed <= 5; seed++) {
    const found = await search({ ...request, seed })
    const random = seeded(seed + 100)
    const drawn = [...always, ...Array.from({ length: 58 }, () => counts.map(count => Math.floor(random() * count)))].map(evaluate)
    gains.push(found.hypervolume - hypervolume(drawn, found.reference))
  }
  expect(gains.toSorted((a, b) => a - b)[2]).toBeGreaterThan(0)
})

test('refined, a front has no neighbour that leads beyond it, and loses nothing', async () => {
  const { front, reference, hypervolume: before } = await search(request)
  const refined = refine(front, counts, evaluate)
  const values = refined.map(({ value }) => value)
  expect(hypervolume(values, reference)).toBeGreaterThanOrEqual(before)
  for (const { choice } of refined) {
    for (const [slot, count] of counts.entries()) {
      for (let option = 0; option < count; option++) {
        const [loss, time] = evaluate(choice.with(slot, option))
        expect(values.some(([a, b]) => a <= loss && b <= time)).toBe(true)
      }
    }
  }
})

test('is cancelled', async () => {
  await expect(search({ ...request, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' })
})

/** As measured for six slots of a trained network: milliseconds on two cores of an x86-64 server, and dB lost on cuts of held-out pictures. */
const blockMs = [
  [16.86, 16.49, 10.3, 15.69, 4.23, 9.52, 5.46],
  [7.89, 7.81, 5.05, 7.42, 2.33, 3.61, 2.54],
  [4.29, 5.06, 3.31, 3.95, 1.11, 3.58, 1.63],
  [4.31, 5.13, 3.52, 4.05, 1.16, 2.86, 1.38],
  [6.9, 7.58, 6.59, 4.74, 1.54, 3.94, 2.53],
  [13.82, 13.42, 10.15, 12.66, 3.65, 7.59, 4.75],
]
const dropDb = [
  [0, -0.038, -0.094, 0.049, 0.12, 0.071, 0.14],
  [0, 0.036, 0.474, 0.241, 0.227, 0.363, 0.345],
  [0, -0.012, -0, -0, 0.03, 0.028, -0.013],
  [0, -0.008, 0.009, -0.01, -0.001, -0.014, -0.004],
  [0, 0.109, 0.165, 0.155, 0.235, 0.171, 0.196],
  [0, -0.012, -0.142, -0.054, 0.04, 0.015, 0.268],
]

test('on measured tables, too', async () => {
  const each = blockMs.map(row => row.length)
  const sum = (table: readonly (readonly number[])[], choice: readonly number[]) => choice.reduce((total, option, slot) => total + table[slot]![option]!, 0)
  const judge = (choice: readonly number[]): Pair => [sum(dropDb, choice), sum(blockMs, choice)]
  const first = [each.map(() => 0), blockMs.map(row => row.indexOf(Math.min(...row)))]
  const gains: number[] = []
  for (let seed = 1; seed <= 5; seed++) {
    const found = await search({ counts: each, evaluate: judge, always: first, evaluations: 80, seed, signal })
    const random = seeded(seed + 100)
    const drawn = [...first, ...Array.from({ length: 78 }, () => each.map(count => Math.floor(random() * count)))].map(judge)
    gains.push(found.hypervolume / hypervolume(drawn, found.reference))
  }
  expect(gains.toSorted((a, b) => a - b)[2]).toBeGreaterThan(1)
})
