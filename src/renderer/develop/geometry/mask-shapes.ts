/**
 * What the mask tools do to shapes: begin, go on, move, take by a handle. Pure. Points are fractions of the photo's width and height;
 * radii are fractions of its longer side; distances are measured in photo pixels, so that a brush is round on every photo.
 */
import type { Mask, MaskShape } from '../../../shared/mask.ts'
import type { Point, Size } from './viewport.ts'

export type MaskTool = MaskShape['kind']
export interface BrushSettings { radius: number, feather: number, flow: number }
/** `pin` moves the whole shape. */
export type MaskHandle = 'pin' | 'from' | 'to' | 'radiusX' | 'radiusY'
type Linear = Extract<MaskShape, { kind: 'linear' }>
type Radial = Extract<MaskShape, { kind: 'radial' }>

export const initialBrush: BrushSettings = { radius: 0.04, feather: 0.6, flow: 1 }
const emptyMask: Mask = { shapes: [], invert: false }
const smallestRadius = 0.0005
const mostPoints = 20_000
const brushStep = 1.15

export function beginShape(tool: MaskTool, at: Point, brush: BrushSettings, erase: boolean): MaskShape {
  switch (tool) {
    case 'brush': return { kind: 'brush', erase, ...brush, points: [at] }
    case 'linear': return { kind: 'linear', erase, from: at, to: at }
    case 'radial': return { kind: 'radial', erase, centre: at, radiusX: smallestRadius, radiusY: smallestRadius, angle: 0, feather: brush.feather, invert: false }
  }
}

/** The pointer went on to `at`: a stroke grows where it has moved enough, a gradient is drawn out. `even` keeps ellipses circles and lines upright. */
export function extendShape(shape: MaskShape, at: Point, photo: Size, even = false): MaskShape {
  switch (shape.kind) {
    case 'brush': {
      const last = shape.points.at(-1)
      const far = last === undefined || pixelsBetween(last, at, photo) >= shape.radius * longer(photo) / 10
      return far && shape.points.length < mostPoints ? { ...shape, points: [...shape.points, at] } : shape
    }
    case 'linear': return { ...shape, to: even ? upright(shape.from, at, photo) : at }
    case 'radial': {
      const across = clampRadius(Math.abs(at.x - shape.centre.x) * photo.width / longer(photo))
      const down = clampRadius(Math.abs(at.y - shape.centre.y) * photo.height / longer(photo))
      const both = Math.max(across, down)
      return { ...shape, radiusX: even ? both : across, radiusY: even ? both : down }
    }
  }
}

/** Too small to be meant: a click with a gradient tool. */
export function isSlip(shape: MaskShape, photo: Size): boolean {
  switch (shape.kind) {
    case 'brush': return false
    case 'linear': return pixelsBetween(shape.from, shape.to, photo) < longer(photo) / 200
    case 'radial': return Math.max(shape.radiusX, shape.radiusY) < 1 / 200
  }
}

export function pinOf(shape: MaskShape): Point {
  switch (shape.kind) {
    case 'brush': return shape.points[Math.floor(shape.points.length / 2)]!
    case 'linear': return { x: (shape.from.x + shape.to.x) / 2, y: (shape.from.y + shape.to.y) / 2 }
    case 'radial': return shape.centre
  }
}

export function handlesOf(shape: MaskShape, photo: Size): { handle: MaskHandle, at: Point }[] {
  const pin = { handle: 'pin' as const, at: pinOf(shape) }
  switch (shape.kind) {
    case 'brush': return [pin]
    case 'linear': return [pin, { handle: 'from', at: shape.from }, { handle: 'to', at: shape.to }]
    case 'radial': return [pin, { handle: 'radiusX', at: onEllipse(shape, photo, 0) }, { handle: 'radiusY', at: onEllipse(shape, photo, Math.PI / 2) }]
  }
}

/** A handle taken to `at`. The first radius turns the ellipse too. */
export function moveHandle(shape: MaskShape, handle: MaskHandle, at: Point, photo: Size): MaskShape {
  if (handle === 'pin') {
    const pin = pinOf(shape)
    return moveShape(shape, { x: at.x - pin.x, y: at.y - pin.y })
  }
  if (shape.kind === 'linear') return moveEnd(shape, handle, at)
  if (shape.kind === 'radial') return moveRadius(shape, handle, at, photo)
  return shape
}

export function moveShape(shape: MaskShape, by: Point): MaskShape {
  const moved = (point: Point): Point => ({ x: point.x + by.x, y: point.y + by.y })
  switch (shape.kind) {
    case 'brush': return { ...shape, points: shape.points.map(moved) }
    case 'linear': return { ...shape, from: moved(shape.from), to: moved(shape.to) }
    case 'radial': return { ...shape, centre: moved(shape.centre) }
  }
}

export function resizeBrush(brush: BrushSettings, direction: 1 | -1): BrushSettings {
  return { ...brush, radius: Math.min(0.5, Math.max(0.002, brush.radius * brushStep ** direction)) }
}
export function featherBrush(brush: BrushSettings, direction: 1 | -1): BrushSettings {
  return { ...brush, feather: Math.min(1, Math.max(0, Math.round((brush.feather + direction * 0.1) * 10) / 10)) }
}

/** A gradient in the middle of what is seen, for those who place it by keys. */
export function placedShape(tool: 'linear' | 'radial', seen: { x: number, y: number, width: number, height: number }, photo: Size, brush: BrushSettings, erase: boolean): MaskShape {
  const centre = { x: seen.x + seen.width / 2, y: seen.y + seen.height / 2 }
  if (tool === 'linear') {
    return { kind: 'linear', erase, from: { x: centre.x, y: centre.y - seen.height / 6 }, to: { x: centre.x, y: centre.y + seen.height / 6 } }
  }
  const radius = clampRadius(Math.min(seen.width * photo.width, seen.height * photo.height) / longer(photo) / 4)
  return { kind: 'radial', erase, centre, radiusX: radius, radiusY: radius, angle: 0, feather: brush.feather, invert: false }
}

/**
 * Adds a shape; its `erase` says whether the person takes the result away there. Taking away from no mask leaves the rest as it is, and an
 * inverted mask keeps its shapes the other way round.
 */
export function withShape(mask: Mask | null, shape: MaskShape): Mask {
  const whole = mask ?? { ...emptyMask, invert: shape.erase }
  return { ...whole, shapes: [...whole.shapes, { ...shape, erase: shape.erase !== whole.invert }] }
}
export function replaceShape(mask: Mask, index: number, shape: MaskShape): Mask {
  return { ...mask, shapes: mask.shapes.map((old, number) => number === index ? shape : old) }
}
/** Null when nothing is left: the result is used everywhere again. */
export function withoutShape(mask: Mask, index: number): Mask | null {
  const shapes = mask.shapes.filter((_, number) => number !== index)
  return shapes.length === 0 ? null : { ...mask, shapes }
}

/** The shape whose pin or handle lies within `reach` photo pixels, the newest first. */
export function hitHandle(mask: Mask, at: Point, photo: Size, reach: number, selected: number | null): { index: number, handle: MaskHandle } | null {
  if (selected !== null && mask.shapes[selected] !== undefined) {
    const taken = handlesOf(mask.shapes[selected], photo).findLast(entry => pixelsBetween(entry.at, at, photo) <= reach)
    if (taken !== undefined) return { index: selected, handle: taken.handle }
  }
  const index = mask.shapes.findLastIndex(shape => pixelsBetween(pinOf(shape), at, photo) <= reach)
  return index === -1 ? null : { index, handle: 'pin' }
}

function moveEnd(shape: Linear, handle: MaskHandle, at: Point): Linear {
  return handle === 'from' ? { ...shape, from: at } : { ...shape, to: at }
}

function moveRadius(shape: Radial, handle: MaskHandle, at: Point, photo: Size): Radial {
  const x = (at.x - shape.centre.x) * photo.width
  const y = (at.y - shape.centre.y) * photo.height
  const radius = clampRadius(Math.hypot(x, y) / longer(photo))
  if (handle === 'radiusX') return { ...shape, radiusX: radius, angle: Math.atan2(y, x) }
  return { ...shape, radiusY: radius }
}

function onEllipse(shape: Radial, photo: Size, turn: number): Point {
  const along = shape.radiusX * Math.cos(turn) * longer(photo)
  const across = shape.radiusY * Math.sin(turn) * longer(photo)
  return {
    x: shape.centre.x + (along * Math.cos(shape.angle) - across * Math.sin(shape.angle)) / photo.width,
    y: shape.centre.y + (along * Math.sin(shape.angle) + across * Math.cos(shape.angle)) / photo.height,
  }
}

/** The nearer of horizontal and vertical, in pixels. */
function upright(from: Point, at: Point, photo: Size): Point {
  const wide = Math.abs(at.x - from.x) * photo.width >= Math.abs(at.y - from.y) * photo.height
  return wide ? { x: at.x, y: from.y } : { x: from.x, y: at.y }
}

const longer = (photo: Size): number => Math.max(photo.width, photo.height)
const clampRadius = (radius: number): number => Math.min(1, Math.max(smallestRadius, radius))
function pixelsBetween(a: Point, b: Point, photo: Size): number {
  return Math.hypot((a.x - b.x) * photo.width, (a.y - b.y) * photo.height)
}
