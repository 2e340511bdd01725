/** Which picture tiles a view needs, and where they lie in the photo's box. Pure. Level n is the photo reduced by 2^n. */
import type { Box, PhotoRect, Placement, Point, Size } from './viewport.ts'
import { visibleRect } from './viewport.ts'

export interface PictureTile { level: number, column: number, row: number }
export interface Pyramid extends Size {
  /** Side of a tile at every level, pixels of that level. */
  tileSide: number
  levels: number
}

export function tileName(tile: PictureTile): string {
  return `${tile.level}/${tile.column}/${tile.row}`
}

/** The coarsest level that still has a pixel for each device pixel. */
export function levelFor(pyramid: Pyramid, scale: number): number {
  return Math.max(0, Math.min(pyramid.levels - 1, Math.floor(Math.log2(1 / scale) + 1e-9)))
}

/** Tiles of `level` that touch a rectangle of the photo, nearest to its middle first. */
export function tilesIn(pyramid: Pyramid, level: number, rect: PhotoRect): PictureTile[] {
  const span = pyramid.tileSide * 2 ** level
  const middle: Point = { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 }
  const tiles: { tile: PictureTile, distance: number }[] = []
  for (let row = Math.floor(rect.y / span); row * span < rect.y + rect.height; row++) {
    for (let column = Math.floor(rect.x / span); column * span < rect.x + rect.width; column++) {
      tiles.push({ tile: { level, column, row }, distance: Math.hypot((column + 0.5) * span - middle.x, (row + 0.5) * span - middle.y) })
    }
  }
  return tiles.sort((a, b) => a.distance - b.distance).map(entry => entry.tile)
}

/** Tiles for a view: what is seen, and half a stage around it. */
export function tilesForView(pyramid: Pyramid, stage: Size, placement: Placement): PictureTile[] {
  return tilesIn(pyramid, levelFor(pyramid, placement.scale), visibleRect(pyramid, stage, placement, 0.25))
}

/** Pixels of the photo that a tile shows. */
export function tileRect(pyramid: Pyramid, tile: PictureTile): PhotoRect {
  const span = pyramid.tileSide * 2 ** tile.level
  const x = tile.column * span
  const y = tile.row * span
  return { x, y, width: Math.min(span, pyramid.width - x), height: Math.min(span, pyramid.height - y) }
}

/** A tile's place in the photo's box, device pixels. Neighbours share their rounded edge: no gap, no overlap, and at 100 % not a pixel resized. */
export function tileBox(pyramid: Pyramid, tile: PictureTile, placement: Placement): Box {
  const rect = tileRect(pyramid, tile)
  const across = (value: number) => Math.round(value * placement.width / pyramid.width)
  const down = (value: number) => Math.round(value * placement.height / pyramid.height)
  const left = across(rect.x)
  const top = down(rect.y)
  return { left, top, width: across(rect.x + rect.width) - left, height: down(rect.y + rect.height) - top }
}
