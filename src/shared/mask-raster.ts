/**
 * Draws masks: any rectangle of a photo at any resolution, in the window (coverage 0..255) and in the guest that exports (0..1). Pure.
 * Distances are in pixels of the photo, so that brushes are round whatever its shape; `angle` of an ellipse is in radians, from right
 * towards down. Each shape is drawn as a layer of its own and then added or taken away: `1 - (1 - below) (1 - layer)`, `below (1 - layer)`.
 */
import type { Mask, MaskShape } from './mask.ts'
import type { Rect } from './preview.ts'

interface Size { readonly width: number, readonly height: number }
type Stroke = Extract<MaskShape, { kind: 'brush' }>

/** The points at which a mask is asked: pixel centres of `columns` x `rows` cells over a rectangle of the photo. */
interface Grid {
  readonly left: number, readonly top: number
  readonly stepX: number, readonly stepY: number
  readonly columns: number, readonly rows: number
}

/**
 * @param rect    pixels of the photo that the result covers
 * @param columns, rows  size of the result
 * @returns 0..1, row by row
 */
export function rasteriseFloat(mask: Mask, photo: Size, rect: Rect, columns: number, rows: number): Float32Array {
  const grid = { left: rect.x, top: rect.y, stepX: rect.width / columns, stepY: rect.height / rows, columns, rows }
  const out = new Float32Array(columns * rows)
  if (mask.shapes.length === 0) out.fill(1)
  const layer = new Float32Array(columns * rows)
  for (const shape of mask.shapes) {
    layer.fill(0)
    const area = drawShape(shape, photo, grid, layer)
    if (area !== null) combine(out, layer, shape.erase, columns, area)
  }
  if (mask.invert) for (let at = 0; at < out.length; at++) out[at] = 1 - out[at]!
  return out
}

/** Same as coverage 0..255. */
export function rasterise(mask: Mask, photo: Size, rect: Rect, columns: number, rows: number): Uint8ClampedArray<ArrayBuffer> {
  const values = rasteriseFloat(mask, photo, rect, columns, rows)
  const out = new Uint8ClampedArray(values.length)
  for (let at = 0; at < values.length; at++) out[at] = values[at]! * 255
  return out
}

/** Cells that a shape may have drawn on: `[from, to)` both ways. */
interface Area { fromX: number, toX: number, fromY: number, toY: number }

function drawShape(shape: MaskShape, photo: Size, grid: Grid, layer: Float32Array): Area | null {
  switch (shape.kind) {
    case 'brush': return drawStroke(shape, photo, grid, layer)
    case 'linear': return drawLinear(shape, photo, grid, layer)
    case 'radial': return drawRadial(shape, photo, grid, layer)
  }
}

function combine(out: Float32Array, layer: Float32Array, erase: boolean, columns: number, { fromX, toX, fromY, toY }: Area): void {
  for (let y = fromY; y < toY; y++) {
    for (let at = y * columns + fromX, end = y * columns + toX; at < end; at++) {
      const below = out[at]!
      out[at] = erase ? below * (1 - layer[at]!) : 1 - (1 - below) * (1 - layer[at]!)
    }
  }
}

/** Along a stroke the nearest point counts, so that a stroke that crosses itself is not laid on twice. */
function drawStroke(stroke: Stroke, photo: Size, grid: Grid, layer: Float32Array): Area | null {
  const radius = stroke.radius * Math.max(photo.width, photo.height)
  // An edge of one pixel of the photo, so that a hard brush has no steps.
  const soft = Math.max(stroke.feather * radius, Math.min(1, radius))
  const whole = { fromX: grid.columns, toX: 0, fromY: grid.rows, toY: 0 }
  const points = stroke.points.map(({ x, y }) => ({ x: x * photo.width, y: y * photo.height }))
  for (const [index, to] of points.entries()) {
    const from = points[index - 1] ?? to
    const [left, right] = [Math.min(from.x, to.x) - radius, Math.max(from.x, to.x) + radius]
    const area = cellsIn(grid, left, Math.min(from.y, to.y) - radius, right, Math.max(from.y, to.y) + radius)
    if (area === null) continue
    const dx = to.x - from.x
    const dy = to.y - from.y
    const length = dx * dx + dy * dy
    for (let row = area.fromY; row < area.toY; row++) {
      const y = grid.top + (row + 0.5) * grid.stepY - from.y
      for (let column = area.fromX; column < area.toX; column++) {
        const x = grid.left + (column + 0.5) * grid.stepX - from.x
        const along = length === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / length))
        const distance = Math.hypot(x - along * dx, y - along * dy)
        if (distance >= radius) continue
        const value = stroke.flow * smooth((radius - distance) / soft)
        const at = row * grid.columns + column
        if (value > layer[at]!) layer[at] = value
      }
    }
    whole.fromX = Math.min(whole.fromX, area.fromX)
    whole.fromY = Math.min(whole.fromY, area.fromY)
    whole.toX = Math.max(whole.toX, area.toX)
    whole.toY = Math.max(whole.toY, area.toY)
  }
  return whole.toX > whole.fromX ? whole : null
}

function drawLinear({ from, to }: Extract<MaskShape, { kind: 'linear' }>, photo: Size, grid: Grid, layer: Float32Array): Area {
  const x0 = from.x * photo.width
  const y0 = from.y * photo.height
  const dx = to.x * photo.width - x0
  const dy = to.y * photo.height - y0
  const length = dx * dx + dy * dy
  for (let row = 0, at = 0; row < grid.rows; row++) {
    const y = grid.top + (row + 0.5) * grid.stepY - y0
    for (let column = 0; column < grid.columns; column++, at++) {
      const x = grid.left + (column + 0.5) * grid.stepX - x0
      const along = length === 0 ? 1 : (x * dx + y * dy) / length
      layer[at] = 1 - Math.min(1, Math.max(0, along))
    }
  }
  return { fromX: 0, toX: grid.columns, fromY: 0, toY: grid.rows }
}

function drawRadial(shape: Extract<MaskShape, { kind: 'radial' }>, photo: Size, grid: Grid, layer: Float32Array): Area {
  const long = Math.max(photo.width, photo.height)
  const radiusX = shape.radiusX * long
  const radiusY = shape.radiusY * long
  const cos = Math.cos(shape.angle)
  const sin = Math.sin(shape.angle)
  const soft = Math.max(shape.feather, 1 / Math.max(radiusX, radiusY))
  for (let row = 0, at = 0; row < grid.rows; row++) {
    const y = grid.top + (row + 0.5) * grid.stepY - shape.centre.y * photo.height
    for (let column = 0; column < grid.columns; column++, at++) {
      const x = grid.left + (column + 0.5) * grid.stepX - shape.centre.x * photo.width
      const distance = Math.hypot((x * cos + y * sin) / radiusX, (y * cos - x * sin) / radiusY)
      const inside = smooth((1 - distance) / soft)
      layer[at] = shape.invert ? 1 - inside : inside
    }
  }
  return { fromX: 0, toX: grid.columns, fromY: 0, toY: grid.rows }
}

/** Cells whose centres may lie in a rectangle of the photo; null when there are none. */
function cellsIn(grid: Grid, left: number, top: number, right: number, bottom: number): Area | null {
  const fromX = Math.max(0, Math.floor((left - grid.left) / grid.stepX - 0.5))
  const toX = Math.min(grid.columns, Math.ceil((right - grid.left) / grid.stepX + 0.5))
  const fromY = Math.max(0, Math.floor((top - grid.top) / grid.stepY - 0.5))
  const toY = Math.min(grid.rows, Math.ceil((bottom - grid.top) / grid.stepY + 0.5))
  return toX > fromX && toY > fromY ? { fromX, toX, fromY, toY } : null
}

/** Smoothstep of 0..1. */
function smooth(t: number): number {
  if (t >= 1) return 1
  return t <= 0 ? 0 : t * t * (3 - 2 * t)
}
