/**
 * What the router sees of a photo: a few windows at full scale, spread over it. A reduced copy would be cheaper to read but has lost the grain and
 * the fine shape of the blur, by which the kinds differ.
 */
import { RestillError } from '../../../shared/errors.ts'
import { cutTile } from '../../runtime/layout.ts'
import type { PixelSource } from '../engine.ts'

/** Side of a window, pixels, as in the router's training; smaller photos are padded to the pack's multiple. */
const side = 160
/** Windows along each side of the photo, at most. */
const most = 4

export interface Window { readonly data: Float32Array, readonly width: number, readonly height: number }

/** Yields at most sixteen windows, float32 planar `[3, height, width]`. Reads at most four bands of 160 rows. @throws RestillError CANCELLED */
export async function* windows(photo: PixelSource, multipleOf: number, padding: 'reflect' | 'zero', signal: AbortSignal): AsyncGenerator<Window> {
  const spanX = Math.min(side, photo.width)
  const spanY = Math.min(side, photo.height)
  const width = Math.ceil(spanX / multipleOf) * multipleOf
  const height = Math.ceil(spanY / multipleOf) * multipleOf
  for (const y of places(photo.height, spanY)) {
    const rows = await photo.readRows(y, spanY)
    for (const x of places(photo.width, spanX)) {
      if (signal.aborted) throw new RestillError('CANCELLED')
      const data = new Float32Array(3 * width * height)
      cutTile({ rows, width: photo.width, height: spanY, channels: photo.channels, depth: photo.depth }, x, spanX, width, height, padding, data)
      yield { data, width, height }
    }
  }
}

/** Evenly spread starts of windows of `span` pixels: as many as cover the length, overlapping where they must, up to `most`. */
function places(length: number, span: number): number[] {
  const count = Math.min(most, Math.ceil(length / span))
  return Array.from({ length: count }, (_, index) => count === 1 ? 0 : Math.floor((length - span) * index / (count - 1)))
}
