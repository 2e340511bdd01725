/** Which tile comes first: those that touch what is visible, from its middle outward, then the rest in the same way. */
import type { Rect } from '../../shared/preview.ts'
import type { TilePlan } from '../runtime/tiles.ts'

export interface TilePlace { readonly index: number, readonly column: number, readonly row: number, readonly visible: boolean }

/** @param visible in pixels of the plan's picture */
export function tileOrder(plan: TilePlan, visible: Rect): TilePlace[] {
  const middle = { x: visible.x + visible.width / 2, y: visible.y + visible.height / 2 }
  const places = plan.rows.flatMap((down, row) => plan.columns.map((across, column) => {
    const touches = across.start < visible.x + visible.width && across.end > visible.x
      && down.start < visible.y + visible.height && down.end > visible.y
    const distance = ((across.start + across.end) / 2 - middle.x) ** 2 + ((down.start + down.end) / 2 - middle.y) ** 2
    return { index: row * plan.columns.length + column, column, row, visible: touches, distance }
  }))
  return places.sort((a, b) => Number(b.visible) - Number(a.visible) || a.distance - b.distance)
}
