import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitScale, initialViewport, panBy, photoPoint, place, stagePoint, stepZoom, toggled, visibleFractions, visibleRect, wheelZoom, zoomAt, zoomed, type Size, type Viewport } from './viewport.ts'

const photo: Size = { width: 6000, height: 4000 }
const stage: Size = { width: 1200, height: 900 }
const at = (zoom: Viewport['zoom'], x = 0.5, y = 0.5): Viewport => ({ zoom, centre: { x, y } })

test('fit shows the whole photo in the middle, and never above one photo pixel a device pixel', () => {
  expect(place(photo, stage, initialViewport)).toEqual({ scale: 0.2, width: 1200, height: 800, left: 0, top: 50 })
  expect(fitScale({ width: 300, height: 200 }, stage)).toBe(1)
  expect(place({ width: 300, height: 200 }, stage, initialViewport)).toEqual({ scale: 1, width: 300, height: 200, left: 450, top: 350 })
})

test('at 100 % a photo pixel is a device pixel, on whole device pixels', () => {
  const placement = place(photo, { width: 1201, height: 903 }, at(1, 0.30001, 0.7))
  expect([placement.width, placement.height]).toEqual([6000, 4000])
  expect(Number.isInteger(placement.left) && Number.isInteger(placement.top)).toBe(true)
})

test('a photo larger than the stage leaves no gap, wherever the centre was asked for', () => {
  expect(place(photo, stage, at(1, 0, 0))).toMatchObject({ left: 0, top: 0 })
  expect(place(photo, stage, at(1, 1, 1))).toMatchObject({ left: -4800, top: -3100 })
})

test('the point under the pointer stays under it when zooming, unless an edge forbids', () => {
  const pointer = { x: 610, y: 470 }
  const before = place(photo, stage, at(0.5))
  const seen = photoPoint(before, pointer)
  const after = place(photo, stage, zoomAt(at(0.5), photo, stage, 2, pointer))
  const again = stagePoint(after, seen)
  expect(Math.abs(again.x - pointer.x)).toBeLessThanOrEqual(1)
  expect(Math.abs(again.y - pointer.y)).toBeLessThanOrEqual(1)
})

test('panning is bounded and does not gather what lies beyond the edge', () => {
  const far = panBy(at(1), photo, stage, { x: 1e6, y: 0 })
  expect(place(photo, stage, far).left).toBe(0)
  expect(place(photo, stage, panBy(far, photo, stage, { x: -10, y: 0 })).left).toBe(-10)
})

test('zoom and place are kept from photo to photo as fractions', () => {
  const eye = zoomAt(initialViewport, photo, stage, 1, { x: 300, y: 300 })
  const next = place({ width: 3000, height: 2000 }, stage, eye)
  expect(next.scale).toBe(1)
  expect(photoPoint(next, { x: 600, y: 450 }).x).toBeCloseTo(eye.centre.x, 2)
})

test('steps go through fit and 100 %', () => {
  const seen: (number | 'fit')[] = []
  let viewport: Viewport = initialViewport
  for (let count = 0; count < 9; count++) {
    const zoom = stepZoom(viewport, photo, stage, 1)
    seen.push(zoom)
    viewport = { ...viewport, zoom }
  }
  expect(seen).toEqual([0.25, 1 / 3, 0.5, 2 / 3, 1, 2, 3, 4, 8])
  expect(stepZoom(at(0.25), photo, stage, -1)).toBe('fit')
  expect(stepZoom(at(8), photo, stage, 1)).toBe(8)
})

test('between the whole photo and 1:1, and back to where it was', () => {
  const there = at(1, 0.2, 0.8)
  const whole = toggled(there, photo, stage)
  expect(whole).toEqual(at('fit', 0.2, 0.8))
  expect(toggled(whole, photo, stage)).toEqual(there)
  expect(zoomed(whole, photo, stage, 1)).toEqual(there)
  expect(toggled(whole, photo, stage, { x: 0, y: 0 }).centre).not.toEqual(there.centre)
  expect(zoomed(at(1), photo, stage, 2)).toEqual(at(2))
})

test('a wheel stops at 100 % on its way through', () => {
  expect(wheelZoom(0.95, -120)).toBe(1)
  expect(wheelZoom(1, -120)).toBeGreaterThan(1)
  expect(wheelZoom(1.1, 200)).toBe(1)
})

test('what is visible lies in the photo and holds every shown pixel', () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 2000 }),
    fc.constantFrom<Viewport['zoom']>('fit', 0.1, 0.5, 1, 4), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }),
    (width, height, stageWidth, stageHeight, zoom, x, y) => {
      const size = { width, height }
      const side = { width: stageWidth, height: stageHeight }
      const placement = place(size, side, at(zoom, x, y))
      const rect = visibleRect(size, side, placement)
      expect(rect.x).toBeGreaterThanOrEqual(0)
      expect(rect.y).toBeGreaterThanOrEqual(0)
      expect(rect.width).toBeGreaterThanOrEqual(1)
      expect(rect.x + rect.width).toBeLessThanOrEqual(width)
      expect(rect.y + rect.height).toBeLessThanOrEqual(height)
      const shown = visibleFractions(side, placement)
      expect(rect.x).toBeLessThanOrEqual(Math.ceil(shown.x * width))
      expect(rect.x + rect.width).toBeGreaterThanOrEqual(Math.floor((shown.x + shown.width) * width))
    }))
})
