/** Numbers of tiles as maps over a photo: kept by tile, drawn as cells of one size. Pure. */
import { z } from 'zod'
import type { OverlayMap } from './preview.ts'

/** One number a tile; of lines, two a cell (see `OverlayMap`). Tiles share their overlaps in halves: `columns` and `rows` are the borders in pixels of the photo, one more than tiles. */
export const tileMapSchema = z.strictObject({
  id: z.string(), columns: z.array(z.number()), rows: z.array(z.number()),
  /** Row by row; null for a tile that was not made or has no such number. */
  values: z.array(z.number().nullable()),
})
export type TileMap = z.infer<typeof tileMapSchema>

/** Cells along the longer side of a drawn map. */
const cells = 128

/** @param words of the map, as a descriptor has them */
export function drawTileMap(map: TileMap, words: Pick<OverlayMap, 'label' | 'kind' | 'words'>): OverlayMap {
  if (words.kind === 'lines') return { id: map.id, ...words, width: map.columns.length - 1, height: map.rows.length - 1, values: map.values }
  const photoWidth = map.columns.at(-1) ?? 1
  const photoHeight = map.rows.at(-1) ?? 1
  const cell = Math.max(photoWidth, photoHeight) / cells
  const columns = tilesUnder(map.columns, Math.max(1, Math.round(photoWidth / cell)))
  const rows = tilesUnder(map.rows, Math.max(1, Math.round(photoHeight / cell)))
  const across = map.columns.length - 1
  const values = rows.flatMap(row => columns.map(column => map.values[row * across + column] ?? null))
  return { id: map.id, ...words, width: columns.length, height: rows.length, values }
}

/** The tile in whose part the middle of each of `count` cells lies. */
function tilesUnder(borders: readonly number[], count: number): number[] {
  const length = borders.at(-1) ?? 1
  return Array.from({ length: count }, (_, cell) => {
    const middle = (cell + 0.5) / count * length
    const next = borders.findIndex(border => border > middle)
    return Math.max(0, (next === -1 ? borders.length - 1 : next) - 1)
  })
}
