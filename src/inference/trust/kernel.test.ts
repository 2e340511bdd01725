import { expect, test } from 'vitest'
import { randoms } from '../../../test/helpers/pictures.ts'
import { KernelFit, reach, windowSide } from './kernel.ts'

const area = windowSide * windowSide
const noise = (seed: number) => Float64Array.from({ length: area }, randoms(seed))
const ones = new Float64Array(area).fill(1)
const wrap = (place: number) => (place + windowSide) % windowSide

/** Each pixel is the mean of `length` pixels to its right, beginning `shift` pixels away, around the borders. */
function streak(from: Float64Array, length: number, shift: number): Float64Array {
  return from.map((_, at) => {
    let sum = 0
    for (let step = shift; step < shift + length; step++) sum += from[at - at % windowSide + wrap(at % windowSide + step)]!
    return sum / length
  })
}

/** Root mean square of the difference, away from the borders, over that of the wanted picture. */
function error(found: Float64Array, wanted: Float64Array): number {
  let [difference, energy] = [0, 0]
  for (let y = reach; y < windowSide - reach; y++) {
    for (let x = reach; x < windowSide - reach; x++) {
      const at = y * windowSide + x
      difference += (found[at]! - wanted[at]!) ** 2
      energy += wanted[at]! ** 2
    }
  }
  return Math.sqrt(difference / energy)
}

test.each([[1, 0], [5, -2], [7, 0], [1, -6]])('a streak of %i pixels that begins %i pixels away is found', (length, shift) => {
  const from = noise(1)
  const wanted = streak(from, length, shift)
  const found = new Float64Array(area)
  new KernelFit().predict(from, wanted, ones, found)
  expect(error(found, wanted)).toBeLessThan(0.01)
})

test('a picture that has nothing to do with another one is not explained by it', () => {
  const found = new Float64Array(area)
  new KernelFit().predict(noise(2), noise(3), ones, found)
  expect(error(found, noise(3))).toBeGreaterThan(0.9)
})

test('what has no weight does not bend the kernel, and one instance serves many windows', () => {
  const from = noise(4)
  const wanted = streak(from, 5, -2)
  const foreign = noise(5)
  const spoiled = wanted.map((value, at) => at < area / 4 ? foreign[at]! : value)
  const weights = ones.map((_, at) => at < area / 4 ? 0 : 1)
  const fit = new KernelFit()
  const found = new Float64Array(area)
  fit.predict(from, spoiled, ones, found)
  const bent = error(found, wanted)
  fit.predict(from, spoiled, weights, found)
  expect(error(found, wanted)).toBeLessThan(Math.min(0.15, bent))
})

test('without texture there is nothing to explain', () => {
  const found = new Float64Array(area).fill(1)
  new KernelFit().predict(new Float64Array(area), new Float64Array(area), ones, found)
  expect(found.every(value => value === 0)).toBe(true)
})
