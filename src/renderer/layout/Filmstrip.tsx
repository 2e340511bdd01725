/** All photos of the Library in a row, in every view. */
import { useEffect, useRef } from 'react'
import { t } from '../words/words.ts'
import { stripLayout } from '../library/wall/geometry.ts'
import { dragCells, pressCell } from '../library/wall/pointer.ts'
import { Wall } from '../library/wall/wall.ts'
import '../library/wall/wall.css'

export function Filmstrip() {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const wall = new Wall(box.current!, { name: 'strip', direction: 'horizontal', isSecond: true, layoutOf: ({ height }) => stripLayout(height) })
    const element = box.current!
    const wheel = (event: WheelEvent): void => {
      if (event.deltaX !== 0 || event.shiftKey) return
      event.preventDefault()
      element.scrollLeft += event.deltaY
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => {
      element.removeEventListener('wheel', wheel)
      wall.dispose()
    }
  }, [])
  return (
    <div className="r-filmstrip" role="region" data-region="filmstrip" aria-label={t('shell.region.filmstrip')}>
      <div ref={box} className="r-filmstrip-scroll r-scroll" role="listbox" aria-multiselectable="true" aria-orientation="horizontal" aria-label={t('shell.region.filmstrip')}
        tabIndex={0} data-home data-keys="ours" onMouseDown={(event) => event.button === 0 && pressCell(event, false)} onDragStart={dragCells} />
    </div>
  )
}
