import { expect, test } from 'vitest'
import { decimalsOf, steppedBy } from './slider-steps.ts'

test('digits after the point', () => {
  expect([decimalsOf(1), decimalsOf(0.05), decimalsOf(1e-7), decimalsOf(2.5)]).toEqual([0, 2, 7, 1])
})

test('steps leave no dust and stop at the ends', () => {
  expect([steppedBy(0.1, 0.2, 0, 1), steppedBy(0.95, 0.5, 0, 1), steppedBy(0, -1, 0, 1)]).toEqual([0.3, 1, 0])
})
