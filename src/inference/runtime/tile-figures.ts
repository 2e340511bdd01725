/** What engines tell of their tiles: as maps, and as averages over the photo. */
import type { Descriptor } from '../../shared/descriptor.ts'
import type { TileMap } from '../../shared/tile-map.ts'
import type { RenderedTile } from '../engines/engine.ts'
import { lineMap } from './line-map.ts'
import type { Span, TilePlan } from './tiles.ts'

export type Figures = Readonly<Record<string, number>>
export type ToldOfTile = Pick<RenderedTile, 'figures' | 'lines'>
interface Size { readonly width: number, readonly height: number }

/**
 * The engine's overlays.
 * @param scale of the plan's picture against the photo
 * @param told  of tiles by index, row by row; undefined for tiles that were not made
 */
export function tileMaps(
  descriptor: Descriptor, plan: TilePlan, scale: number, photo: Size, told: readonly (ToldOfTile | undefined)[],
): TileMap[] {
  return descriptor.overlays.map(({ id, kind }) => kind === 'lines'
    ? lineMap(id, plan, scale, photo, index => told[index]?.lines?.[id])
    : tileMap(id, plan, scale, photo, index => told[index]?.figures?.[id] ?? null))
}

/** One map, its numbers by the index of the tile. */
export function tileMap(id: string, plan: TilePlan, scale: number, photo: Size, value: (index: number) => number | null): TileMap {
  const count = plan.columns.length * plan.rows.length
  return {
    id, columns: borders(plan.columns, photo.width, scale), rows: borders(plan.rows, photo.height, scale),
    values: Array.from({ length: count }, (_, index) => value(index)),
  }
}

/** Averages over the tiles, and what the survey said of the whole photo. */
export function meanFigures(tiles: Iterable<ToldOfTile>, survey: Figures): Record<string, number> {
  const sums = new Map<string, { sum: number, count: number }>()
  for (const { figures = {} } of tiles) {
    for (const [name, value] of Object.entries(figures)) {
      const before = sums.get(name) ?? { sum: 0, count: 0 }
      sums.set(name, { sum: before.sum + value, count: before.count + 1 })
    }
  }
  return { ...Object.fromEntries([...sums].map(([name, { sum, count }]) => [name, sum / count])), ...survey }
}

function borders(spans: readonly Span[], length: number, scale: number): number[] {
  return [0, ...spans.slice(0, -1).map(({ down }) => Math.round((down.start + down.end) / 2 / scale)), length]
}
