/** Brightness of a picture in linear light, reduced by averaging: what a lens and a moving hand mix is light, not levels. */
import type { PixelSource } from '../engines/engine.ts'

/** Light of a level, both 0..1: the curve of sRGB (IEC 61966-2-1), near enough to those of other profiles for comparing two pictures. */
export function lightOf(level: number): number {
  return level <= 0.040_45 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4
}

/** Change of light with the level at a given light. */
export function slopeAt(light: number): number {
  return light <= 0.003_130_8 ? 1 / 12.92 : 2.4 / 1.055 * light ** (1.4 / 2.4)
}

const tables = new Map<8 | 16, Record<'red' | 'green' | 'blue' | 'grey', Float64Array>>()

function tablesOf(depth: 8 | 16) {
  let found = tables.get(depth)
  if (found === undefined) {
    const top = depth === 8 ? 255 : 65_535
    const weighted = (weight: number) => Float64Array.from({ length: top + 1 }, (_, level) => weight * lightOf(level / top))
    found = { red: weighted(0.25), green: weighted(0.5), blue: weighted(0.25), grey: weighted(1) }
    tables.set(depth, found)
  }
  return found
}

/**
 * Reads `rows` rows from row `y` on of the picture reduced by `factor`; both counted in the reduced picture.
 * @param factor a power of two
 * @param out `rows` of `width` values 0..1; pixels beyond `width * factor` columns are left out
 */
export async function readLight(source: PixelSource, factor: number, y: number, rows: number, width: number, out: Float64Array): Promise<void> {
  const samples = await source.readRows(y * factor, rows * factor)
  const { red, green, blue, grey } = tablesOf(source.depth)
  const { channels } = source
  const shift = Math.log2(factor)
  out.fill(0, 0, rows * width)
  for (let row = 0; row < rows * factor; row++) {
    const to = (row >> shift) * width
    const pixels = width * factor
    let from = row * source.width * channels
    if (channels >= 3) {
      for (let x = 0; x < pixels; x++, from += channels) {
        out[to + (x >> shift)]! += red[samples[from]!]! + green[samples[from + 1]!]! + blue[samples[from + 2]!]!
      }
    } else {
      for (let x = 0; x < pixels; x++, from += channels) out[to + (x >> shift)]! += grey[samples[from]!]!
    }
  }
  const area = factor * factor
  for (let at = 0; at < rows * width; at++) out[at]! /= area
}
