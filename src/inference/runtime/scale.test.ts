import { expect, test } from 'vitest'
import { MemoryPicture, MemoryRoom, psnr, randoms, scene } from '../../../test/helpers/pictures.ts'
import { estimateBlurLength } from './blur-length.ts'
import { addResidual } from './residual.ts'
import { chooseScale } from './scale.ts'
import { pictureSink, plainLook, residualSink } from './sinks.ts'

const never = new AbortController().signal

/** Dead leaves (opaque discs, sizes by a power law: the spectrum of natural scenes), blurred by a kernel of weighted offsets, with sensor noise. */
function blurred(size: number, offsets: readonly (readonly [number, number])[], noise = 0.005): MemoryPicture {
  const margin = 64
  const wide = size + 2 * margin
  const random = randoms(5)
  const sharp = new Float32Array(wide * wide).fill(0.5)
  for (let leaf = 0; leaf < 5000; leaf++) {
    const cx = (random() + 1) / 2 * wide
    const cy = (random() + 1) / 2 * wide
    const r = Math.min(150, 2.5 / Math.sqrt((random() + 1) / 2 + 1e-6))
    const value = 0.5 + 0.4 * random()
    for (let y = Math.max(0, Math.floor(cy - r)); y < Math.min(wide, cy + r); y++) {
      for (let x = Math.max(0, Math.floor(cx - r)); x < Math.min(wide, cx + r); x++) if ((x - cx) ** 2 + (y - cy) ** 2 < r * r) sharp[y * wide + x] = value
    }
  }
  const samples = new Uint8Array(size * size)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let sum = 0
      for (const [dx, dy] of offsets) sum += sharp[(y + margin + dy) * wide + x + margin + dx]!
      samples[y * size + x] = Math.round(255 * (sum / offsets.length + noise * random()))
    }
  }
  return new MemoryPicture({ width: size, height: size, channels: 1, depth: 8 }, samples)
}

const streak = (length: number, dx: number, dy: number) => Array.from({ length }, (_, at) => [Math.round(at * dx), Math.round(at * dy)] as const)
const disc = (radius: number) => Array.from({ length: (2 * radius + 1) ** 2 }, (_, at) => [at % (2 * radius + 1) - radius, Math.floor(at / (2 * radius + 1)) - radius] as const)
  .filter(([x, y]) => x * x + y * y <= radius * radius)

test('a sharp scene has next to no blur length', async () => {
  expect(await estimateBlurLength(blurred(400, [[0, 0]]), never)).toBeLessThan(5)
})

test.each([[12, 1, 0], [30, 1, 0], [30, 0, 1], [28, 0.7, 0.7], [50, 1, 0]])('a streak of %i pixels along (%d, %d) is told within a third', async (length, dx, dy) => {
  const estimate = await estimateBlurLength(blurred(500, streak(length, dx, dy)), never)
  const truth = length * Math.hypot(dx, dy)
  expect(estimate).toBeGreaterThan(truth * 0.67)
  expect(estimate).toBeLessThan(truth * 1.33)
})

test('a defocus disc is told between its radius and its diameter', async () => {
  const estimate = await estimateBlurLength(blurred(400, disc(9)), never)
  expect(estimate).toBeGreaterThan(9)
  expect(estimate).toBeLessThan(22)
})

test('a flat picture cannot be told, and is worked on as it is', async () => {
  const flat = new MemoryPicture({ width: 300, height: 300, channels: 1, depth: 8 }, new Uint8Array(90_000).fill(90))
  expect(await estimateBlurLength(flat, never)).toBeNull()
  expect(chooseScale('auto', null, 6000, 4000).scale).toBe(1)
})

test('the scale brings the blur within reach, never below a usable size', () => {
  expect(chooseScale('auto', 10, 6000, 4000, 20).scale).toBe(1)
  expect(chooseScale('auto', 38, 6000, 4000, 20).scale).toBe(0.5)
  expect(chooseScale('auto', 70, 6000, 4000, 20).scale).toBe(0.25)
  expect(chooseScale('auto', 500, 6000, 4000, 20).scale).toBe(0.25)
  expect(chooseScale('auto', 500, 900, 400, 20).scale).toBe(0.5)
  expect(chooseScale('auto', 500, 300, 200, 20).scale).toBe(1)
  expect(chooseScale(0.25, 3, 400, 300, 20).scale).toBe(0.25)
})

test.each([[101, 67, 4, 8], [64, 64, 1, 16], [30, 1, 3, 16]] as const)('a residual of nothing leaves the photo as it was: %i x %i', async (width, height, channels, depth) => {
  const room = new MemoryRoom()
  const photo = scene({ width, height, channels, depth })
  const reduced = scene({ width: Math.ceil(width / 2), height: Math.ceil(height / 2), channels: channels === 1 ? 1 : 3, depth })
  const sink = await residualSink(reduced, '', room.createSpool)
  await sink.accept({ y: 0, count: reduced.height, data: planarRows(reduced), source: reduced.samples })
  const [residual] = await sink.finish()
  const pictures = await pictureSink(photo, '', [plainLook], room.createSpool)
  await addResidual(photo, residual!, pictures, never)
  const [picture] = await pictures.finish()
  expect((picture as MemoryPicture).samples).toEqual(photo.samples)
  expect(room.open).toBe(0)
})

test('a change in the reduced copy arrives enlarged in the photo, in place', async () => {
  const room = new MemoryRoom()
  const shape = { width: 200, height: 120, channels: 3, depth: 16 } as const
  const photo = new MemoryPicture(shape, new Uint16Array(200 * 120 * 3).fill(30_000))
  const wave = (x: number, y: number) => 0.2 * Math.sin(x / 20) * Math.cos(y / 15)
  const reduced = new MemoryPicture({ ...shape, width: 50, height: 30 }, new Uint16Array(50 * 30 * 3).fill(30_000))
  const restored = planarRows(reduced)
  for (let y = 0; y < 30; y++) {
    for (let channel = 0; channel < 3; channel++) for (let x = 0; x < 50; x++) restored[(y * 3 + channel) * 50 + x]! += wave(4 * x + 1.5, 4 * y + 1.5)
  }
  const sink = await residualSink(reduced, '', room.createSpool)
  await sink.accept({ y: 0, count: 30, data: restored, source: reduced.samples })
  const [residual] = await sink.finish()
  const pictures = await pictureSink(photo, '', [plainLook], room.createSpool)
  await addResidual(photo, residual!, pictures, never)
  const [picture] = await pictures.finish()
  const expected = Uint16Array.from({ length: 200 * 120 * 3 }, (_, at) => 30_000 + 65_535 * wave(Math.floor(at / 3) % 200, Math.floor(at / 600)))
  expect(psnr((picture as MemoryPicture).samples, expected, 65_535)).toBeGreaterThan(45)
})

/** A picture as finished rows: `[height][3][width]`, 0..1. */
function planarRows(picture: MemoryPicture): Float32Array {
  const { width, height, channels, samples } = picture
  const data = new Float32Array(width * height * 3)
  const top = picture.depth === 8 ? 255 : 65_535
  for (let y = 0; y < height; y++) {
    for (let channel = 0; channel < 3; channel++) {
      for (let x = 0; x < width; x++) data[(y * 3 + channel) * width + x] = samples[(y * width + x) * channels + Math.min(channel, channels >= 3 ? 2 : 0)]! / top
    }
  }
  return data
}
