import { useEffect, useRef } from 'react'
import type { Mask } from '../../../shared/mask.ts'
import { rasterise } from '../../../shared/mask-raster.ts'
import type { Placement, Size } from '../geometry/viewport.ts'
import { useStage } from '../state/stage.ts'
import { maskGrid } from './use-mask-image.ts'

interface MaskOverlayProps { mask: Mask, photo: Size, pane: Size, placement: Placement, ratio: number }

/** Colours that Shift+O goes through. */
const maskColours: readonly (readonly [number, number, number])[] = [[230, 40, 40], [40, 200, 90], [60, 130, 255], [245, 245, 245], [0, 0, 0]]
const opacity = 0.5

/** Where the result is used, as a veil of one colour. */
export function MaskOverlay({ mask, photo, pane, placement, ratio }: MaskOverlayProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const colour = maskColours[useStage(state => state.maskColour) % maskColours.length]!
  const { rect, columns, rows } = maskGrid(photo, pane, placement)
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const element = canvas.current
      if (element === null) return
      element.width = columns
      element.height = rows
      const coverage = rasterise(mask, photo, rect, columns, rows)
      const pixels = new Uint8ClampedArray(columns * rows * 4)
      for (let pixel = 0; pixel < coverage.length; pixel++) {
        pixels.set(colour, pixel * 4)
        pixels[pixel * 4 + 3] = coverage[pixel]! * opacity
      }
      element.getContext('2d')?.putImageData(new ImageData(pixels, columns, rows), 0, 0)
    })
    return () => cancelAnimationFrame(frame)
  }, [mask, colour, rect.x, rect.y, rect.width, rect.height, columns, rows])
  const across = placement.width / photo.width / ratio
  const down = placement.height / photo.height / ratio
  return (
    <canvas className="r-develop-mask-veil" ref={canvas} aria-hidden="true" data-overlay="mask" style={{
      left: placement.left / ratio + rect.x * across, top: placement.top / ratio + rect.y * down, width: rect.width * across, height: rect.height * down,
    }} />
  )
}
