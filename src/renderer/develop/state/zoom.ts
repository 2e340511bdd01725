/** Zoom of Develop by keys, buttons and clicks. */
import { stepZoom, toggled, zoomed, type Point, type Size } from '../geometry/viewport.ts'
import { useStage } from './stage.ts'

/** @param at point of the pane, device pixels */
export function toggleZoom(photo: Size, pane: Size, at?: Point): void {
  useStage.setState(({ viewport }) => ({ viewport: toggled(viewport, photo, pane, at) }))
}

export function zoomTo(zoom: number | 'fit', photo: Size): void {
  useStage.setState(({ viewport, pane }) => ({ viewport: zoomed(viewport, photo, pane, zoom) }))
}

export function zoomStep(direction: 1 | -1, photo: Size): void {
  const { viewport, pane } = useStage.getState()
  zoomTo(stepZoom(viewport, photo, pane, direction), photo)
}
