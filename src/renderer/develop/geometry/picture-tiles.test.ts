import { expect, test } from 'vitest'
import { levelFor, tileBox, tileRect, tilesForView, tilesIn, type Pyramid } from './picture-tiles.ts'
import { place, type Viewport } from './viewport.ts'

const pyramid: Pyramid = { width: 6000, height: 4000, tileSide: 512, levels: 4 }
const stage = { width: 1200, height: 900 }
const at = (zoom: Viewport['zoom']): Viewport => ({ zoom, centre: { x: 0.5, y: 0.5 } })

test('a level has at least one pixel for each device pixel', () => {
  expect([4, 1, 0.51, 0.5, 0.3, 0.25, 0.125, 0.01].map(scale => levelFor(pyramid, scale))).toEqual([0, 0, 0, 1, 1, 2, 3, 3])
})

test('the middle of the view comes first, and nothing outside the photo', () => {
  const tiles = tilesIn(pyramid, 0, { x: 2048, y: 1024, width: 1536, height: 1536 })
  expect(tiles).toHaveLength(9)
  expect(tiles[0]).toEqual({ level: 0, column: 5, row: 3 })
  const corner = tilesForView(pyramid, stage, place(pyramid, stage, { zoom: 1, centre: { x: 1, y: 1 } }))
  for (const { column, row } of corner) {
    expect(column).toBeLessThanOrEqual(11)
    expect(row).toBeLessThanOrEqual(7)
  }
})

test('the last tiles are cut at the photo\'s edge', () => {
  expect(tileRect(pyramid, { level: 0, column: 11, row: 7 })).toEqual({ x: 5632, y: 3584, width: 368, height: 416 })
  expect(tileRect(pyramid, { level: 3, column: 1, row: 0 })).toEqual({ x: 4096, y: 0, width: 1904, height: 4000 })
})

test.each([0.137, 1 / 3, 0.9, 1, 2.5])('neighbours share an edge at zoom %s', zoom => {
  const placement = place(pyramid, stage, at(zoom))
  const level = levelFor(pyramid, placement.scale)
  const all = tilesIn(pyramid, level, { x: 0, y: 0, width: pyramid.width, height: pyramid.height })
  const boxes = new Map(all.map(tile => [`${tile.column}/${tile.row}`, tileBox(pyramid, tile, placement)]))
  for (const { column, row } of all) {
    const box = boxes.get(`${column}/${row}`)!
    const right = boxes.get(`${column + 1}/${row}`)
    const below = boxes.get(`${column}/${row + 1}`)
    expect(box.left + box.width).toBe(right?.left ?? placement.width)
    expect(box.top + box.height).toBe(below?.top ?? placement.height)
    if (zoom === 1 && right !== undefined && below !== undefined) expect([box.width, box.height]).toEqual([512, 512])
  }
})
