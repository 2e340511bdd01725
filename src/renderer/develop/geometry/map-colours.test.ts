import { expect, test } from 'vitest'
import type { OverlayMap } from '../../../shared/contract/develop.ts'
import { colourOf, legendOf, paintMap } from './map-colours.ts'

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

test('what lines mean is one entry', () => {
  expect(legendOf(map('lines', ['path'], [])).map(entry => entry.word)).toEqual(['path'])
})

test('values out of range do no harm', () => {
  expect(colourOf(map('levels', [], []), 7)).not.toBeNull()
  expect(colourOf(map('classes', ['a'], []), 99)).not.toBeNull()
  expect(colourOf(map('levels', [], []), Number.NaN)).toBeNull()
})
