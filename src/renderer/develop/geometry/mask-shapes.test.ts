import { expect, test } from 'vitest'
import { maskSchema, type MaskShape } from '../../../shared/mask.ts'
import {
  beginShape, extendShape, featherBrush, handlesOf, hitHandle, initialBrush, isSlip, moveHandle, moveShape, pinOf, placedShape, resizeBrush, withoutShape, withShape,
} from './mask-shapes.ts'

const photo = { width: 3000, height: 1000 }
const radial = (shape: MaskShape) => shape as Extract<MaskShape, { kind: 'radial' }>
const brush = (shape: MaskShape) => shape as Extract<MaskShape, { kind: 'brush' }>

test('a stroke keeps its points a tenth of the radius apart, in pixels of both axes', () => {
  let stroke = beginShape('brush', { x: 0.5, y: 0.5 }, { ...initialBrush, radius: 0.05 }, false)
  stroke = extendShape(stroke, { x: 0.5 + 14 / 3000, y: 0.5 }, photo)
  expect(brush(stroke).points).toHaveLength(1)
  stroke = extendShape(stroke, { x: 0.5, y: 0.5 + 16 / 1000 }, photo)
  expect(brush(stroke).points).toHaveLength(2)
})

test('a radial gradient is drawn out from its centre; evenly it is a circle in pixels', () => {
  const begun = beginShape('radial', { x: 0.5, y: 0.5 }, initialBrush, false)
  const drawn = radial(extendShape(begun, { x: 0.6, y: 0.9 }, photo))
  expect([drawn.radiusX, drawn.radiusY]).toEqual([expect.closeTo(0.1), expect.closeTo(0.4 / 3)])
  const even = radial(extendShape(begun, { x: 0.6, y: 0.9 }, photo, true))
  expect(even.radiusX).toBe(even.radiusY)
})

test('a linear gradient snaps to the nearer of level and plumb, measured in pixels', () => {
  const drawn = extendShape(beginShape('linear', { x: 0.5, y: 0.2 }, initialBrush, false), { x: 0.6, y: 0.6 }, photo, true)
  expect(drawn).toMatchObject({ from: { x: 0.5, y: 0.2 }, to: { x: 0.5, y: 0.6 } })
})

test('a click with a gradient tool makes no gradient', () => {
  expect(isSlip(beginShape('linear', { x: 0.1, y: 0.1 }, initialBrush, false), photo)).toBe(true)
  expect(isSlip(beginShape('radial', { x: 0.1, y: 0.1 }, initialBrush, false), photo)).toBe(true)
  expect(isSlip(beginShape('brush', { x: 0.1, y: 0.1 }, initialBrush, false), photo)).toBe(false)
})

test('handles move what they hold; the first radius turns the ellipse', () => {
  const ellipse = radial(placedShape('radial', { x: 0, y: 0, width: 1, height: 1 }, photo, initialBrush, false))
  const turned = radial(moveHandle(ellipse, 'radiusX', { x: 0.5, y: 0.8 }, photo))
  expect(turned.angle).toBeCloseTo(Math.PI / 2)
  expect(turned.radiusX).toBeCloseTo(0.1)
  const handle = handlesOf(turned, photo).find(entry => entry.handle === 'radiusX')!
  expect([handle.at.x, handle.at.y]).toEqual([expect.closeTo(0.5), expect.closeTo(0.8)])
  const pin = pinOf(moveHandle(turned, 'pin', { x: 0.1, y: 0.2 }, photo))
  expect([pin.x, pin.y]).toEqual([expect.closeTo(0.1), expect.closeTo(0.2)])
  const line = placedShape('linear', { x: 0, y: 0, width: 1, height: 1 }, photo, initialBrush, true)
  expect(moveHandle(line, 'to', { x: 0.9, y: 0.9 }, photo)).toMatchObject({ erase: true, to: { x: 0.9, y: 0.9 } })
})

test('the selected shape\'s handles win over other pins, and the newest pin over older ones', () => {
  const low = beginShape('brush', { x: 0.5, y: 0.5 }, initialBrush, false)
  const mask = withShape(withShape(null, low), moveShape(low, { x: 0.001, y: 0 }))
  expect(hitHandle(mask, { x: 0.5, y: 0.5 }, photo, 12, null)).toEqual({ index: 1, handle: 'pin' })
  expect(hitHandle(mask, { x: 0.5, y: 0.5 }, photo, 12, 0)).toEqual({ index: 0, handle: 'pin' })
  expect(hitHandle(mask, { x: 0.6, y: 0.5 }, photo, 12, null)).toBeNull()
})

test('the brush has bounds, and what tools make is a mask', () => {
  let big = initialBrush
  for (let count = 0; count < 99; count++) big = featherBrush(resizeBrush(big, 1), 1)
  expect(big).toMatchObject({ radius: 0.5, feather: 1 })
  let small = initialBrush
  for (let count = 0; count < 99; count++) small = featherBrush(resizeBrush(small, -1), -1)
  expect(small).toMatchObject({ radius: 0.002, feather: 0 })
  const mask = (['brush', 'linear', 'radial'] as const).reduce(
    (made, tool) => withShape(made, extendShape(beginShape(tool, { x: 0, y: 1 }, big, true), { x: 1.2, y: -0.1 }, photo)), withShape(null, beginShape('radial', { x: 0, y: 0 }, small, false)))
  expect(maskSchema.parse(mask)).toEqual(mask)
  expect(withoutShape(withShape(null, mask.shapes[0]!), 0)).toBeNull()
})

test('taking away from no mask keeps the rest; adding to an inverted mask gives back', () => {
  const stroke = (erase: boolean) => beginShape('brush', { x: 0.5, y: 0.5 }, initialBrush, erase)
  const away = withShape(null, stroke(true))
  expect(away).toMatchObject({ invert: true, shapes: [{ erase: false }] })
  expect(withShape(away, stroke(false)).shapes[1]).toMatchObject({ erase: true })
  expect(withoutShape(away, 0)).toBeNull()
  expect(withShape(null, stroke(false))).toMatchObject({ invert: false, shapes: [{ erase: false }] })
})
