import type { OverlayMap } from '../../../shared/contract/develop.ts'
import { arrowsIn } from '../geometry/map-colours.ts'
import { visibleRect, type Placement, type Size } from '../geometry/viewport.ts'

interface MapArrowsProps { map: OverlayMap, photo: Size, pane: Size, placement: Placement, ratio: number }

const mostArrows = 600
/** Shorter ones are drawn as dots, CSS pixels. */
const shortest = 2

/** A map of vectors: an arrow from the middle of each cell, dark and light so that it is seen on every ground. */
export function MapArrows({ map, photo, pane, placement, ratio }: MapArrowsProps) {
  const scale = placement.scale / ratio
  const left = placement.left / ratio
  const top = placement.top / ratio
  const arrows = arrowsIn(map, photo, visibleRect(photo, pane, placement), mostArrows)
  const lines = arrows.map(({ x, y, dx, dy }) => arrowPath(left + x * scale, top + y * scale, dx * scale, dy * scale)).join('')
  return (
    <svg className="r-develop-arrows" aria-hidden="true" data-overlay={map.id}>
      <path className="r-develop-arrows-under" d={lines} />
      <path className="r-develop-arrows-over" d={lines} />
    </svg>
  )
}

function arrowPath(x: number, y: number, dx: number, dy: number): string {
  const length = Math.hypot(dx, dy)
  const at = (px: number, py: number) => `${px.toFixed(1)} ${py.toFixed(1)}`
  if (length < shortest) return `M${at(x, y)}h.01`
  const head = Math.min(6, length * 0.4)
  const [ux, uy] = [dx / length, dy / length]
  const wing = (side: 1 | -1) => at(x + dx - head * (ux - side * uy * 0.6), y + dy - head * (uy + side * ux * 0.6))
  return `M${at(x, y)}L${at(x + dx, y + dy)}M${wing(1)}L${at(x + dx, y + dy)}L${wing(-1)}`
}
