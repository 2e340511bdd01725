import { expect, test } from 'vitest'
import { MemoryPicture, type PictureShape, randoms, scene } from '../../../test/helpers/pictures.ts'
import { lightOf } from './linear.ts'
import { trustOf } from './summary.ts'
import { measureTrust } from './trust.ts'

const never = new AbortController().signal
const shape: PictureShape = { width: 400, height: 304, channels: 3, depth: 8 }

function levelOf(light: number): number {
  return light <= 0.003_130_8 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055
}

/** As a camera that moved `length` pixels to the right would have seen it: light is averaged, then noise of `noise` levels is added. */
function shaken(sharp: MemoryPicture, length: number, noise = 1): MemoryPicture {
  const { width, channels, depth } = sharp
  const top = depth === 8 ? 255 : 65_535
  const random = randoms(7)
  const samples = sharp.samples.slice()
  for (let at = 0; at < samples.length; at++) {
    const pixel = Math.floor(at / channels)
    const start = at - pixel % width * channels
    let light = 0
    for (let step = 0; step < length; step++) {
      const x = Math.min(width - 1, Math.max(0, pixel % width + step - (length >> 1)))
      light += lightOf(sharp.samples[start + x * channels]! / top)
    }
    samples[at] = Math.max(0, Math.min(top, Math.round(levelOf(light / length) * top + noise * random() * top / 255)))
  }
  return new MemoryPicture(sharp, samples)
}

/** A copy of `into` with a square of 48 pixels of another scene. */
function pasted(into: MemoryPicture, x: number, y: number): MemoryPicture {
  const other = scene(into, 99)
  const samples = into.samples.slice()
  const bytes = 48 * into.channels
  for (let row = y; row < y + 48; row++) {
    const from = (row * into.width + into.width - 48 - x) * into.channels
    samples.set(other.samples.subarray(from, from + bytes), (row * into.width + x) * into.channels)
  }
  return new MemoryPicture(into, samples)
}

test('the photo explains the sharp scene that it is a shaken picture of', async () => {
  const sharp = scene(shape)
  const trust = await trustOf(shaken(sharp, 9), sharp, 1, never)
  expect(trust).toMatchObject({ suspect: false })
  expect(trust!.figures.residual).toBeLessThan(1.5)
  expect(trust!.figures.trust).toBeGreaterThan(0.98)
})

test('what comes from another scene is found where it was put', async () => {
  const sharp = scene(shape)
  const { values, across, cell } = (await measureTrust(shaken(sharp, 9), pasted(sharp, 160, 128), 1, never))!
  const isIn = (cells: number, from: number) => cells * cell >= from && cells * cell < from + 48
  const inside = (index: number) => isIn(index % across, 160) && isIn(Math.floor(index / across), 128)
  const worst = [...values.keys()].sort((a, b) => values[b]! - values[a]!).slice(0, 6)
  expect(cell).toBe(16)
  expect(worst.every(inside)).toBe(true)
})

test('another scene altogether is suspect, and the map shows it', async () => {
  const trust = await trustOf(shaken(scene(shape), 9), scene(shape, 5), 1, never)
  expect(trust).toMatchObject({ suspect: true })
  const [map] = trust!.maps
  expect(map!.columns.at(-1)).toBe(400)
  expect(map!.rows.at(-1)).toBe(304)
  expect(map!.values).toHaveLength((map!.columns.length - 1) * (map!.rows.length - 1))
  expect(Math.max(...map!.values.map(Number))).toBeGreaterThan(0.5)
})

test('a photo that was left as it is is explained', async () => {
  const photo = shaken(scene(shape), 5)
  expect((await trustOf(photo, photo, 1, never))!.figures).toEqual({ trust: 1, residual: 0 })
})

test.each([1, 2, 3, 4] as const)('16 bit and %i channels: as with 8 bit, alpha does not count', async channels => {
  const sharp = scene({ ...shape, channels, depth: 16 })
  expect(await trustOf(shaken(sharp, 7), sharp, 1, never)).toMatchObject({ suspect: false })
  expect(await trustOf(shaken(sharp, 7), scene(sharp, 5), 1, never)).toMatchObject({ suspect: true })
})

test('a working scale of a quarter looks at larger cells, and at smaller ones where the photo is small', async () => {
  const photo = scene({ ...shape, width: 560, height: 520 })
  expect(await measureTrust(photo, photo, 0.25, never)).toMatchObject({ cell: 64, across: 8, down: 8 })
  const small = scene(shape)
  expect(await measureTrust(small, small, 0.25, never)).toMatchObject({ cell: 32 })
})

test('nothing is said of pictures that are smaller than a window, or white all over', async () => {
  const tiny = scene({ ...shape, width: 127, height: 300 })
  expect(await trustOf(tiny, tiny, 1, never)).toBeNull()
  const white = new MemoryPicture(shape, new Uint8Array(400 * 304 * 3).fill(255))
  expect(await trustOf(white, scene(shape), 1, never)).toBeNull()
})

test('a flat photo is explained, a black one too', async () => {
  const flat = (level: number) => new MemoryPicture(shape, new Uint8Array(400 * 304 * 3).fill(level))
  expect((await trustOf(flat(90), flat(90), 1, never))!.figures.trust).toBe(1)
  expect((await trustOf(flat(0), flat(0), 1, never))!.figures.trust).toBe(1)
})

test('it can be stopped', async () => {
  const photo = scene(shape)
  await expect(trustOf(photo, photo, 1, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
})
