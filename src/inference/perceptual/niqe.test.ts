import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { niqe, type NaturalModel } from './niqe.ts'
import { gamma } from './statistics.ts'

/** What `models/training` computes for the same picture (`test_perceptual.py`). */
const vector = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', '..', 'test', 'vectors', 'niqe.json'), 'utf8')) as {
  width: number, height: number, mean: number[], distance: number
}
const identity = Array.from({ length: 36 }, (_, i) => Array.from({ length: 36 }, (_, j) => Number(i === j)))
const plain: NaturalModel = { mean: new Array<number>(36).fill(0), covariance: identity }

const luma = (x: number, y: number) => 78 + (3 * x * x + 7 * y + x * y % 31 * 5) % 101 + 20 * ((Math.floor(x / 16) + Math.floor(y / 12)) % 3)
const rows = (width: number) => (y: number, count: number) =>
  Promise.resolve(Float64Array.from({ length: width * count }, (_, index) => luma(index % width, y + Math.floor(index / width))))

test('the distance is that of the training code', async () => {
  expect(await niqe(vector.width, vector.height, rows(vector.width), plain)).toBeCloseTo(vector.distance, 4)
})

test('a picture whose features are the model\'s mean is at no distance', async () => {
  expect(await niqe(vector.width, vector.height, rows(vector.width), { mean: vector.mean, covariance: identity })).toBeLessThan(1e-4)
})

test('a picture of one patch has no figure', async () => {
  expect(await niqe(150, 120, rows(150), plain)).toBeNull()
})

test('the gamma function', () => {
  for (const [x, value] of [[1, 1], [5, 24], [0.5, Math.sqrt(Math.PI)], [0.1, 9.513507698668732], [15, 87178291200]] as const) expect(gamma(x) / value).toBeCloseTo(1, 10)
})
