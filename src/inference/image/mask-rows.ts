/** Where a mask is 0 a result keeps the original bit for bit; between, the two are mixed in their own encoding, as the window mixes them. */
import type { Mask } from '../../shared/mask.ts'
import { rasteriseFloat } from '../../shared/mask-raster.ts'
import type { SpoolShape } from './spool.ts'

type Rows = Uint8Array | Uint16Array

/**
 * `source + mask * (restored - source)`, rounded to the nearest level.
 * @param restored rows from `y` on, interleaved; changed in place
 * @param source   the same rows of the original
 */
export function applyMask(restored: Rows, source: Rows, y: number, photo: SpoolShape, mask: Mask): void {
  const { width, channels } = photo
  const count = restored.length / (width * channels)
  const coverage = rasteriseFloat(mask, photo, { x: 0, y, width, height: count }, width, count)
  for (let pixel = 0, at = 0; pixel < coverage.length; pixel++, at += channels) {
    const share = coverage[pixel]!
    if (share === 1) continue
    for (let place = at; place < at + channels; place++) restored[place] = source[place]! + share * (restored[place]! - source[place]!) + 0.5
  }
}
