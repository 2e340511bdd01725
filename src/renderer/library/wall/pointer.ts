/** Clicks on a wall: select one, a range, or one more; stars and flags are pressed where they stand. */
import type { MouseEvent } from 'react'
import { shownIds, useLibrary } from '../../state/library.ts'
import { useSelection } from '../../state/selection.ts'
import { useView } from '../../state/view.ts'
import { mark } from '../actions.ts'

export function idUnder(target: EventTarget | null): number | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>('.r-cell') : null
  return cell === null ? null : Number(cell.dataset['id'])
}

/** @param inGrid false in the filmstrip, where a click on a chosen photo makes it the active one */
export function pressCell(event: MouseEvent, inGrid: boolean): void {
  const id = idUnder(event.target)
  const { only, toggle, range, activate, clear } = useSelection.getState()
  if (id === null) return inGrid ? clear() : undefined
  const target = event.target instanceof HTMLElement ? event.target : null
  if (isStars(target) && inGrid) {
    if (!useSelection.getState().ids.has(id)) only(id)
    const { columns, rows } = useLibrary.getState().table
    const had = columns.stars[rows.get(id) ?? -1]
    const star = starUnder(target, event)
    return mark({ stars: had === star ? star - 1 : star }, [id])
  }
  if (target?.classList.contains('r-cell-stack') === true) return foldAt(id)
  if (event.shiftKey) return range(id, shownIds())
  if (event.ctrlKey || event.metaKey) return toggle(id)
  if (inGrid) only(id)
  else activate(id)
}

export function openCell(event: MouseEvent): void {
  const target = event.target instanceof HTMLElement ? event.target : null
  if (idUnder(target) !== null && !isStars(target)) useView.getState().open('library', 'loupe')
}

function isStars(target: HTMLElement | null): target is HTMLElement {
  return target?.classList.contains('r-cell-stars') === true
}

/** 1..5: all five stand there while the pointer does. */
function starUnder(target: HTMLElement, { clientX }: MouseEvent): number {
  const { left, right, width } = target.getBoundingClientRect()
  const along = getComputedStyle(target).direction === 'rtl' ? right - clientX : clientX - left
  return Math.min(5, Math.max(1, Math.ceil(along / width * 5)))
}

function foldAt(id: number): void {
  const { table: { rows, columns }, unfolded, setUnfolded } = useLibrary.getState()
  const top = columns.stack[rows.get(id) ?? -1] ?? 0
  const next = new Set(unfolded)
  if (!next.delete(top)) next.add(top)
  setUnfolded(next)
}

/** Type of what is dragged from a wall: ids of photos as JSON. */
export const photosType = 'application/x-restill-photos'

export function dragCells(event: { dataTransfer: DataTransfer, target: EventTarget | null }): void {
  const id = idUnder(event.target)
  if (id === null) return
  const { ids, only } = useSelection.getState()
  if (!ids.has(id)) only(id)
  event.dataTransfer.setData(photosType, JSON.stringify([...useSelection.getState().ids]))
  event.dataTransfer.effectAllowed = 'copy'
}
