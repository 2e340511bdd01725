import { expect, test } from 'vitest'
import { randoms } from '../../../test/helpers/pictures.ts'
import { guardTile } from './guard.ts'

const side = 64
const plane = side * side

function tile(value: (x: number, y: number, channel: number) => number): Float32Array {
  const data = new Float32Array(3 * plane)
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) data[channel * plane + y * side + x] = value(x, y, channel)
  }
  return data
}

const edges = tile((x, y) => (x > 20 && y > 30 ? 0.8 : 0.2))

test('a tile that comes back as it was passes', () => {
  expect(guardTile(edges, edges, side, side)).toBeNull()
})

test('strong sharpening with overshoot passes', () => {
  const soft = tile((x, y) => 0.2 + 0.6 * Math.min(1, Math.max(0, (x - 16) / 32)) * Math.min(1, Math.max(0, (y - 16) / 32)))
  const sharp = tile((x, y) => (x > 32 && y > 32 ? 0.85 : x > 30 && y > 30 ? 1.05 : 0.19))
  expect(guardTile(soft, sharp, side, side)).toBeNull()
})

test('one value that is not a number, or infinite, is enough', () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    const bad = edges.slice()
    bad[2 * plane + 77] = value
    expect(guardTile(edges, bad, side, side)).toBe('not-finite')
  }
})

test('black is noticed, a black photo is not blamed', () => {
  const black = tile(() => 0)
  expect(guardTile(edges, black, side, side)).toBe('black')
  expect(guardTile(black, black, side, side)).toBeNull()
})

test('a mean colour that drifts is noticed', () => {
  expect(guardTile(edges, edges.map(value => value + 0.1), side, side)).toBe('colour-drift')
  expect(guardTile(edges, edges.map((value, at) => value - (at < plane ? 0.07 : 0)), side, side)).toBe('colour-drift')
  expect(guardTile(edges, edges.map(value => value + 0.02), side, side)).toBeNull()
})

test('coloured blocks and checkers are noticed', () => {
  const random = randoms(3)
  const colours = Array.from({ length: 3 * 64 }, () => 0.4 * random())
  const mean = colours.reduce((sum, value) => sum + value, 0) / colours.length
  const blocks = tile((x, y, channel) => 0.5 - mean + colours[channel * 64 + (y >> 3) * 8 + (x >> 3)]!)
  const centred = blocks.map((value, at) => value - averageOf(blocks, Math.floor(at / plane)) + 0.5)
  expect(guardTile(tile(() => 0.5), centred, side, side)).toBe('mosaic')
  const checkers = tile((x, y) => 0.5 + ((x + y) % 2 === 0 ? 0.2 : -0.2))
  expect(guardTile(tile(() => 0.5), checkers, side, side)).toBe('mosaic')
})

function averageOf(data: Float32Array, channel: number): number {
  return data.subarray(channel * plane, (channel + 1) * plane).reduce((sum, value) => sum + value, 0) / plane
}
