/** What is known of a photo that is looked at, as maps for the window. */
import type { Descriptor } from '../../shared/descriptor.ts'
import type { OverlayMap } from '../../shared/preview.ts'
import { drawTileMap } from '../../shared/tile-map.ts'
import { tileMap, tileMaps } from '../runtime/tile-figures.ts'
import type { TilePlan } from '../runtime/tiles.ts'
import type { TileResult } from './run.ts'

/** The engine's own overlays, and the tiles that kept their input. */
export function mapsOf(
  descriptor: Descriptor, plan: TilePlan, scale: number, photo: { width: number, height: number }, tiles: ReadonlyMap<number, TileResult>,
): OverlayMap[] {
  const told = Array.from({ length: plan.columns.length * plan.rows.length }, (_, index) => tiles.get(index))
  const own = tileMaps(descriptor, plan, scale, photo, told).map((map, index) => {
    const { label, kind = 'levels', words = [] } = descriptor.overlays[index]!
    return drawTileMap(map, { label, kind, words })
  })
  const guarded = tileMap('suspect', plan, scale, photo, index => {
    const tile = tiles.get(index)
    return tile === undefined ? null : Number(tile.guarded !== null)
  })
  return [...own, drawTileMap(guarded, { label: 'Suspect tiles', kind: 'classes', words: ['', 'kept as it was'] })]
}
