import type { OverlayMap } from '../../../shared/contract/develop.ts'
import { linesIn } from '../geometry/map-lines.ts'
import { visibleRect, type Placement, type Size } from '../geometry/viewport.ts'

interface MapLinesProps { map: OverlayMap, photo: Size, pane: Size, placement: Placement, ratio: number }

/** Shorter ones are drawn as dots, CSS pixels. */
const shortest = 2

/** A map of lines, each through the middle of its cell, dark and light so that it is seen on every ground. Neither end is a head: both ways are the same. */
export function MapLines({ map, photo, pane, placement, ratio }: MapLinesProps) {
  const scale = placement.scale / ratio
  const left = placement.left / ratio
  const top = placement.top / ratio
  const lines = linesIn(map, photo, visibleRect(photo, pane, placement))
    .map(({ x, y, dx, dy }) => linePath(left + x * scale, top + y * scale, dx * scale, dy * scale)).join('')
  return (
    <svg className="r-develop-lines" aria-hidden="true" data-overlay={map.id}>
      <path className="r-develop-lines-under" d={lines} />
      <path className="r-develop-lines-over" d={lines} />
    </svg>
  )
}

function linePath(x: number, y: number, dx: number, dy: number): string {
  const at = (px: number, py: number) => `${px.toFixed(1)} ${py.toFixed(1)}`
  return Math.hypot(dx, dy) < shortest ? `M${at(x, y)}h.01` : `M${at(x - dx / 2, y - dy / 2)}L${at(x + dx / 2, y + dy / 2)}`
}
