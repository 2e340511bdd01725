/**
 * Tiles in any order: a plan cut into cells, each of which needs one tile, two where two overlap, or four. A cell is blended when the tiles
 * that it needs are there, by the same strip that blends a whole photo, so that both give the same pixels.
 */
import { BlendStrip } from '../runtime/blend.ts'
import type { Span, TilePlan } from '../runtime/tiles.ts'

/** A range of pixels along one axis and the spans that cover it, by index. */
export interface AxisCell { start: number, end: number, first: number, last: number }
/** A cell of the plan, in pixels of the picture. */
export interface Cell { column: AxisCell, row: AxisCell }

/** Cores and ramps of one axis in order; empty ones left out. */
export function axisCells(spans: readonly Span[]): AxisCell[] {
  return spans.flatMap((span, index) => [
    { start: span.up.end, end: span.down.start, first: index, last: index },
    { start: span.down.start, end: span.down.end, first: index, last: Math.min(index + 1, spans.length - 1) },
  ]).filter(cell => cell.end > cell.start)
}

/** Blended pixels of a rectangle: float32 `[height][3][width]`. */
export interface BlendedCell { x: number, y: number, width: number, height: number, data: Float32Array }

/**
 * @param tileAt float32 planar of the plan's tile size, by column and row
 */
export function blendCell(plan: TilePlan, { column, row }: Cell, tileAt: (column: number, row: number) => Float32Array): BlendedCell {
  const columns = plan.columns.slice(column.first, column.last + 1)
  const rows = plan.rows.slice(row.first, row.last + 1)
  const left = columns[0]!.start
  const top = rows[0]!.start
  const local = { ...plan, columns: columns.map(span => shifted(span, left)), rows: rows.map(span => shifted(span, top)) }
  const width = local.columns.at(-1)!.end
  const blend = new BlendStrip(width, local)
  const out = { x: column.start, y: row.start, width: column.end - column.start, height: row.end - row.start }
  const data = new Float32Array(out.width * out.height * 3)
  for (const [index, span] of local.rows.entries()) {
    blend.beginRow(span)
    for (const place of local.columns.keys()) blend.add(local.columns[place]!, tileAt(column.first + place, row.first + index))
    const { y, data: strip } = blend.endRow()
    // Every cell lies between the rises of its last row of tiles and their falls.
    if (index === local.rows.length - 1) copyOut(strip, width, out.x - left, out.y - top - y, out, data)
    else blend.advance()
  }
  return { ...out, data }
}

function copyOut(strip: Float32Array, stride: number, x: number, y: number, { width, height }: Omit<BlendedCell, 'data'>, data: Float32Array): void {
  for (let row = 0; row < height * 3; row++) {
    const from = (y * 3 + row) * stride + x
    data.set(strip.subarray(from, from + width), row * width)
  }
}

function shifted(span: Span, by: number): Span {
  const { start, end, up, down } = span
  return { start: start - by, end: end - by, up: { start: up.start - by, end: up.end - by }, down: { start: down.start - by, end: down.end - by } }
}
