/** Where photos lie on a wall of equal cells. `along` runs with the scroll, `across` against it. Pure; CSS pixels. */

export interface WallLayout {
  /** Cells side by side; 1 in a filmstrip. */
  lanes: number
  /** Lengths of a cell. */
  along: number
  across: number
}
export interface Span { first: number, last: number }

/** Cells of about `size`, stretched so that they fill the width. */
export function gridLayout(width: number, size: number): WallLayout {
  const lanes = Math.max(1, Math.floor(width / size))
  const side = Math.max(1, Math.floor(width / lanes))
  return { lanes, along: side, across: side }
}

export function stripLayout(height: number): WallLayout {
  return { lanes: 1, along: height, across: height }
}

export function lengthOf({ lanes, along }: WallLayout, count: number): number {
  return Math.ceil(count / lanes) * along
}

/** Places that touch the scroll range, `before` and `after` pixels more; `last` is exclusive. */
export function placesIn({ lanes, along }: WallLayout, count: number, scroll: number, length: number, before = 0, after = 0): Span {
  const first = Math.max(0, Math.floor((scroll - before) / along)) * lanes
  const last = Math.min(count, Math.ceil((scroll + length + after) / along) * lanes)
  return { first: Math.min(first, last), last }
}

export function offsetOf({ lanes, along }: WallLayout, place: number): number {
  return Math.floor(place / lanes) * along
}

/** The scroll that brings a place into sight with the least movement. */
export function scrollTo(layout: WallLayout, place: number, scroll: number, length: number): number {
  const start = offsetOf(layout, place)
  if (start < scroll) return start
  return Math.max(scroll, start + layout.along - length)
}

export type Move = 'left' | 'right' | 'up' | 'down' | 'home' | 'end' | 'page-up' | 'page-down'

/** Place after a key, inside 0..count-1. `rows`: whole rows on a screen. */
export function moved({ lanes }: WallLayout, count: number, place: number, move: Move, rows: number): number {
  const page = Math.max(1, rows) * lanes
  const steps: Record<Exclude<Move, 'home' | 'end'>, number> = { left: -1, right: 1, up: -lanes, down: lanes, 'page-up': -page, 'page-down': page }
  if (move === 'home') return 0
  if (move === 'end') return count - 1
  const next = place + steps[move]
  if (next < 0) return move === 'left' ? 0 : place % lanes
  if (next < count) return next
  if (move === 'right') return count - 1
  // Down from the last full row goes to the last photo of the row that is not full.
  const lastRow = Math.floor((count - 1) / lanes)
  return Math.floor(place / lanes) === lastRow ? place : Math.min(count - 1, lastRow * lanes + place % lanes)
}
