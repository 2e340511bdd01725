/** What a pointer does on the stage: click zooms, drag pans or draws, wheel zooms where it is. Points are device pixels of a pane. */
import { useEffect, useRef, type PointerEvent as ReactPointerEvent, type RefObject } from 'react'
import type { Session } from '../../../shared/contract/develop.ts'
import { beginShape, extendShape, hitHandle, isSlip, moveHandle, replaceShape, withoutShape, type MaskHandle } from '../geometry/mask-shapes.ts'
import { panBy, photoPoint, place, scaleOf, wheelZoom, zoomAt, type Point } from '../geometry/viewport.ts'
import { addShape, changeMask, commitMask, currentMask } from '../state/mask.ts'
import { useStage, type Pane } from '../state/stage.ts'
import { toggleZoom } from '../state/zoom.ts'

type Gesture =
  | { kind: 'pan', start: Point, last: Point, moved: boolean, pane: Pane }
  | { kind: 'draw', index: number, pane: Pane }
  | { kind: 'handle', index: number, handle: MaskHandle, pane: Pane }

/** A press that moves less is a click, CSS pixels. */
const slack = 4
/** Reach of a pin, CSS pixels. */
const reach = 10

export function usePointer(root: RefObject<HTMLElement | null>, panes: readonly Pane[], session: Session | null) {
  const gesture = useRef<Gesture | null>(null)

  const paneAt = (event: { clientX: number, clientY: number }): { pane: Pane, at: Point } | null => {
    const box = root.current?.getBoundingClientRect()
    if (box === undefined) return null
    const { ratio } = useStage.getState()
    const x = (event.clientX - box.left) * ratio
    const y = (event.clientY - box.top) * ratio
    const pane = panes.findLast(({ left, top }) => x >= left && y >= top) ?? panes[0]
    return pane === undefined ? null : { pane, at: { x: x - pane.left, y: y - pane.top } }
  }
  const inPhoto = (pane: Pane, at: Point): Point => photoPoint(place(session!, pane, useStage.getState().viewport), at)

  useEffect(() => {
    const element = root.current
    if (element === null || session === null) return
    const wheel = (event: WheelEvent): void => {
      event.preventDefault()
      const here = paneAt(event)
      if (here === null) return
      const { viewport } = useStage.getState()
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
      const zoom = wheelZoom(scaleOf(viewport, session, here.pane), event.deltaY * lines)
      useStage.setState({ viewport: zoomAt(viewport, session, here.pane, zoom, here.at) })
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  })

  const down = (event: ReactPointerEvent): void => {
    const here = paneAt(event)
    if (session === null || here === null || event.button > 1) return
    const { tool, panning, brush, erase, shape, pins, ratio, viewport } = useStage.getState()
    event.currentTarget.setPointerCapture(event.pointerId)
    const { pane, at } = here
    if (tool === null || panning || event.button === 1 || pane.side === 'source') {
      gesture.current = { kind: 'pan', start: at, last: at, moved: false, pane }
      return
    }
    const point = inPhoto(pane, at)
    const mask = currentMask()
    const taken = mask === null || !pins ? null : hitHandle(mask, point, session, reach * ratio / scaleOf(viewport, session, pane), shape)
    if (taken !== null) {
      useStage.setState({ shape: taken.index })
      gesture.current = { kind: 'handle', ...taken, pane }
      return
    }
    addShape(beginShape(tool, point, brush, erase !== event.altKey))
    gesture.current = { kind: 'draw', index: (currentMask()?.shapes.length ?? 1) - 1, pane }
  }

  const move = (event: ReactPointerEvent): void => {
    const current = gesture.current
    const here = paneAt(event)
    if (session === null || current === null || here === null) return
    const at = { x: here.at.x + here.pane.left - current.pane.left, y: here.at.y + here.pane.top - current.pane.top }
    if (current.kind === 'pan') {
      const { viewport, ratio } = useStage.getState()
      current.moved ||= Math.hypot(at.x - current.start.x, at.y - current.start.y) >= slack * ratio
      if (current.moved) useStage.setState({ viewport: panBy(viewport, session, current.pane, { x: at.x - current.last.x, y: at.y - current.last.y }) })
      current.last = at
      return
    }
    const mask = currentMask()
    const shape = mask?.shapes[current.index]
    if (mask === null || shape === undefined) return
    const point = inPhoto(current.pane, at)
    const next = current.kind === 'handle' ? moveHandle(shape, current.handle, point, session) : extendShape(shape, point, session, event.shiftKey)
    if (next !== shape) changeMask(replaceShape(mask, current.index, next))
  }

  const up = (event: ReactPointerEvent): void => {
    const current = gesture.current
    gesture.current = null
    if (session === null || current === null) return
    if (current.kind === 'pan') {
      if (!current.moved && event.button === 0 && event.type === 'pointerup') toggleZoom(session, current.pane, current.start)
      return
    }
    const mask = currentMask()
    const shape = mask?.shapes[current.index]
    if (current.kind === 'draw' && mask !== null && shape !== undefined && isSlip(shape, session)) {
      changeMask(withoutShape(mask, current.index))
      useStage.setState({ shape: null })
      return
    }
    commitMask()
  }

  return { onPointerDown: down, onPointerMove: move, onPointerUp: up, onPointerCancel: up }
}
