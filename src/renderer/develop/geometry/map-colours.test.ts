import { expect, test } from 'vitest'
import type { OverlayMap } from '../../../shared/contract/develop.ts'
import { arrowsIn, colourOf, legendOf, paintMap } from './map-colours.ts'

const map = (kind: OverlayMap['kind'], words: string[], values: (number | null)[], width = values.length, height = 1): OverlayMap =>
  ({ id: 'm', label: 'M', width, height, kind, words, values })

test('what is not known, and a class without a word, is not drawn', () => {
  const classes = map('classes', ['', 'suspect'], [null, 0, 1])
  const pixels = paintMap(classes)
  expect([3, 7, 11].map(at => pixels[at]! > 0)).toEqual([false, false, true])
  expect(legendOf(classes).map(entry => entry.word)).toEqual(['suspect'])
})

test('a scale grows in opacity from nothing; counted levels are evenly opaque and all differ', () => {
  const scale = map('levels', ['soft', 'sharp'], [])
  expect(colourOf(scale, 0)?.[3]).toBe(0)
  expect(colourOf(scale, 1)?.[3]).toBe(200)
  const depths = map('levels', ['1', '2', '3', '4'], [])
  const colours = [0, 1, 2, 3].map(value => colourOf(depths, value)!)
  expect(new Set(colours.map(String)).size).toBe(4)
  expect(new Set(colours.map(colour => colour[3])).size).toBe(1)
  expect(legendOf(depths)).toHaveLength(4)
})

test('values out of range do no harm', () => {
  expect(colourOf(map('levels', [], []), 7)).not.toBeNull()
  expect(colourOf(map('classes', ['a'], []), 99)).not.toBeNull()
  expect(colourOf(map('levels', [], []), Number.NaN)).toBeNull()
})

test('arrows lie in their cells\' middle, only where known and seen, and are thinned evenly', () => {
  const vectors = map('vectors', [], Array.from({ length: 200 }, (_, at) => at === 0 ? null : at), 10, 10)
  const photo = { width: 1000, height: 500 }
  const all = arrowsIn(vectors, photo, { x: 0, y: 0, ...photo }, 1000)
  expect(all).toHaveLength(99)
  expect(all[0]).toEqual({ x: 150, y: 25, dx: 2, dy: 3 })
  expect(arrowsIn(vectors, photo, { x: 500, y: 250, width: 100, height: 50 }, 1000)).toEqual([{ x: 550, y: 275, dx: 110, dy: 111 }])
  expect(arrowsIn(vectors, photo, { x: 0, y: 0, ...photo }, 25).length).toBeLessThanOrEqual(25)
})
