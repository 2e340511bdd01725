/** How the loupe and compare look at photos: kept from photo to photo, shared by all panes. */
import { create } from 'zustand'
import { initialViewport, place, stepZoom, toggled, zoomed, type Point, type Size, type Viewport } from '../../develop/geometry/viewport.ts'

interface Zoom {
  viewport: Viewport
  /** Photo and pane that keys act on: those of the active photo. Device pixels, but the photo's own. */
  photo: Size
  pane: Size
}

export const useZoom = create<Zoom>(() => ({ viewport: initialViewport, photo: { width: 1, height: 1 }, pane: { width: 0, height: 0 } }))

export function setViewport(viewport: Viewport): void {
  useZoom.setState({ viewport })
}

/** @param at point of the pane, device pixels */
export function toggleZoom(at?: Point, size?: { photo: Size, pane: Size }): void {
  const { viewport, photo, pane } = { ...useZoom.getState(), ...size }
  setViewport(toggled(viewport, photo, pane, at))
}

export function stepIn(direction: 1 | -1): void {
  const { viewport, photo, pane } = useZoom.getState()
  zoomTo(stepZoom(viewport, photo, pane, direction))
}

export function zoomTo(zoom: number | 'fit'): void {
  const { viewport, photo, pane } = useZoom.getState()
  setViewport(zoomed(viewport, photo, pane, zoom))
}

/** Scale of the active photo, device pixels a photo pixel. */
export function scaleNow({ viewport, photo, pane }: Zoom): number {
  return place(photo, pane, viewport).scale
}
