import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Mask, maskSchema, type MaskShape } from './mask.ts'
import { rasterise, rasteriseFloat } from './mask-raster.ts'

const photo = { width: 400, height: 200 }
const whole = { x: 0, y: 0, ...photo }
const mask = (...shapes: MaskShape[]): Mask => maskSchema.parse({ shapes, invert: false })
const dab: MaskShape = { kind: 'brush', erase: false, radius: 0.1, feather: 0, flow: 1, points: [{ x: 0.5, y: 0.5 }] }
const line: MaskShape = { kind: 'linear', erase: false, from: { x: 0.25, y: 0 }, to: { x: 0.75, y: 0 } }
const disc: MaskShape = {
  kind: 'radial', erase: false, centre: { x: 0.5, y: 0.5 }, radiusX: 0.2, radiusY: 0.1, angle: 0, feather: 0.2, invert: false,
}

const at = (values: Float32Array, x: number, y: number) => values[y * photo.width + x]!
const draw = (wanted: Mask) => rasteriseFloat(wanted, photo, whole, photo.width, photo.height)

test('no shapes take the result everywhere; inverted, nowhere', () => {
  expect(new Set(draw(mask()))).toEqual(new Set([1]))
  expect(new Set(draw({ shapes: [], invert: true }))).toEqual(new Set([0]))
})

test('a brush is round in pixels, 1 inside and 0 outside', () => {
  const values = draw(mask(dab))
  for (const [x, y] of [[200, 100], [235, 100], [200, 135]] as const) expect(at(values, x, y)).toBe(1)
  for (const [x, y] of [[242, 100], [200, 142], [0, 0], [230, 130]] as const) expect(at(values, x, y)).toBe(0)
})

test('a feathered brush falls off from its middle; flow is its most', () => {
  const values = draw(mask({ ...dab, feather: 1, flow: 0.5 }))
  const row = [200, 210, 220, 230, 239].map(x => at(values, x, 100))
  expect(row[0]).toBeGreaterThan(0.49)
  expect(row.every((value, index) => index === 0 || value < row[index - 1]!)).toBe(true)
  expect(Math.max(...values)).toBeLessThanOrEqual(0.5)
})

test('a stroke covers the way between its points, once', () => {
  const stroke: MaskShape = { ...dab, radius: 0.02, flow: 0.5, points: [{ x: 0.1, y: 0.5 }, { x: 0.9, y: 0.5 }, { x: 0.1, y: 0.5 }] }
  const values = draw(mask(stroke))
  for (const x of [50, 120, 200, 300]) expect(at(values, x, 100)).toBeCloseTo(0.5, 6)
  expect(at(values, 200, 120)).toBe(0)
})

test('a gradient runs straight from 1 to 0', () => {
  const values = draw(mask(line))
  expect([at(values, 50, 10), at(values, 350, 190)]).toEqual([1, 0])
  expect(at(values, 200, 100)).toBeCloseTo(0.5, 2)
  expect(at(values, 150, 0)).toBeCloseTo(0.75, 2)
})

test('an ellipse turns with its angle and swaps its sides', () => {
  const upright = draw(mask(disc))
  expect([at(upright, 270, 100), at(upright, 200, 160)]).toEqual([expect.closeTo(0.68, 1), 0])
  const turned = draw(mask({ ...disc, angle: Math.PI / 2 }))
  expect([at(turned, 270, 100), at(turned, 200, 160)]).toEqual([0, 1])
  const outside = draw(mask({ ...disc, invert: true }))
  for (const [x, y] of [[200, 100], [10, 10], [260, 110]] as const) expect(at(outside, x, y)).toBeCloseTo(1 - at(upright, x, y), 6)
})

test('shapes are added one after the other; an eraser takes away, and later ones come over it', () => {
  const half: MaskShape = { ...dab, flow: 0.5 }
  expect(at(draw(mask(half, half)), 200, 100)).toBeCloseTo(0.75, 6)
  expect(at(draw(mask(dab, { ...dab, erase: true })), 200, 100)).toBe(0)
  expect(at(draw(mask(dab, { ...dab, erase: true }, half)), 200, 100)).toBe(0.5)
})

const unit = fc.double({ min: 0, max: 1, noNaN: true })
const place = fc.record({ x: unit, y: unit })
const size = fc.double({ min: 0.01, max: 0.5, noNaN: true })
const shapes: fc.Arbitrary<MaskShape> = fc.oneof(
  fc.record({
    kind: fc.constant('brush' as const), erase: fc.boolean(), radius: size, feather: unit, flow: unit,
    points: fc.array(place, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('linear' as const), erase: fc.boolean(), from: place, to: place }),
  fc.record({
    kind: fc.constant('radial' as const), erase: fc.boolean(), centre: place, radiusX: size, radiusY: size,
    angle: fc.double({ min: -4, max: 4, noNaN: true }), feather: unit, invert: fc.boolean(),
  }),
)

test('any part of a mask is that part of the whole, and all values lie in 0..1', () => {
  fc.assert(fc.property(fc.array(shapes, { maxLength: 5 }), fc.boolean(), fc.nat(350), fc.nat(170), (list, invert, x, y) => {
    const wanted: Mask = { shapes: list, invert }
    const all = draw(wanted)
    const part = rasteriseFloat(wanted, photo, { x, y, width: 40, height: 20 }, 40, 20)
    for (let row = 0; row < 20; row++) {
      const from = (y + row) * 400 + x
      expect(part.subarray(row * 40, row * 40 + 40)).toEqual(all.subarray(from, from + 40))
    }
    expect(all.every(value => value >= 0 && value <= 1)).toBe(true)
  }), { numRuns: 40 })
})

test('a reduced mask is close to the average of the whole', () => {
  const wanted = mask(disc, { ...dab, erase: true, feather: 1 })
  const small = rasterise(wanted, photo, whole, 100, 50)
  const all = draw(wanted)
  for (const [x, y] of [[50, 25], [60, 25], [66, 25], [20, 10]] as const) {
    let sum = 0
    for (let row = 0; row < 4; row++) for (let column = 0; column < 4; column++) sum += at(all, x * 4 + column, y * 4 + row)
    expect(Math.abs(small[y * 100 + x]! / 255 - sum / 16)).toBeLessThan(0.03)
  }
})
