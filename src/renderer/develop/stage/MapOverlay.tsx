import { useEffect, useRef } from 'react'
import type { OverlayMap } from '../../../shared/contract/develop.ts'
import { paintMap } from '../geometry/map-colours.ts'
import type { Placement } from '../geometry/viewport.ts'

/** A map of levels or classes as a picture of one pixel a cell, drawn over the whole photo. */
export function MapOverlay({ map, placement, ratio }: { map: OverlayMap, placement: Placement, ratio: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    element.width = map.width
    element.height = map.height
    element.getContext('2d')?.putImageData(new ImageData(paintMap(map), map.width, map.height), 0, 0)
  }, [map])
  return (
    <canvas className="r-develop-map" ref={canvas} aria-hidden="true" data-overlay={map.id}
      style={{ left: placement.left / ratio, top: placement.top / ratio, width: placement.width / ratio, height: placement.height / ratio }} />
  )
}
