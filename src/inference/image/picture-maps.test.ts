import sharp from 'sharp'
import { expect, test } from 'vitest'
import { MemoryPicture, randoms, scene } from '../../../test/helpers/pictures.ts'
import { changeMap, sharpnessMap } from './picture-maps.ts'

const never = new AbortController().signal
const shape = { width: 320, height: 160, channels: 3, depth: 8 } as const

/** Bars at the left as they are, at the right blurred; a flat strip below; grain over everything. */
async function bars(noise: number) {
  const random = randoms(3)
  const sharpBars = Buffer.alloc(160 * 160 * 3)
  for (let y = 0; y < 120; y++) for (let x = 0; x < 160; x++) sharpBars.fill(x % 40 < 20 ? 70 : 180, (y * 160 + x) * 3, (y * 160 + x) * 3 + 3)
  sharpBars.fill(120, 120 * 160 * 3)
  const blurred = await sharp(sharpBars, { raw: { width: 160, height: 160, channels: 3 } }).blur(5).raw().toBuffer()
  const samples = new Uint8Array(320 * 160 * 3)
  for (let y = 0; y < 160; y++) {
    for (let x = 0; x < 320; x++) {
      const from = x < 160 ? sharpBars : blurred
      for (let channel = 0; channel < 3; channel++) {
        const level = from[(y * 160 + x % 160) * 3 + channel]! + noise * random()
        samples[(y * 320 + x) * 3 + channel] = Math.max(0, Math.min(255, level))
      }
    }
  }
  return new MemoryPicture(shape, samples)
}

test.each([0, 6])('sharp steps count as sharp, blurred ones as soft, flat parts as nothing; grain of %d levels', async noise => {
  const { width, height, values } = await sharpnessMap(await bars(noise), never)
  expect([width, height]).toEqual([20, 10])
  const part = (fromX: number, toX: number, fromY: number, toY: number) => values.filter((_, at) => {
    const [x, y] = [at % 20, Math.floor(at / 20)]
    return x >= fromX && x < toX && y >= fromY && y < toY
  })
  const mean = (list: (number | null)[]) => {
    const known = list.filter(value => value !== null)
    return known.reduce((sum, value) => sum + value, 0) / known.length
  }
  expect(mean(part(1, 9, 1, 6))).toBeGreaterThan(0.8)
  expect(mean(part(11, 19, 1, 6))).toBeLessThan(0.2)
  expect(part(0, 10, 9, 10).filter(value => value !== null).length).toBeLessThanOrEqual(1)
})

test('only what changed is in the map of changes', async () => {
  const photo = scene(shape)
  const other = new MemoryPicture(shape, photo.samples.slice())
  for (let y = 40; y < 48; y++) for (let x = 80; x < 88; x++) other.samples[(y * 320 + x) * 3] = Math.max(0, other.samples[(y * 320 + x) * 3]! - 30)
  const { width, height, values } = await changeMap(photo, other, never)
  expect([width, height]).toEqual([40, 20])
  expect(values.flatMap((value, at) => value === 0 ? [] : [at])).toEqual([5 * 40 + 10])
  expect(values[5 * 40 + 10]).toBeCloseTo(30 / 255 / 3 / 0.08, 1)
})
