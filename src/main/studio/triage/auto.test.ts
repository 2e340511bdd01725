import { expect, test } from 'vitest'
import type { BlurReport } from '../../../shared/blur-report.ts'
import { bestWay, type Candidate, decide, leaveReason, shareOut, type Way, waysOf } from './auto.ts'

const report = (changes: Partial<BlurReport> = {}): BlurReport => ({
  kind: 'shake', probability: 0.8, probabilities: { 'sharp': 0.1, 'shake': 0.8, 'defocus': 0.05, 'moving': 0.03, 'low-light': 0.02 }, intent: null,
  severity: 0.5, sharpness: 0.3, blurLength: 20, blurAngle: 40, scale: 1, noise: 0.01, exposure: 0.2,
  gains: [{ engine: 'demoe', pack: 'd', db: 0.9, spreadDb: 0.3 }, { engine: 'nafnet-edge', pack: 'n', db: 0.89, spreadDb: 0.3 }],
  classes: null, tiles: [], measures: {}, ...changes,
})
const candidates: Candidate[] = [
  { engine: 'nafnet-edge', title: 'Edge NAFNet', pack: 'n', seconds: { network: 2, rest: 0.1 } },
  { engine: 'demoe', title: 'DeMoE', pack: 'd', seconds: { network: 6, rest: 0.1 } },
  { engine: 'adarevd', title: 'AdaRevD', pack: 'a', seconds: { network: 4, rest: 0.1 } },
]
const way = (worth: number, seconds: number | null, title = `${worth} in ${seconds}`): Way =>
  ({ engine: title, title, scale: 1, gainDb: worth, spreadDb: 0.2, worth, seconds })

test.each([
  ['sharp', report({ kind: 'sharp', probability: 0.93 }), /sharp \(93 %\)/],
  ['a soft background', report({ kind: 'sharp', probability: 0.9, intent: 'depth-of-field' }), /soft background/],
  ['probably sharp with little to gain', report({ kind: 'sharp', probability: 0.7, gains: [{ engine: 'demoe', pack: 'd', db: 0.4, spreadDb: 0.2 }] }), /sharp \(70 %\)/],
  ['nothing to gain', report({ gains: [{ engine: 'demoe', pack: 'd', db: 0.01, spreadDb: 0.2 }] }), /nothing is expected/],
])('left alone: %s', (_, photo, reason) => {
  expect(leaveReason(photo)).toMatch(reason)
  expect(decide(photo, waysOf(photo, candidates, 24, null), null)).toMatchObject({ way: null })
})

test('what is not surely sharp is restored, and the reason says so', () => {
  const unsure = report({ kind: 'sharp', probability: 0.5, intent: 'depth-of-field' })
  const { way: chosen, reason } = decide(unsure, waysOf(unsure, candidates, 24, null), null)
  expect(chosen?.engine).toBe('nafnet-edge')
  expect(reason).toMatch(/^hard to tell \(50 % sharp\)/)
})

test('what is probably sharp is restored where much is expected to be gained, or where that is not known', () => {
  const shaken = report({ kind: 'sharp', probability: 0.83, blurLength: null })
  expect(decide(shaken, waysOf(shaken, candidates, 24, null), null).reason).toMatch(/^looks sharp \(83 %\), but not beyond doubt: Edge NAFNet is expected to gain 0\.9/)
  expect(leaveReason(report({ kind: 'sharp', probability: 0.83, gains: [] }))).toBeNull()
})

test('of engines that gain alike the faster one is taken, a better one where it is clearly better', () => {
  expect(decide(report(), waysOf(report(), candidates, 24, null), null).way).toMatchObject({ engine: 'nafnet-edge', scale: 1 })
  const better = report({ gains: [{ engine: 'demoe', pack: 'd', db: 1.4, spreadDb: 0.3 }, { engine: 'nafnet-edge', pack: 'n', db: 0.9, spreadDb: 0.3 }] })
  const { way: chosen, reason } = decide(better, waysOf(better, candidates, 24, null), null)
  expect(chosen?.engine).toBe('demoe')
  expect(reason).toBe('camera shake (80 %) of about 20 pixels: DeMoE is expected to gain 1.4 ± 0.3 dB')
})

test('the working scale is that of the blur, or what a person asked for', () => {
  const long = report({ blurLength: 50, scale: 0.5 })
  expect(decide(long, waysOf(long, candidates, 24, null), null).way?.scale).toBe(0.5)
  expect(decide(long, waysOf(long, candidates, 24, 1), null).way?.scale).toBe(1)
})

test('without any figures for the packs the first engine works at full scale', () => {
  const unknown = report({ gains: [] })
  const ways = waysOf(unknown, candidates.map((each) => ({ ...each, seconds: null })), 24, null)
  expect(bestWay(ways)).toMatchObject({ engine: 'nafnet-edge', scale: 1, gainDb: null })
})

test.each([
  ['enough for all', 200, 'nafnet-edge', 1],
  ['enough for half size', 20, 'nafnet-edge', 0.5],
  ['enough for a quarter', 6, 'nafnet-edge', 0.25],
])('a budget of seconds a photo: %s', (_, limit, engine, scale) => {
  expect(decide(report(), waysOf(report(), candidates, 24, null), limit).way).toMatchObject({ engine, scale })
})

test('a photo that no way fits is left alone and says how long it would take', () => {
  const { way: chosen, reason } = decide(report(), waysOf(report(), candidates, 24, null), 1)
  expect(chosen).toBeNull()
  expect(reason).toMatch(/about 5\.4 s, over the budget of 1\.0 s a photo/)
})

test.each<[string, number, (number | null)[]]>([
  ['nothing', 0, [null, null]],
  ['the cheapest gains first', 10, [1, null]],
  ['both at their first step', 30, [1, 0.5]],
  ['then the steps that gain most a second', 60, [2, 0.5]],
])('a budget of the batch buys %s', (_, seconds, worths) => {
  const photos = [[way(1, 10), way(2, 40)], [way(0.5, 20), way(0.6, 60)]]
  const chosen = shareOut(photos, seconds)
  expect(chosen.map((each) => each?.worth ?? null)).toEqual(worths)
  expect(chosen.reduce((sum, each) => sum + (each?.seconds ?? 0), 0)).toBeLessThanOrEqual(seconds)
})

test('a batch without a budget that binds gets the best of every photo', () => {
  const photos = [[way(1, 10), way(2, 40), way(1.9, 80)], [way(0.5, 20)], []]
  expect(shareOut(photos, 1000).map((each) => each?.worth ?? null)).toEqual([2, 0.5, null])
})
