/** Zoom by keys, buttons and clicks. */
import type { Size, Point } from '../geometry/viewport.ts'
import { stepZoom, zoomAt } from '../geometry/viewport.ts'
import { useStage } from './stage.ts'

/** Between the whole photo and 100 %; at the same place as last time, or at a point of the pane (device pixels). */
export function toggleZoom(photo: Size, pane: Size, at?: Point): void {
  const { viewport } = useStage.getState()
  if (viewport.zoom !== 'fit') return useStage.setState({ viewport: { ...viewport, zoom: 'fit' } })
  useStage.setState({ viewport: at === undefined ? { ...viewport, zoom: 1 } : zoomAt(viewport, photo, pane, 1, at) })
}

export function zoomTo(zoom: number | 'fit', photo: Size): void {
  const { viewport, pane } = useStage.getState()
  const middle = { x: pane.width / 2, y: pane.height / 2 }
  // From the whole photo the place of last time is found again.
  const next = viewport.zoom === 'fit' && zoom !== 'fit' ? { ...viewport, zoom } : zoomAt(viewport, photo, pane, zoom, middle)
  useStage.setState({ viewport: next })
}

export function zoomStep(direction: 1 | -1, photo: Size): void {
  const { viewport, pane } = useStage.getState()
  zoomTo(stepZoom(viewport, photo, pane, direction), photo)
}
