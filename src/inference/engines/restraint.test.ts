import { expect, test } from 'vitest'
import type { PackManifest } from '../../shared/pack.ts'
import { restrain, restraintOf, type Restraint } from './restraint.ts'

const side = 192
const plane = side * side
const rule: Restraint = { keepDb: 38, sharp: 0.5, blurred: 0.6 }

function tile(value: (x: number, y: number) => number): Float32Array {
  return Float32Array.from({ length: 3 * plane }, (_, at) => value(at % plane % side, Math.floor(at % plane / side)))
}

/** Waves whose slope the wavelength sets. */
const waves = (length: number, amplitude: number) => (x: number, y: number) => 0.5 + amplitude * Math.sin(2 * Math.PI * (x + 0.3 * y) / length)

function psnr(a: Float32Array, b: Float32Array, from = 0, to = side): number {
  let sum = 0
  let count = 0
  for (let at = 0; at < a.length; at++) {
    if (at % side < from || at % side >= to) continue
    sum += (a[at]! - b[at]!) ** 2
    count++
  }
  return -10 * Math.log10(sum / count)
}

test('a change well below the gradients of a sharp picture is limited to the asked PSNR', () => {
  const sharp = tile(waves(4, 0.3))
  const changed = sharp.map(value => 0.5 + (value - 0.5) * 1.2)
  expect(psnr(sharp, changed)).toBeLessThan(30)
  restrain(sharp, changed, side, side, rule)
  expect(psnr(sharp, changed)).toBeGreaterThan(37.9)
  expect(psnr(sharp, changed)).toBeLessThan(38.5)
})

test('a change as strong as the weak gradients of a blurred picture stays as it is', () => {
  const blurred = tile(waves(40, 0.1))
  const restored = tile((x, y) => waves(40, 0.1)(x, y) + waves(5, 0.08)(x, y) - 0.5)
  const before = restored.slice()
  restrain(blurred, restored, side, side, rule)
  expect(restored).toEqual(before)
})

test('noise is no blur: a change that takes a part of it away is limited', () => {
  const noisy = tile((x, y) => 0.5 + 0.2 * (((x * 7919 + y * 104_729) * 2_654_435_761 % 1000) / 1000 - 0.5))
  const smooth = noisy.map(value => 0.5 + (value - 0.5) * 0.6)
  restrain(noisy, smooth, side, side, rule)
  expect(psnr(noisy, smooth)).toBeGreaterThan(37.5)
})

test('places are told apart, and the share fades between them', () => {
  const half = (x: number) => x < side / 2
  const input = tile((x, y) => half(x) ? waves(4, 0.3)(x, y) : 0.5 + 0.005 * Math.sin(x / 20))
  const output = tile((x, y) => half(x) ? 0.5 + (waves(4, 0.3)(x, y) - 0.5) * 1.2 : waves(5, 0.1)(x, y))
  const wanted = output.slice()
  restrain(input, output, side, side, rule)
  expect(psnr(output, wanted, side - 16, side)).toBeGreaterThan(60)
  expect(psnr(input, output, 0, 16)).toBeGreaterThan(36)
})

test('small changes and equal tiles are left alone, also where sides are no whole blocks', () => {
  const [width, height] = [50, 35]
  const input = Float32Array.from({ length: 3 * width * height }, (_, at) => (at % 7) / 7)
  const output = input.map(value => value + 0.005)
  const before = output.slice()
  restrain(input, output, width, height, rule)
  expect(output).toEqual(before)
  const large = input.map(value => value * 1.1)
  restrain(input, large, width, height, rule)
  expect(large.every((value, at) => value >= input[at]! && value <= input[at]! * 1.1 + 1e-6)).toBe(true)
})

test('a pack without the table has no rule; a table that makes no sense is refused by name', () => {
  const manifest = (tables: Record<string, unknown>) => ({ id: 'some-pack', tables }) as unknown as PackManifest
  expect(restraintOf(manifest({}))).toBeNull()
  expect(restraintOf(manifest({ restraint: rule }))).toEqual(rule)
  for (const restraint of [{ ...rule, sharp: 0.7 }, { keepDb: 38 }, 5]) {
    expect(() => restraintOf(manifest({ restraint }))).toThrow(/PACK_INVALID.*some-pack.*restraint/s)
  }
})
