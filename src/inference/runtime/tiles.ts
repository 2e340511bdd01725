/**
 * Where the tiles lie: windows of one size over a picture, sharing `overlap` pixels, the last one snapped back to the edge, or as far as its grid allows.
 * Pure. Each axis is planned alone; a tile is a pair of spans.
 */

/** One window along one axis, in pixels. Its weight rises over `up`, is 1, and falls over `down`; ranges are `[start, end)`, empty at the picture's edges. */
export interface Span { start: number, end: number, up: Range, down: Range }
export interface Range { start: number, end: number }

/** `grid`: tiles begin at multiples of it, pixels; anywhere where it is left out. */
export interface TileRule { multipleOf: number, window: number, overlap: number, grid?: number }

export interface TilePlan {
  columns: Span[], rows: Span[]
  /** Size that the network sees: legal by `multipleOf`; larger than the spans where the picture, or what is left of it on the grid, is smaller (padding right and below). */
  tileWidth: number, tileHeight: number
  overlap: number
}

/**
 * @param width  pixels, at least 1
 * @param fixed  true where the graph takes exactly `window` pixels: smaller pictures are padded to it; otherwise only to the next legal size
 */
export function planTiles(width: number, height: number, rule: TileRule, fixed = false): TilePlan {
  const window = Math.max(rule.multipleOf, Math.floor(rule.window / rule.multipleOf) * rule.multipleOf)
  const grid = rule.grid ?? 1
  const overlap = Math.floor(Math.min(rule.overlap, window / 2) / grid) * grid
  const side = (length: number) => fixed ? window : Math.min(window, Math.ceil(length / rule.multipleOf) * rule.multipleOf)
  return {
    columns: planAxis(width, window, overlap, grid), rows: planAxis(height, window, overlap, grid),
    tileWidth: side(width), tileHeight: side(height), overlap,
  }
}

function planAxis(length: number, window: number, overlap: number, grid: number): Span[] {
  if (length <= window) return [{ start: 0, end: length, up: { start: 0, end: 0 }, down: { start: length, end: length } }]
  const starts: number[] = []
  for (let start = 0; start + window < length; start += window - overlap) starts.push(start)
  starts.push(Math.ceil((length - window) / grid) * grid)
  const spans = starts.map((start) => {
    const end = Math.min(start + window, length)
    return { start, end, up: { start, end: start }, down: { start: end, end } }
  })
  let taken = 0
  for (const [index, span] of spans.entries()) {
    const next = spans[index + 1]
    if (next === undefined) break
    // In the middle of what both cover, so that both ramps stay as far from tile edges as they can; never over the ramp before.
    const middle = Math.floor((next.start + span.end - overlap) / 2)
    const zone = Math.min(Math.max(middle, taken, next.start), span.end - overlap)
    span.down = next.up = { start: zone, end: zone + overlap }
    taken = zone + overlap
  }
  return spans
}

/** Raised-cosine weights of a span, one a pixel; over all spans of an axis they sum to 1 at every pixel. */
export function spanWeights(span: Span): Float32Array {
  const weights = new Float32Array(span.end - span.start)
  for (let position = span.up.start; position < span.up.end; position++) weights[position - span.start] = rise(position, span.up)
  weights.fill(1, span.up.end - span.start, span.down.start - span.start)
  for (let position = span.down.start; position < span.down.end; position++) weights[position - span.start] = 1 - rise(position, span.down)
  return weights
}

function rise(position: number, zone: Range): number {
  return 0.5 - 0.5 * Math.cos(Math.PI * (position - zone.start + 0.5) / (zone.end - zone.start))
}

/** Index of a pixel outside `[0, length)` mirrored back into it, edge pixel not repeated; any distance, also for length 1. */
export function mirror(index: number, length: number): number {
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const folded = ((index % period) + period) % period
  return folded < length ? folded : period - folded
}
