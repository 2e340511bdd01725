/**
 * Between stored rows (interleaved, 8 or 16 bit, 1 to 4 channels) and what networks see (planar RGB, float32, 0..1, display-encoded).
 * Tight loops over typed arrays: this runs once for every pixel of every tile.
 */
import { mirror } from './tiles.ts'

export type Rows = Uint8Array | Uint16Array
type Depth = 8 | 16

const tables = new Map<Depth, Float32Array>()

/** Value of every stored level as a float 0..1. */
function levels(depth: Depth): Float32Array {
  let table = tables.get(depth)
  if (table === undefined) {
    const top = depth === 8 ? 255 : 65_535
    table = Float32Array.from({ length: top + 1 }, (_, level) => level / top)
    tables.set(depth, table)
  }
  return table
}

interface Band { rows: Rows, width: number, height: number, channels: number, depth: Depth }

/**
 * Cuts a tile out of a band of rows: float32 planar `[3, tileHeight, tileWidth]`, grey replicated, alpha left out.
 * What lies right of or below the band is reflected or zero.
 * @param x       left edge of the tile in the band
 * @param spanX   columns of the band that the tile covers, at most `tileWidth`
 */
export function cutTile(band: Band, x: number, spanX: number, tileWidth: number, tileHeight: number, padding: 'reflect' | 'zero', out: Float32Array): void {
  const { rows, width, channels } = band
  const table = levels(band.depth)
  const plane = tileWidth * tileHeight
  const colour = channels >= 3
  const height = Math.min(band.height, tileHeight)
  for (let row = 0; row < height; row++) {
    let from = (row * width + x) * channels
    const to = row * tileWidth
    if (colour) {
      for (let at = to; at < to + spanX; at++, from += channels) {
        out[at] = table[rows[from]!]!
        out[at + plane] = table[rows[from + 1]!]!
        out[at + 2 * plane] = table[rows[from + 2]!]!
      }
    } else {
      for (let at = to; at < to + spanX; at++, from += channels) {
        const value = table[rows[from]!]!
        out[at] = value
        out[at + plane] = value
        out[at + 2 * plane] = value
      }
    }
  }
  if (spanX === tileWidth && height === tileHeight) return
  for (let channel = 0; channel < 3; channel++) pad(out.subarray(channel * plane, (channel + 1) * plane), spanX, height, tileWidth, tileHeight, padding)
}

function pad(plane: Float32Array, spanX: number, spanY: number, width: number, height: number, padding: 'reflect' | 'zero'): void {
  for (let row = 0; row < spanY; row++) {
    const start = row * width
    for (let column = spanX; column < width; column++) plane[start + column] = padding === 'zero' ? 0 : plane[start + mirror(column, spanX)]!
  }
  for (let row = spanY; row < height; row++) {
    if (padding === 'zero') plane.fill(0, row * width, (row + 1) * width)
    else plane.copyWithin(row * width, mirror(row, spanY) * width, (mirror(row, spanY) + 1) * width)
  }
}

/**
 * Blended rows to stored rows: `source + strength * (restored - source)`, rounded to the nearest level; alpha is the source's own.
 * @param blended float32 planar by row: `[rows][3][width]`, 0..1, finite, may leave the range
 * @param source  the same rows as stored; not changed
 */
export function storeRows(blended: Float32Array, source: Rows, width: number, channels: number, depth: Depth, strength: number): Rows {
  const count = source.length / (width * channels)
  const colours = channels >= 3 ? 3 : 1
  // A clamped array rounds and clamps while it stores.
  const out = depth === 8 ? new Uint8ClampedArray(source.length) : new Uint16Array(source.length)
  const restoredTimes = (depth === 8 ? 255 : 65_535) * strength
  const sourceTimes = 1 - strength
  for (let row = 0; row < count; row++) {
    const from = row * 3 * width
    const to = row * width * channels
    if (colours === 1) storeGrey(blended, from, source, to, width, channels, restoredTimes, sourceTimes, out)
    else if (out instanceof Uint16Array) storeColours16(blended, from, source, to, width, channels, restoredTimes, sourceTimes, out)
    else storeColours8(blended, from, source, to, width, channels, restoredTimes, sourceTimes, out)
  }
  if (channels === 2 || channels === 4) for (let at = channels - 1; at < out.length; at += channels) out[at] = source[at]!
  return out instanceof Uint16Array ? out : new Uint8Array(out.buffer)
}

type Store<Out> = (
  blended: Float32Array, from: number, source: Rows, to: number, width: number, channels: number, restoredTimes: number, sourceTimes: number, out: Out,
) => void

const storeColours8: Store<Uint8ClampedArray> = (blended, from, source, to, width, channels, restoredTimes, sourceTimes, out) => {
  const green = width
  const blue = 2 * width
  if (sourceTimes === 0) {
    for (let at = to, x = from; x < from + width; x++, at += channels) {
      out[at] = blended[x]! * restoredTimes
      out[at + 1] = blended[x + green]! * restoredTimes
      out[at + 2] = blended[x + blue]! * restoredTimes
    }
    return
  }
  for (let at = to, x = from; x < from + width; x++, at += channels) {
    out[at] = blended[x]! * restoredTimes + source[at]! * sourceTimes
    out[at + 1] = blended[x + green]! * restoredTimes + source[at + 1]! * sourceTimes
    out[at + 2] = blended[x + blue]! * restoredTimes + source[at + 2]! * sourceTimes
  }
}

const storeColours16: Store<Uint16Array> = (blended, from, source, to, width, channels, restoredTimes, sourceTimes, out) => {
  for (let channel = 0; channel < 3; channel++) {
    const start = from + channel * width
    for (let at = to + channel, x = start; x < start + width; x++, at += channels) {
      out[at] = level16(blended[x]! * restoredTimes + source[at]! * sourceTimes)
    }
  }
}

const storeGrey: Store<Uint16Array | Uint8ClampedArray> = (blended, from, source, to, width, channels, restoredTimes, sourceTimes, out) => {
  const wide = out instanceof Uint16Array
  for (let at = to, x = from; x < from + width; x++, at += channels) {
    const value = (blended[x]! + blended[x + width]! + blended[x + 2 * width]!) / 3 * restoredTimes + source[at]! * sourceTimes
    out[at] = wide ? level16(value) : value
  }
}

function level16(value: number): number {
  const rounded = value + 0.5
  return rounded >= 65_535 ? 65_535 : rounded > 0 ? rounded : 0
}
