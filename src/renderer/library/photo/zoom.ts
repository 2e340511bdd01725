/** How the loupe and compare look at photos: kept from photo to photo, shared by all panes. */
import { create } from 'zustand'
import { initialViewport, place, stepZoom, zoomAt, type Point, type Size, type Viewport } from '../../develop/geometry/viewport.ts'

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

/** Between the whole photo and 100 %, where it was last time or at a point of the pane. */
export function toggleZoom(at?: Point, size?: { photo: Size, pane: Size }): void {
  const { viewport, photo, pane } = { ...useZoom.getState(), ...size }
  if (viewport.zoom !== 'fit') setViewport({ ...viewport, zoom: 'fit' })
  else setViewport(at === undefined ? { ...viewport, zoom: 1 } : zoomAt(viewport, photo, pane, 1, at))
}

export function stepIn(direction: 1 | -1): void {
  const { viewport, photo, pane } = useZoom.getState()
  const zoom = stepZoom(viewport, photo, pane, direction)
  setViewport(viewport.zoom === 'fit' && zoom !== 'fit' ? { ...viewport, zoom } : zoomAt(viewport, photo, pane, zoom, { x: pane.width / 2, y: pane.height / 2 }))
}

export function zoomTo(zoom: number | 'fit'): void {
  const { viewport, photo, pane } = useZoom.getState()
  setViewport(zoomAt(viewport, photo, pane, zoom, { x: pane.width / 2, y: pane.height / 2 }))
}

/** Scale of the active photo, device pixels a photo pixel. */
export function scaleNow({ viewport, photo, pane }: Zoom): number {
  return place(photo, pane, viewport).scale
}
