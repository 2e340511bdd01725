import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectedImprovement, hypervolume, knee, type Pair, paretoFront } from './pareto.ts'
import { seeded } from './random.ts'

const same = (pair: Pair) => pair
const pairs = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 12 })

test('no point of a front is beaten, and every point is as bad as one of the front or worse', () => {
  fc.assert(fc.property(pairs, points => {
    const front = paretoFront(points, same)
    const beats = ([a, b]: Pair, [c, d]: Pair) => a <= c && b <= d
    expect(front.every(one => !front.some(other => other !== one && beats(other, one)))).toBe(true)
    expect(points.every(point => front.some(one => beats(one, point)))).toBe(true)
  }))
})

test('hypervolume of a staircase', () => {
  expect(hypervolume([[0.2, 0.6], [0.5, 0.1], [0.6, 0.5]], [1, 1])).toBeCloseTo(0.3 * 0.4 + 0.5 * 0.9)
  expect(hypervolume([[2, 0.5]], [1, 1])).toBe(0)
})

test('hypervolume never shrinks when a point is added', () => {
  fc.assert(fc.property(pairs, points => {
    expect(hypervolume(points, [1, 1])).toBeGreaterThanOrEqual(hypervolume(points.slice(1), [1, 1]) - 1e-12)
  }))
})

test.each<[Pair, Pair]>([[[0.4, 0.4], [0.2, 0.3]], [[0.9, 0.1], [0.4, 0.05]], [[0.7, 0.8], [0.1, 0.1]], [[-0.2, 0.3], [0.3, 0.5]]])('expected improvement at %j with deviations %j agrees with drawn samples', (mean, deviation) => {
  const front: Pair[] = [[0.1, 0.8], [0.3, 0.5], [0.6, 0.2]]
  const reference: Pair = [1, 1]
  const random = seeded(3)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const before = hypervolume(front, reference)
  const draws = 40_000
  let sum = 0
  for (let turn = 0; turn < draws; turn++) sum += hypervolume([...front, [mean[0] + deviation[0] * normal(), mean[1] + deviation[1] * normal()]], reference) - before
  const exact = expectedImprovement(front, reference, mean, deviation)
  expect(Math.abs(exact - sum / draws)).toBeLessThan(0.02 * exact + 5e-4)
})

test('without doubt the expected improvement is the improvement', () => {
  const front: Pair[] = [[0.1, 0.8], [0.6, 0.2]]
  const value = hypervolume([...front, [0.3, 0.4]], [1, 1]) - hypervolume(front, [1, 1])
  expect(expectedImprovement(front, [1, 1], [0.3, 0.4], [0, 0])).toBeCloseTo(value, 9)
})

test('the knee is where the front bends most', () => {
  expect(knee<Pair>([[0, 1], [0.1, 0.2], [0.5, 0.15], [1, 0]], same)).toEqual([0.1, 0.2])
})
