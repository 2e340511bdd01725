import { expect, test } from 'vitest'
import type { TileLines } from '../engines/engine.ts'
import { lineMap } from './line-map.ts'
import { planTiles } from './tiles.ts'

/** A grid of even lines of one length and angle. */
function lines(side: number, length: number, degrees: number): TileLines {
  const angle = degrees * Math.PI / 90
  const fill = (value: number) => new Float32Array(side * side).fill(value)
  return { columns: side, rows: side, u: fill(length * Math.cos(angle)), v: fill(length * Math.sin(angle)) }
}

const photo = { width: 1000, height: 600 }
const at = (values: readonly (number | null)[], column: number, row: number) => values.slice(2 * (row * 10 + column), 2 * (row * 10 + column) + 2).map(value => value === null ? null : Math.round(value * 100) / 100)

test('each tile\'s lines stay in its part of the photo, both ways along a line being the same', () => {
  const plan = planTiles(1000, 600, { multipleOf: 16, window: 640, overlap: 64 })
  expect(plan.columns.map(({ start, end }) => [start, end])).toEqual([[0, 640], [360, 1000]])
  const map = lineMap('motion', plan, 1, photo, index => index === 0 ? lines(40, 8, 0) : lines(40, 6, 90))
  expect(map).toMatchObject({ id: 'motion', columns: [0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000] })
  expect(map.values).toHaveLength(200)
  expect(at(map.values, 0, 9)).toEqual([8, 0])
  expect(at(map.values, 9, 0)).toEqual([0, 6])
  const turned = lineMap('motion', plan, 1, photo, () => lines(40, 8, 180))
  expect(turned.values.filter(value => value !== null && Math.abs(value) > 7.9 && value < 0)).toEqual([])
})

test('where a cell\'s lines cross at right angles none is left; what they share is', () => {
  const plan = planTiles(40, 40, { multipleOf: 8, window: 64, overlap: 0 })
  const crossed: TileLines = { columns: 40, rows: 40, u: Float32Array.from({ length: 1600 }, (_, place) => place % 2 === 0 ? 5 : -5), v: new Float32Array(1600) }
  expect(at(lineMap('motion', plan, 1, { width: 40, height: 40 }, () => crossed).values, 3, 3).map(value => Math.abs(value!))).toEqual([0, 0])
})

test('tiles that were not made are not known, padding is nobody\'s, and a reduced scale has longer lines in the photo', () => {
  const plan = planTiles(500, 300, { multipleOf: 16, window: 256, overlap: 32 })
  const { values } = lineMap('motion', plan, 0.5, photo, index => index === 0 ? lines(16, 5, 45) : undefined)
  expect(at(values, 0, 0)).toEqual([7.07, 7.07])
  expect(at(values, 9, 9)).toEqual([null, null])
  const small = planTiles(20, 20, { multipleOf: 64, window: 64, overlap: 0 })
  const padded = lines(4, 5, 0)
  padded.u.fill(1000, 1)
  expect(lineMap('motion', small, 1, { width: 20, height: 20 }, () => padded).values.filter(value => value !== null)).toEqual([5, 0])
})
