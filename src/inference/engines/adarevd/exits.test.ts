import { expect, test } from 'vitest'
import { classOfTile, exitDepth } from './exits.ts'

/** Table O of the published RevD-B on GoPro (AdaRevD, supplement), classes from <= 20 dB to > 40 dB. */
const revdB = [
  [11.134, 0.642, 0.351, 0.178], [10.959, 0.406, 0.211, 0.1], [9.184, 0.214, 0.105, 0.047],
  [6.215, 0.121, 0.05, 0.021], [3.468, 0.079, 0.024, 0.011], [2.38, 0.047, 0.016, 0.009],
]

test.each([
  [0.02, [4, 4, 4, 4, 3, 2]], [0.05, [4, 4, 3, 3, 2, 1]], [0.1, [4, 4, 3, 2, 1, 1]], [0.2, [3, 3, 2, 1, 1, 1]],
])('the published table gives the published exits at %s dB', (tau, exits) => {
  expect(revdB.map(row => exitDepth(row, tau))).toEqual(exits)
})

test('the first gain below the threshold ends it, also when a later one is above again', () => {
  const revdL = [12.037, 1.174, 0.357, 0.105, 0.188, 0.117, 0.029, 0]
  expect(exitDepth(revdL, 0.15)).toBe(3)
  expect(exitDepth([-0.4, 0.2], 0)).toBe(0)
})

test.each<[number | null, number]>([
  [null, 2], [0.5, 2], [0.45, 1], [0.25, 1], [0.15, 0], [0.95, 3],
])('the class at the quantile %s is %s', (quantile, expected) => {
  const logits = [0.2, 0.28, 0.42, 0.1].map(Math.log)
  expect(classOfTile(logits, quantile)).toBe(expected)
  expect(classOfTile(logits.map(logit => logit + 90), quantile)).toBe(expected)
})
