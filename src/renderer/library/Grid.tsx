/** The wall of photos. React only holds the box; `wall/` does the rest. */
import { useEffect, useRef, useState, type DragEvent, type WheelEvent } from 'react'
import { idAt, placeOf } from '../state/library.ts'
import { useLayout } from '../state/preferences.ts'
import { useSelection } from '../state/selection.ts'
import { t } from '../words/words.ts'
import { PhotoMenu } from './PhotoMenu.tsx'
import { hasOwnOrder, moveBefore } from './reorder.ts'
import { setCurrentWall } from './wall/current.ts'
import { gridLayout } from './wall/geometry.ts'
import { dragCells, idUnder, openCell, photosType, pressCell } from './wall/pointer.ts'
import { Wall } from './wall/wall.ts'
import './wall/wall.css'

export const smallestCell = 120
export const largestCell = 320
const wheelStep = 1.12

export function Grid() {
  const [size, setSize] = useLayout('grid.size', 200)
  const [names] = useLayout('grid.names', false)
  const [info] = useLayout('grid.info', true)
  const [drop, setDrop] = useState<Gap | null>(null)
  const [menu, setMenu] = useState<{ x: number, y: number } | null>(null)
  const box = useRef<HTMLDivElement>(null)
  const wall = useRef<Wall | null>(null)
  const current = useRef(size)
  current.current = size
  useEffect(() => {
    const made = new Wall(box.current!, { name: 'grid', direction: 'vertical', layoutOf: ({ width }) => gridLayout(width, current.current) })
    wall.current = made
    setCurrentWall(made)
    // From another stage the focus comes along; a list at the left, whose choice filled the grid, keeps it.
    if (document.activeElement === document.body) box.current?.focus({ preventScroll: true })
    return () => {
      setCurrentWall(null)
      made.dispose()
    }
  }, [])
  useEffect(() => wall.current?.relayout(), [size])
  useEffect(() => {
    // React listens to wheels passively; this one must keep the page from zooming.
    const wheel = (event: globalThis.WheelEvent): void => {
      if (event.ctrlKey || event.metaKey) event.preventDefault()
    }
    const element = box.current
    element?.addEventListener('wheel', wheel, { passive: false })
    return () => element?.removeEventListener('wheel', wheel)
  }, [])
  const zoom = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return
    setSize(Math.round(Math.min(largestCell, Math.max(smallestCell, event.deltaY < 0 ? size * wheelStep : size / wheelStep))))
  }
  return (
    <>
      <div ref={box} className="r-grid r-scroll" role="listbox" aria-multiselectable="true" aria-label={t('library.grid')} tabIndex={0} data-home data-keys="ours"
        data-names={names} data-info={info} onWheel={zoom} onDoubleClick={openCell}
        onMouseDown={(event) => event.button === 0 && pressCell(event, true)}
        onDragStart={dragCells}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes(photosType) || !hasOwnOrder()) return
          event.preventDefault()
          setDrop(gapAt(event))
        }}
        onDragLeave={() => setDrop(null)}
        onDrop={(event) => {
          setDrop(null)
          const gap = event.dataTransfer.types.includes(photosType) && hasOwnOrder() ? gapAt(event) : null
          if (gap === null) return
          event.preventDefault()
          moveBefore(gap.before)
        }}
        onContextMenu={(event) => {
          const id = idUnder(event.target)
          if (id === null) return
          event.preventDefault()
          if (!useSelection.getState().ids.has(id)) useSelection.getState().only(id)
          setMenu({ x: event.clientX, y: event.clientY })
        }} />
      {drop !== null && <span className="r-grid-gap" style={{ left: drop.left, top: drop.top, height: drop.height }} />}
      <PhotoMenu at={menu} onClose={() => setMenu(null)} />
    </>
  )
}

/** Between which photos a drop would put what is dragged; the line is placed in the window. */
interface Gap { before: number | null, left: number, top: number, height: number }

function gapAt(event: DragEvent): Gap | null {
  const id = idUnder(event.target)
  const cell = event.target instanceof Element ? event.target.closest('.r-cell') : null
  if (id === null || cell === null) return null
  const { left, right, top, height } = cell.getBoundingClientRect()
  const isBefore = event.clientX < (left + right) / 2
  return { before: isBefore ? id : idAt(placeOf(id) + 1), left: isBefore ? left : right, top, height }
}
