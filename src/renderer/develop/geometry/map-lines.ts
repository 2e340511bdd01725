/** Lines of a map over the photo. Pure. */
import type { OverlayMap } from '../../../shared/contract/develop.ts'
import type { Size } from './viewport.ts'

/** Through the point (x, y), in pixels of the photo. */
interface Line { x: number, y: number, dx: number, dy: number }

/** What is known of the cells that touch a rectangle of the photo. */
export function linesIn(map: OverlayMap, photo: Size, rect: Size & { x: number, y: number }): Line[] {
  const width = photo.width / map.width
  const height = photo.height / map.height
  return linesOf(map).flatMap(({ column, row, dx, dy }) => {
    const [left, top] = [column * width, row * height]
    const isSeen = left < rect.x + rect.width && left + width > rect.x && top < rect.y + rect.height && top + height > rect.y
    return isSeen ? [{ x: left + width / 2, y: top + height / 2, dx, dy }] : []
  })
}

/** Pixels of the photo; null where no line is known. */
export function longestLine(map: OverlayMap): number | null {
  const lengths = linesOf(map).map(({ dx, dy }) => Math.hypot(dx, dy))
  return lengths.length === 0 ? null : Math.max(...lengths)
}

function linesOf({ width, height, values }: OverlayMap): { column: number, row: number, dx: number, dy: number }[] {
  return Array.from({ length: width * height }, (_, cell) => cell).flatMap((cell) => {
    const dx = values[2 * cell] ?? null
    const dy = values[2 * cell + 1] ?? null
    return dx === null || dy === null ? [] : [{ column: cell % width, row: Math.floor(cell / width), dx, dy }]
  })
}
