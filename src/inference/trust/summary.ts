/** What is kept of a trust map: two figures, a small map, a verdict. */
import type { TileMap } from '../../shared/tile-map.ts'
import type { PixelSource } from '../engines/engine.ts'
import { measureTrust, type Trust } from './trust.ts'

/** A cell with more than this left over is not explained by the photo. */
const cellLimit = 8
/** Least share of explained cells of a result that is not suspect. */
const leastTrust = 0.95
/** Cells of the kept map along its longer side, at most. */
const mostCells = 128

export interface TrustSummary {
  /** `trust`: share of the cells that the photo explains, 0..1; `residual`: what the median cell leaves over, about 1 where all is explained. */
  figures: { trust: number, residual: number }
  suspect: boolean
  /** `trust`: 0 explained, 0.5 at the limit, towards 1 the less explained. */
  maps: TileMap[]
}

/**
 * Compares a result with its photo.
 * @param scale working scale of the restoration
 * @returns null where nothing can be said: pictures smaller than a window, or clipped all over
 */
export async function trustOf(photo: PixelSource, result: PixelSource, scale: number, signal: AbortSignal): Promise<TrustSummary | null> {
  const trust = await measureTrust(photo, result, scale, signal)
  return trust === null ? null : summarise(trust, photo)
}

/** See `trustOf`. */
export function summarise(trust: Trust, photo: Pick<PixelSource, 'width' | 'height'>): TrustSummary | null {
  const known = trust.values.filter(value => value !== null).sort((a, b) => a - b)
  const residual = known[known.length >> 1]
  if (residual === undefined) return null
  const share = known.filter(value => value <= cellLimit).length / known.length
  return { figures: { trust: share, residual }, suspect: share < leastTrust, maps: [mapOf(trust, photo)] }
}

/** Parts of several cells show their worst one: a small invention is not averaged away. */
function mapOf({ cell, across, down, values }: Trust, photo: Pick<PixelSource, 'width' | 'height'>): TileMap {
  const part = Math.ceil(Math.max(across, down) / mostCells)
  const columns = Math.ceil(across / part)
  const rows = Math.ceil(down / part)
  const worst = new Array<number | null>(columns * rows).fill(null)
  for (const [index, value] of values.entries()) {
    const place = Math.floor(Math.floor(index / across) / part) * columns + Math.floor(index % across / part)
    if (value !== null) worst[place] = Math.max(worst[place] ?? 0, value)
  }
  // What is left over at the right and below belongs to the last part.
  const borders = (count: number, length: number) => [...Array.from({ length: count }, (_, at) => at * part * cell), length]
  return {
    id: 'trust', columns: borders(columns, photo.width), rows: borders(rows, photo.height),
    values: worst.map(value => value === null ? null : shade(value)),
  }
}

function shade(value: number): number {
  const square = (value / cellLimit) ** 2
  return Math.round(100 * square / (1 + square)) / 100
}
