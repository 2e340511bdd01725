import { expect, test } from 'vitest'
import { reordered } from './reordered.ts'

test('what is moved keeps its own order, and lands before the target', () => {
  expect(reordered([1, 2, 3, 4, 5], new Set([4, 2]), 1)).toEqual([2, 4, 1, 3, 5])
  expect(reordered([1, 2, 3, 4, 5], new Set([1]), 3)).toEqual([2, 1, 3, 4, 5])
  expect(reordered([1, 2, 3], new Set([1]), null)).toEqual([2, 3, 1])
})

test('dropped on one of the moved themselves, they gather before the next that stays', () => {
  expect(reordered([1, 2, 3, 4, 5], new Set([2, 4]), 4)).toEqual([1, 3, 2, 4, 5])
  expect(reordered([1, 2, 3], new Set([2, 3]), 2)).toEqual([1, 2, 3])
})
