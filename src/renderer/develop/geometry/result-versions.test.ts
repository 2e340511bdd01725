import { expect, test } from 'vitest'
import type { Pyramid } from './picture-tiles.ts'
import { ResultVersions } from './result-versions.ts'

const pyramid: Pyramid = { width: 1600, height: 1200, tileSide: 512, levels: 3 }

test('nothing is asked for where nothing is known', () => {
  const versions = new ResultVersions(pyramid, false)
  versions.touch({ x: 600, y: 0, width: 100, height: 100 }, 3)
  expect(versions.of({ level: 0, column: 0, row: 0 })).toBeNull()
  expect(versions.of({ level: 0, column: 1, row: 0 })).toBe(3)
  expect(versions.of({ level: 1, column: 0, row: 0 })).toBe(3)
  expect(versions.of({ level: 1, column: 1, row: 1 })).toBeNull()
})

test('a tile takes the newest version it touches; an older one that comes late changes nothing', () => {
  const versions = new ResultVersions(pyramid, false)
  versions.touch({ x: 0, y: 0, width: 512, height: 512 }, 5)
  versions.touch({ x: 511, y: 511, width: 2, height: 2 }, 4)
  expect(versions.of({ level: 0, column: 0, row: 0 })).toBe(5)
  expect(versions.of({ level: 0, column: 1, row: 1 })).toBe(4)
})

test('a stored result is there from the beginning', () => {
  expect(new ResultVersions(pyramid, true).of({ level: 2, column: 0, row: 0 })).toBe(0)
})

test('rectangles beyond the photo are cut', () => {
  const versions = new ResultVersions(pyramid, false)
  versions.touch({ x: -40, y: 1100, width: 5000, height: 500 }, 1)
  expect([0, 1, 2, 3].map(column => versions.of({ level: 0, column, row: 2 }))).toEqual([1, 1, 1, 1])
  expect(versions.of({ level: 0, column: 0, row: 1 })).toBeNull()
})
