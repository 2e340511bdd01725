import { expect, test } from 'vitest'
import { drawTileMap } from './tile-map.ts'

const words = { label: 'Steps', kind: 'levels', words: [] } as const

test('tiles of different sizes cover their parts of the photo, unknown ones stay null', () => {
  const map = drawTileMap({ id: 'exit', columns: [0, 300, 400], rows: [0, 100, 200], values: [1, 2, 3, null] }, { ...words, words: [] })
  expect([map.width, map.height, map.values.length]).toEqual([128, 64, 128 * 64])
  const at = (x: number, y: number) => map.values[y * 128 + x]
  expect([at(0, 0), at(95, 31), at(96, 0), at(127, 31), at(0, 32), at(95, 63), at(127, 63)]).toEqual([1, 1, 2, 2, 3, 3, null])
})

test('a narrow photo still has a cell across', () => {
  expect(drawTileMap({ id: 'exit', columns: [0, 1], rows: [0, 5000], values: [4] }, { ...words, words: [] })).toMatchObject({ width: 1, height: 128 })
})
