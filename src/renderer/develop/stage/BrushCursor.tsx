import { useEffect, useRef, type RefObject } from 'react'
import type { Size } from '../geometry/viewport.ts'
import { scaleOf } from '../geometry/viewport.ts'
import { useStage } from '../state/stage.ts'

/** The brush under the pointer: its edge, and where its full strength ends. Moved without drawing the page anew. */
export function BrushCursor({ root, photo }: { root: RefObject<HTMLElement | null>, photo: Size }) {
  const ring = useRef<SVGSVGElement>(null)
  const brush = useStage(state => state.brush)
  const scale = useStage(state => scaleOf(state.viewport, photo, state.pane) / state.ratio)
  const radius = Math.max(2, brush.radius * Math.max(photo.width, photo.height) * scale)
  useEffect(() => {
    const element = root.current
    if (element === null) return
    const move = (event: PointerEvent): void => {
      const box = element.getBoundingClientRect()
      if (ring.current === null) return
      ring.current.style.transform = `translate(${event.clientX - box.left}px, ${event.clientY - box.top}px)`
      ring.current.style.visibility = 'visible'
    }
    const leave = (): void => {
      if (ring.current !== null) ring.current.style.visibility = 'hidden'
    }
    element.addEventListener('pointermove', move)
    element.addEventListener('pointerleave', leave)
    return () => {
      element.removeEventListener('pointermove', move)
      element.removeEventListener('pointerleave', leave)
    }
  }, [])
  const solid = radius * (1 - brush.feather)
  return (
    <svg className="r-develop-brush" ref={ring} aria-hidden="true">
      <circle className="r-develop-mask-line-under" r={radius} /><circle className="r-develop-mask-line" r={radius} />
      {solid > 1 && <circle className="r-develop-mask-line r-develop-brush-solid" r={solid} />}
    </svg>
  )
}
