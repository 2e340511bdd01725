/** The mask as a CSS mask over the result: drawn for what is seen, at the screen's resolution. */
import { useEffect, useRef, useState, type CSSProperties } from 'react'
import type { Mask } from '../../../shared/mask.ts'
import { rasterise } from '../../../shared/mask-raster.ts'
import { visibleRect, type PhotoRect, type Placement, type Size } from '../geometry/viewport.ts'

interface Drawn { url: string, rect: PhotoRect }
interface Job { mask: Mask, photo: Size, rect: PhotoRect, columns: number, rows: number }

/** Longest side of a drawn mask, pixels. */
const longest = 2048

/** Resolution and part of the photo that a mask is drawn at for a view. */
export function maskGrid(photo: Size, pane: Size, placement: Placement): { rect: PhotoRect, columns: number, rows: number } {
  const rect = visibleRect(photo, pane, placement, 0.25)
  const scale = Math.min(1, placement.scale, longest / Math.max(rect.width, rect.height))
  return { rect, columns: Math.max(1, Math.round(rect.width * scale)), rows: Math.max(1, Math.round(rect.height * scale)) }
}

/** Style of the result's box; undefined until the first mask is drawn, then always the newest one drawn. */
export function useMaskImage(mask: Mask | null, photo: Size, pane: Size, placement: Placement, ratio: number): CSSProperties | undefined {
  const [drawn, setDrawn] = useState<Drawn | null>(null)
  const next = useRef<Job | null>(null)
  const busy = useRef(false)
  const { rect, columns, rows } = maskGrid(photo, pane, placement)
  const place = `${rect.x} ${rect.y} ${rect.width} ${rect.height} ${columns}`
  useEffect(() => {
    if (mask === null) {
      next.current = null
      return setDrawn(null)
    }
    next.current = { mask, photo, rect, columns, rows }
    const draw = async (): Promise<void> => {
      if (busy.current) return
      busy.current = true
      for (let job = next.current; job !== null; job = next.current) {
        next.current = null
        const url = await paint(job)
        if (url !== null) setDrawn({ url, rect: job.rect })
      }
      busy.current = false
    }
    const frame = requestAnimationFrame(() => void draw())
    return () => cancelAnimationFrame(frame)
  }, [mask, place, photo.width, photo.height])
  useEffect(() => () => {
    // Kept until the new picture is shown.
    if (drawn !== null) setTimeout(() => URL.revokeObjectURL(drawn.url), 1000)
  }, [drawn])
  if (mask === null || drawn === null) return undefined
  const across = placement.width / photo.width / ratio
  const down = placement.height / photo.height / ratio
  return {
    maskImage: `url("${drawn.url}")`, maskRepeat: 'no-repeat',
    maskPosition: `${drawn.rect.x * across}px ${drawn.rect.y * down}px`,
    maskSize: `${drawn.rect.width * across}px ${drawn.rect.height * down}px`,
  }
}

async function paint({ mask, photo, rect, columns, rows }: Job): Promise<string | null> {
  const canvas = new OffscreenCanvas(columns, rows)
  const context = canvas.getContext('2d')
  if (context === null) return null
  const coverage = rasterise(mask, photo, rect, columns, rows)
  const pixels = new Uint8ClampedArray(columns * rows * 4)
  for (let pixel = 0; pixel < coverage.length; pixel++) pixels[pixel * 4 + 3] = coverage[pixel]!
  context.putImageData(new ImageData(pixels, columns, rows), 0, 0)
  return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/png' }))
}
