/**
 * Tiles in any order: a plan cut into cells, each of which needs one tile, two where two overlap, or four. A cell is blended when the tiles
 * that it needs are there, by the sums that blend a whole photo, in their order, so that both give the same pixels.
 */
import { type Span, spanWeights, type TilePlan } from '../runtime/tiles.ts'

/** A range of pixels along one axis and the spans that cover it, by index. */
export interface AxisCell { start: number, end: number, first: number, last: number }

/** Cores and ramps of one axis in order; empty ones left out. */
export function axisCells(spans: readonly Span[]): AxisCell[] {
  return spans.flatMap((span, index) => [
    { start: span.up.end, end: span.down.start, first: index, last: index },
    { start: span.down.start, end: span.down.end, first: index, last: Math.min(index + 1, spans.length - 1) },
  ]).filter(cell => cell.end > cell.start)
}

/** Blended pixels of a rectangle: float32 `[height][3][width]`. */
export interface BlendedCell { x: number, y: number, width: number, height: number, data: Float32Array }

export class CellBlender {
  readonly #plan: TilePlan
  readonly #columnWeights: readonly Float32Array[]
  readonly #rowWeights: readonly Float32Array[]
  #scratch = new Float32Array(0)

  constructor(plan: TilePlan) {
    this.#plan = plan
    this.#columnWeights = plan.columns.map(spanWeights)
    this.#rowWeights = plan.rows.map(spanWeights)
  }

  /**
   * Neighbouring cells of one row, as one rectangle. Its data hold until the next call.
   * @param columns at least one, from left to right without gaps
   * @param tileAt  float32 planar of the plan's tile size, by column and row
   */
  blend(columns: readonly AxisCell[], row: AxisCell, tileAt: (column: number, row: number) => Float32Array): BlendedCell {
    const x = columns[0]!.start
    const width = columns.at(-1)!.end - x
    const length = width * (row.end - row.start) * 3
    if (this.#scratch.length < length) this.#scratch = new Float32Array(length)
    const data = this.#scratch.subarray(0, length)
    for (const column of columns) {
      let isFirst = true
      for (let down = row.first; down <= row.last; down++) {
        for (let across = column.first; across <= column.last; across++) {
          this.#add(data, width, x, column, row, across, down, tileAt(across, down), isFirst)
          isFirst = false
        }
      }
    }
    return { x, y: row.start, width, height: row.end - row.start, data }
  }

  #add(
    out: Float32Array, width: number, left: number, column: AxisCell, row: AxisCell, across: number, down: number, tile: Float32Array, isFirst: boolean,
  ): void {
    const { tileWidth, tileHeight, columns, rows } = this.#plan
    const alone = column.first === column.last && row.first === row.last
    const weights = this.#columnWeights[across]!
    const start = column.start - columns[across]!.start
    const length = column.end - column.start
    for (let y = row.start; y < row.end; y++) {
      const line = y - rows[down]!.start
      const weight = this.#rowWeights[down]![line]!
      for (let channel = 0; channel < 3; channel++) {
        const from = (channel * tileHeight + line) * tileWidth + start
        const to = ((y - row.start) * 3 + channel) * width + column.start - left
        if (alone) out.set(tile.subarray(from, from + length), to)
        else if (isFirst) setWeighted(out, to, tile, from, weights, start, length, weight)
        else addWeighted(out, to, tile, from, weights, start, length, weight)
      }
    }
  }
}

function setWeighted(
  out: Float32Array, to: number, tile: Float32Array, from: number, weights: Float32Array, start: number, length: number, weight: number,
): void {
  for (let x = 0; x < length; x++) out[to + x] = tile[from + x]! * weights[start + x]! * weight
}

function addWeighted(
  out: Float32Array, to: number, tile: Float32Array, from: number, weights: Float32Array, start: number, length: number, weight: number,
): void {
  for (let x = 0; x < length; x++) out[to + x] = out[to + x]! + tile[from + x]! * weights[start + x]! * weight
}
