/** Click zooms where it is, drag pans, the wheel zooms at the pointer. */
import { useEffect, useRef, type PointerEvent, type RefObject } from 'react'
import { panBy, scaleOf, wheelZoom, zoomAt, type Point, type Size } from '../../develop/geometry/viewport.ts'
import { setViewport, toggleZoom, useZoom } from './zoom.ts'

/** A press that moves less is a click, CSS pixels. */
const slack = 4

export function useGestures(element: RefObject<HTMLElement | null>, photo: Size, pane: Size, ratio: number) {
  const press = useRef<{ start: Point, last: Point, moved: boolean } | null>(null)
  const at = (event: { clientX: number, clientY: number }): Point => {
    const box = element.current!.getBoundingClientRect()
    return { x: (event.clientX - box.left) * ratio, y: (event.clientY - box.top) * ratio }
  }
  useEffect(() => {
    const wheel = (event: WheelEvent): void => {
      event.preventDefault()
      const { viewport } = useZoom.getState()
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
      setViewport(zoomAt(viewport, photo, pane, wheelZoom(scaleOf(viewport, photo, pane), event.deltaY * lines), at(event)))
    }
    const box = element.current
    box?.addEventListener('wheel', wheel, { passive: false })
    return () => box?.removeEventListener('wheel', wheel)
  }, [photo.width, photo.height, pane.width, pane.height, ratio])
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button > 1) return
      event.currentTarget.setPointerCapture(event.pointerId)
      press.current = { start: at(event), last: at(event), moved: false }
    },
    onPointerMove: (event: PointerEvent) => {
      const current = press.current
      if (current === null) return
      const now = at(event)
      current.moved ||= Math.hypot(now.x - current.start.x, now.y - current.start.y) >= slack * ratio
      if (current.moved) setViewport(panBy(useZoom.getState().viewport, photo, pane, { x: now.x - current.last.x, y: now.y - current.last.y }))
      current.last = now
    },
    onPointerUp: (event: PointerEvent) => {
      const current = press.current
      press.current = null
      if (current !== null && !current.moved && event.button === 0) toggleZoom(current.start, { photo, pane })
    },
    onPointerCancel: () => { press.current = null },
  }
}
