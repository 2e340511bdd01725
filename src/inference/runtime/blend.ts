/**
 * Joins tiles with raised-cosine weights. Only the rows of the tile row in work are held as floats; finished rows leave downwards.
 */
import { type Range, type Span, spanWeights, type TilePlan } from './tiles.ts'

/** Rows from `y` on that no later tile touches: float32 `[count][3][width]`. The buffer is used again. */
export interface BlendedRows { y: number, count: number, data: Float32Array }

export class BlendStrip {
  readonly #width: number
  readonly #plan: TilePlan
  readonly #strip: Float32Array
  readonly #columnWeights: Map<Span, Float32Array>
  #row: Span | undefined
  #rowWeights: Float32Array = new Float32Array(0)
  #top = 0

  /** @param width of the picture, pixels */
  constructor(width: number, plan: TilePlan) {
    this.#width = width
    this.#plan = plan
    const tallest = Math.max(...plan.rows.map(row => row.end - row.up.start))
    this.#strip = new Float32Array(tallest * width * 3)
    this.#columnWeights = new Map(plan.columns.map(column => [column, spanWeights(column)]))
  }

  /** Rows of tiles come from top to bottom. */
  beginRow(row: Span): void {
    this.#row = row
    this.#rowWeights = spanWeights(row)
    this.#top = row.up.start
  }

  /**
   * Adds one tile of the current row; in any order within the row.
   * @param tile float32 planar `[3, tileHeight, tileWidth]`; padding beyond the spans is ignored; not changed
   */
  add(column: Span, tile: Float32Array): void {
    const row = this.#row
    const weights = this.#columnWeights.get(column)
    if (row === undefined || weights === undefined) throw new Error('a tile outside the plan')
    const { tileWidth, tileHeight } = this.#plan
    const { start, up, down } = column
    const strip = this.#strip
    for (let y = row.up.start; y < row.down.end; y++) {
      const weight = this.#rowWeights[y - row.start]!
      for (let channel = 0; channel < 3; channel++) {
        const from = (channel * tileHeight + y - row.start) * tileWidth - start
        const to = ((y - this.#top) * 3 + channel) * this.#width
        if (weight === 1) {
          addRamp(strip, to, tile, from, up, weights, start)
          strip.set(tile.subarray(from + up.end, from + down.start), to + up.end)
          addRamp(strip, to, tile, from, down, weights, start)
        } else {
          addScaled(strip, to, tile, from, up.start, down.end, weights, start, weight)
        }
      }
    }
  }

  /** Ends the current row of tiles: the rows that no later tile touches. */
  endRow(): BlendedRows {
    const row = this.#row
    if (row === undefined) throw new Error('no row of tiles was begun')
    return { y: this.#top, count: row.down.start - this.#top, data: this.#strip.subarray(0, (row.down.start - this.#top) * this.#width * 3) }
  }

  /** After the finished rows were used: keeps the rows that the next row of tiles still adds to. */
  advance(): void {
    const row = this.#row
    if (row === undefined) return
    const stride = this.#width * 3
    this.#strip.copyWithin(0, (row.down.start - this.#top) * stride, (row.down.end - this.#top) * stride)
    this.#strip.fill(0, (row.down.end - row.down.start) * stride)
    this.#row = undefined
  }
}

/** Adds one row of a tile where its column weights are below 1 and its row weight is 1. */
function addRamp(strip: Float32Array, to: number, tile: Float32Array, from: number, ramp: Range, weights: Float32Array, start: number): void {
  let at = to + ramp.start
  let source = from + ramp.start
  for (let x = ramp.start - start, end = ramp.end - start; x < end; x++, at++, source++) strip[at] = strip[at]! + tile[source]! * weights[x]!
}

/** Adds one row of a tile where its row weight is below 1. */
function addScaled(
  strip: Float32Array, to: number, tile: Float32Array, from: number, begin: number, end: number, weights: Float32Array, start: number, weight: number,
): void {
  let at = to + begin
  let source = from + begin
  for (let x = begin - start; x < end - start; x++, at++, source++) strip[at] = strip[at]! + tile[source]! * weights[x]! * weight
}
