import { expect, test } from 'vitest'
import type { OverlayMap } from '../../../shared/contract/develop.ts'
import { linesIn, longestLine } from './map-lines.ts'

const map = (values: (number | null)[]): OverlayMap => ({ id: 'm', label: 'M', width: 10, height: 10, kind: 'lines', words: [], values })
const photo = { width: 1000, height: 500 }

test('lines lie in their cells\' middle, only where known and seen', () => {
  const lines = map(Array.from({ length: 200 }, (_, at) => at === 0 ? null : at))
  const all = linesIn(lines, photo, { x: 0, y: 0, ...photo })
  expect(all).toHaveLength(99)
  expect(all[0]).toEqual({ x: 150, y: 25, dx: 2, dy: 3 })
  expect(linesIn(lines, photo, { x: 510, y: 255, width: 80, height: 40 })).toEqual([{ x: 550, y: 275, dx: 110, dy: 111 }])
})

test('the longest line is told in pixels, none where nothing is known', () => {
  expect(longestLine(map([3, 4, 0, 1, ...Array.from({ length: 196 }, () => null)]))).toBe(5)
  expect(longestLine(map(Array.from({ length: 200 }, () => null)))).toBeNull()
})
