/** Lines that an engine tells of its tiles, as one coarse grid over the photo: a cell has the line that most of it agrees on. */
import type { TileLines } from '../engines/engine.ts'
import type { TileMap } from '../../shared/tile-map.ts'
import type { Span, TilePlan } from './tiles.ts'

/** Cells along each side of the photo [arXiv:2601.06525, figure 7]. */
const lineCells = 10

interface Size { readonly width: number, readonly height: number }

/**
 * @param scale of the plan's picture against the photo
 * @param linesAt by the index of the tile, row by row; undefined for tiles that were not made
 * @returns a map whose cells have two values each: how far its line reaches to the right and down, pixels of the photo
 */
export function lineMap(id: string, plan: TilePlan, scale: number, photo: Size, linesAt: (index: number) => TileLines | undefined): TileMap {
  const sums = Array.from({ length: lineCells ** 2 }, () => ({ u: 0, v: 0, count: 0 }))
  const [width, height] = [photo.width * scale, photo.height * scale]
  for (const [down, row] of plan.rows.entries()) {
    for (const [across, column] of plan.columns.entries()) {
      const lines = linesAt(down * plan.columns.length + across)
      if (lines === undefined) continue
      const cellsX = cellsOf(column, plan.tileWidth / lines.columns, lines.columns, width)
      const cellsY = cellsOf(row, plan.tileHeight / lines.rows, lines.rows, height)
      for (const [y, cellY] of cellsY.entries()) {
        for (const [x, cellX] of cellsX.entries()) {
          if (cellX === null || cellY === null) continue
          const sum = sums[cellY * lineCells + cellX]!
          sum.u += lines.u[y * lines.columns + x]!
          sum.v += lines.v[y * lines.columns + x]!
          sum.count++
        }
      }
    }
  }
  const values = sums.flatMap(({ u, v, count }) => {
    if (count === 0) return [null, null]
    const length = Math.hypot(u, v) / count / scale
    const angle = Math.atan2(v, u) / 2
    return [length * Math.cos(angle), length * Math.sin(angle)]
  })
  return { id, columns: borders(photo.width), rows: borders(photo.height), values }
}

/** The photo's cell in which each line of a tile lies; null outside of what the tile alone answers for. */
function cellsOf({ start, end, up, down }: Span, step: number, count: number, length: number): (number | null)[] {
  const from = up.end === up.start ? start : (up.start + up.end) / 2
  const to = down.end === down.start ? end : (down.start + down.end) / 2
  return Array.from({ length: count }, (_, index) => {
    const middle = start + (index + 0.5) * step
    return middle < from || middle >= Math.min(to, length) ? null : Math.min(lineCells - 1, Math.floor(middle / length * lineCells))
  })
}

function borders(length: number): number[] {
  return Array.from({ length: lineCells + 1 }, (_, index) => Math.round(index / lineCells * length))
}
