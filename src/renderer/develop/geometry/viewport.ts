/**
 * Where the photo lies on the stage. All lengths are device pixels but for photo pixels, which say so: 100 % is one photo pixel on one
 * device pixel, whatever the display scale. Pure.
 */

export interface Size { width: number, height: number }
export interface Point { x: number, y: number }
export interface Box { left: number, top: number, width: number, height: number }
/** Pixels of the photo. */
export interface PhotoRect { x: number, y: number, width: number, height: number }

/** What is kept from photo to photo: the zoom, and the fraction of the photo in the middle of the stage. */
export interface Viewport {
  /** Device pixels a photo pixel; `fit` shows the whole photo, at most at 1. */
  zoom: number | 'fit'
  centre: Point
}
/** The photo's box on the stage, on whole device pixels. */
export interface Placement extends Box { scale: number }

export const initialViewport: Viewport = { zoom: 'fit', centre: { x: 0.5, y: 0.5 } }
const zoomSteps = [1 / 16, 1 / 8, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 1, 2, 3, 4, 8]
const largestZoom = 8

/** Scale at which the whole photo is seen; never above 1, so that "fit" does not invent pixels. */
export function fitScale(photo: Size, stage: Size): number {
  return Math.min(1, Math.max(1, stage.width) / photo.width, Math.max(1, stage.height) / photo.height)
}

export function scaleOf(viewport: Viewport, photo: Size, stage: Size): number {
  return viewport.zoom === 'fit' ? fitScale(photo, stage) : viewport.zoom
}

export function place(photo: Size, stage: Size, viewport: Viewport): Placement {
  const scale = scaleOf(viewport, photo, stage)
  const width = Math.max(1, Math.round(photo.width * scale))
  const height = Math.max(1, Math.round(photo.height * scale))
  return {
    scale, width, height,
    left: placeAxis(width, stage.width, viewport.centre.x), top: placeAxis(height, stage.height, viewport.centre.y),
  }
}

/** A photo that is smaller than the stage lies in its middle; a larger one leaves no gap. */
function placeAxis(length: number, stage: number, centre: number): number {
  if (length <= stage) return Math.round((stage - length) / 2)
  return Math.round(Math.min(0, Math.max(stage - length, stage / 2 - centre * length)))
}

/** Moves the photo by device pixels, no farther than its edges. */
export function panBy(viewport: Viewport, photo: Size, stage: Size, by: Point): Viewport {
  const placement = place(photo, stage, viewport)
  const axis = (length: number, side: number, start: number, moved: number, centre: number): number => {
    if (length <= side) return centre
    return (side / 2 - Math.min(0, Math.max(side - length, start + moved))) / length
  }
  return {
    zoom: viewport.zoom,
    centre: {
      x: axis(placement.width, stage.width, placement.left, by.x, viewport.centre.x),
      y: axis(placement.height, stage.height, placement.top, by.y, viewport.centre.y),
    },
  }
}

/** Zooms so that the photo point under `at` (device pixels of the stage) stays there, as far as the edges allow. */
export function zoomAt(viewport: Viewport, photo: Size, stage: Size, zoom: number | 'fit', at: Point): Viewport {
  if (zoom === 'fit') return { zoom, centre: viewport.centre }
  const before = place(photo, stage, viewport)
  const scale = clampZoom(zoom, photo, stage)
  const axis = (start: number, length: number, size: number, side: number, pointer: number): number => {
    const fraction = (pointer - start) / length
    const grown = size * scale
    if (grown <= side) return 0.5
    const left = Math.min(0, Math.max(side - grown, pointer - fraction * grown))
    return (side / 2 - left) / grown
  }
  return {
    zoom: scale,
    centre: {
      x: axis(before.left, before.width, photo.width, stage.width, at.x),
      y: axis(before.top, before.height, photo.height, stage.height, at.y),
    },
  }
}

/** Zooms around the middle of the stage; from the whole photo the place of last time is found again. */
export function zoomed(viewport: Viewport, photo: Size, stage: Size, zoom: number | 'fit'): Viewport {
  return viewport.zoom === 'fit' && zoom !== 'fit' ? { ...viewport, zoom } : zoomAt(viewport, photo, stage, zoom, { x: stage.width / 2, y: stage.height / 2 })
}

/** Between the whole photo and 100 %; at the same place as last time, or at a point of the stage (device pixels). */
export function toggled(viewport: Viewport, photo: Size, stage: Size, at?: Point): Viewport {
  if (viewport.zoom !== 'fit') return { ...viewport, zoom: 'fit' }
  return at === undefined ? zoomed(viewport, photo, stage, 1) : zoomAt(viewport, photo, stage, 1, at)
}

function clampZoom(zoom: number, photo: Size, stage: Size): number {
  const smallest = Math.min(zoomSteps[0]!, fitScale(photo, stage))
  return Math.min(largestZoom, Math.max(smallest, zoom))
}

/** The next step up or down; "fit" is a step among the others. */
export function stepZoom(viewport: Viewport, photo: Size, stage: Size, direction: 1 | -1): number | 'fit' {
  const now = scaleOf(viewport, photo, stage)
  const fit = fitScale(photo, stage)
  const near = (a: number, b: number) => Math.abs(a / b - 1) < 1e-6
  const steps = [...zoomSteps.filter(step => !near(step, fit) && step > fit), fit].sort((a, b) => a - b)
  const next = direction === 1 ? steps.find(step => step > now * (1 + 1e-6)) : steps.findLast(step => step < now * (1 - 1e-6))
  if (next === undefined) return direction === 1 ? Math.max(now, steps.at(-1)!) : 'fit'
  return next === fit ? 'fit' : next
}

/** A wheel's turn as a factor; stops at 100 % on the way, the one zoom that shows pixels as they are. */
export function wheelZoom(scale: number, deltaY: number): number {
  const next = scale * Math.exp(-Math.max(-240, Math.min(240, deltaY)) * 0.002)
  return (scale - 1) * (next - 1) < 0 ? 1 : next
}

/** Photo pixels that the stage shows, at least one; `margin` of the stage's sides around them. */
export function visibleRect(photo: Size, stage: Size, placement: Placement, margin = 0): PhotoRect {
  const axis = (start: number, side: number, scale: number, length: number): [number, number] => {
    const from = Math.floor((-start - side * margin) / scale)
    const to = Math.ceil((-start + side * (1 + margin)) / scale)
    const first = Math.min(length - 1, Math.max(0, from))
    return [first, Math.min(length, Math.max(first + 1, to))]
  }
  const [left, right] = axis(placement.left, stage.width, placement.width / photo.width, photo.width)
  const [top, bottom] = axis(placement.top, stage.height, placement.height / photo.height, photo.height)
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** Fractions of the photo under a point of the stage; outside 0..1 beside the photo. */
export function photoPoint(placement: Placement, at: Point): Point {
  return { x: (at.x - placement.left) / placement.width, y: (at.y - placement.top) / placement.height }
}

/** Device pixels of the stage where a point of the photo (fractions) lies. */
export function stagePoint(placement: Placement, point: Point): Point {
  return { x: placement.left + point.x * placement.width, y: placement.top + point.y * placement.height }
}

/** The stage in a photo's miniature: fractions of the photo. */
export function visibleFractions(stage: Size, placement: Placement): { x: number, y: number, width: number, height: number } {
  const axis = (start: number, length: number, side: number): [number, number] => {
    const from = Math.min(1, Math.max(0, -start / length))
    return [from, Math.min(1, Math.max(0, (side - start) / length)) - from]
  }
  const [x, width] = axis(placement.left, placement.width, stage.width)
  const [y, height] = axis(placement.top, placement.height, stage.height)
  return { x, y, width, height }
}
