import { expect, test } from 'vitest'
import { scene } from '../../../test/helpers/pictures.ts'
import { cutTile, storeRows } from './layout.ts'

test('rounds to the nearest level and stays inside the range', () => {
  const blended = Float32Array.from([0.4999 / 255, 0.5001 / 255, 1.4999 / 255, -0.3, 1.7, 254.5001 / 255])
  const planar = new Float32Array(18)
  for (let channel = 0; channel < 3; channel++) planar.set(blended, channel * 6)
  expect([...storeRows(planar, new Uint8Array(18), 6, 3, 8, 1)].filter((_, at) => at % 3 === 1)).toEqual([0, 1, 1, 0, 255, 255])
})

test('strength 0 is the source, a half is half way, alpha is never touched', () => {
  const source = Uint16Array.from([1000, 30_000, 65_535, 77])
  const restored = Float32Array.from([3000 / 65_535, 0, 1])
  expect([...storeRows(restored, source, 1, 4, 16, 0)]).toEqual([1000, 30_000, 65_535, 77])
  expect([...storeRows(restored, source, 1, 4, 16, 0.5)]).toEqual([2000, 15_000, 65_535, 77])
})

test('grey is replicated on the way in and averaged on the way out', () => {
  const picture = scene({ width: 8, height: 8, channels: 2, depth: 8 })
  const tile = new Float32Array(3 * 64)
  cutTile({ rows: picture.samples, width: 8, height: 8, channels: 2, depth: 8 }, 0, 8, 8, 8, 'reflect', tile)
  expect(tile[64 + 9]).toBe(tile[9])
  expect(tile[9]).toBeCloseTo(picture.samples[18]! / 255, 6)
  expect(storeRows(Float32Array.from([0.1, 0.2, 0.6]), Uint8Array.from([9, 200]), 1, 2, 8, 1)).toEqual(Uint8Array.from([77, 200]))
})

test('what lies outside is reflected or zero', () => {
  const rows = Uint8Array.from([10, 10, 10, 20, 20, 20, 30, 30, 30])
  const tile = new Float32Array(3 * 8 * 2)
  const levels = () => [...tile.subarray(0, 16)].map(value => Math.round(value * 255))
  cutTile({ rows, width: 3, height: 1, channels: 3, depth: 8 }, 0, 3, 8, 2, 'reflect', tile)
  expect(levels()).toEqual([10, 20, 30, 20, 10, 20, 30, 20, 10, 20, 30, 20, 10, 20, 30, 20])
  cutTile({ rows, width: 3, height: 1, channels: 3, depth: 8 }, 1, 2, 8, 2, 'zero', tile)
  expect(levels()).toEqual([20, 30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
})
