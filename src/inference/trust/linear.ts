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
 * @param out `rows` of `width` values 0..1; pixels beyond `width * factor` columns are left out
 */
async function readLight(source: PixelSource, factor: number, y: number, rows: number, width: number, out: Float32Array): Promise<void> {
  const samples = await source.readRows(y * factor, rows * factor)
  const { red, green, blue, grey } = tablesOf(source.depth)
  const { channels } = source
  const line = source.width * channels
  const square = factor * channels
  const area = factor * factor
  for (let row = 0, at = 0; row < rows; row++) {
    const top = row * factor * line
    const bottom = top + factor * line
    for (let x = 0; x < width; x++, at++) {
      let sum = 0
      for (let start = top + x * square; start < bottom; start += line) {
        for (let from = start; from < start + square; from += channels) {
          sum += channels >= 3 ? red[samples[from]!]! + green[samples[from + 1]!]! + blue[samples[from + 2]!]! : grey[samples[from]!]!
        }
      }
      out[at] = sum / area
    }
  }
}

/** Values of a reduced picture that are kept in memory: 32 megapixels of the photo, reduced by 2. */
const keptValues = 8e6

/** Rows of a reduced picture; a picture of moderate size is read once, whatever is asked for again. */
export class LightBand {
  readonly #source: PixelSource
  readonly #factor: number
  readonly #width: number
  readonly #values: Float32Array
  readonly #known: Uint8Array | null

  /** @param width, height of the reduced picture @param most rows that are asked for at once */
  constructor(source: PixelSource, factor: number, width: number, height: number, most: number) {
    this.#source = source
    this.#factor = factor
    this.#width = width
    this.#known = width * height <= keptValues ? new Uint8Array(height) : null
    this.#values = new Float32Array(width * (this.#known === null ? most : height))
  }

  /** `rows` rows from row `y` on, until the next call. */
  async read(y: number, rows: number): Promise<Float32Array> {
    const known = this.#known
    if (known === null) {
      await readLight(this.#source, this.#factor, y, rows, this.#width, this.#values)
      return this.#values
    }
    const band = this.#values.subarray(y * this.#width, (y + rows) * this.#width)
    if (!known.subarray(y, y + rows).every(Boolean)) {
      await readLight(this.#source, this.#factor, y, rows, this.#width, band)
      known.fill(1, y, y + rows)
    }
    return band
  }
}
