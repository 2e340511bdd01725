/**
 * Adds the enlarged residual of a reduced copy to the full photo: detail that the reduction lost stays, what the network changed comes on top.
 * Enlarged with Catmull-Rom, rows and columns apart; the picture streams, memory is four rows of the residual and one strip of the photo.
 */
import { RestillError } from '../../shared/errors.ts'
import type { PixelSource } from '../engines/engine.ts'
import { residualScale, residualZero, type PictureSink } from './sinks.ts'

const stripRows = 64

interface Taps { index: Int32Array, weight: Float32Array }
type Shape = Pick<PixelSource, 'width' | 'height' | 'channels' | 'depth'>
interface Area { x: number, y: number, width: number, height: number }

/**
 * @param residual 16-bit picture as `residualSink` writes it, smaller than the photo by a whole factor or nearly so
 * @throws RestillError CANCELLED
 */
export async function addResidual(photo: PixelSource, residual: PixelSource, sink: PictureSink, signal: AbortSignal): Promise<void> {
  const enlarge = new ResidualEnlarger(photo, residual)
  for (let y = 0; y < photo.height; y += stripRows) {
    if (signal.aborted) throw new RestillError('CANCELLED')
    const strip = { x: 0, y, width: photo.width, height: Math.min(stripRows, photo.height - y) }
    const source = await photo.readRows(y, strip.height)
    const needed = enlarge.needed(strip)
    const data = enlarge.add(strip, source, await residual.readRows(needed.y, needed.height), needed)
    await sink.accept({ y, count: strip.height, data, source })
  }
}

/** Adds enlarged residuals to any area of a photo. */
export class ResidualEnlarger {
  readonly #photo: Shape
  readonly #colours: number
  readonly #columns: Taps
  readonly #rows: Taps

  constructor(photo: Shape, residual: Shape) {
    this.#photo = photo
    this.#colours = residual.channels
    this.#columns = taps(photo.width, residual.width)
    this.#rows = taps(photo.height, residual.height)
  }

  /** Pixels of the residual that an area of the photo depends on. */
  needed({ x, y, width, height }: Area): Area {
    const [left, top] = [this.#columns.index[4 * x]!, this.#rows.index[4 * y]!]
    const [right, bottom] = [this.#columns.index[4 * (x + width) - 1]!, this.#rows.index[4 * (y + height) - 1]!]
    return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
  }

  /**
   * @param area   of the photo
   * @param source interleaved levels of the photo there
   * @param small  interleaved levels of the residual in `needed`
   * @returns float32 `[height][3][width]`, 0..1
   */
  add(area: Area, source: Uint8Array | Uint16Array, small: Uint8Array | Uint16Array, needed: Area): Float32Array {
    const { width } = area
    const { channels, depth } = this.#photo
    const colours = this.#colours
    const top = depth === 8 ? 255 : 65_535
    const mixed = new Float32Array(needed.width * colours)
    const data = new Float32Array(area.height * 3 * width)
    for (let row = 0; row < area.height; row++) {
      mixRows(small, mixed, this.#rows, 4 * (area.y + row), needed.y)
      for (let channel = 0; channel < 3; channel++) {
        const place = Math.min(channel, colours - 1)
        spread(mixed, data, (row * 3 + channel) * width, this.#columns, area.x, width, needed.x, colours, place)
        addSource(data, (row * 3 + channel) * width, source, row * width, width, channels, place, top)
      }
    }
    return data
  }
}

/** Four neighbours and their weights for every pixel of the larger axis; pixel centres aligned, edges repeated; indices ascend. */
function taps(large: number, small: number): Taps {
  const index = new Int32Array(large * 4)
  const weight = new Float32Array(large * 4)
  for (let at = 0; at < large; at++) {
    const place = (at + 0.5) * small / large - 0.5
    const left = Math.floor(place)
    const t = place - left
    const weights = [((2 - t) * t - 1) * t / 2, ((3 * t - 5) * t * t + 2) / 2, ((4 - 3 * t) * t + 1) * t / 2, (t - 1) * t * t / 2]
    for (let tap = 0; tap < 4; tap++) {
      index[4 * at + tap] = Math.min(Math.max(left - 1 + tap, 0), small - 1)
      weight[4 * at + tap] = weights[tap]!
    }
  }
  return { index, weight }
}

function mixRows(small: Uint8Array | Uint16Array, mixed: Float32Array, rows: Taps, at: number, firstRow: number): void {
  const length = mixed.length
  const a = (rows.index[at]! - firstRow) * length
  const b = (rows.index[at + 1]! - firstRow) * length
  const c = (rows.index[at + 2]! - firstRow) * length
  const d = (rows.index[at + 3]! - firstRow) * length
  const wa = rows.weight[at]! / residualScale
  const wb = rows.weight[at + 1]! / residualScale
  const wc = rows.weight[at + 2]! / residualScale
  const wd = rows.weight[at + 3]! / residualScale
  for (let x = 0; x < length; x++) {
    mixed[x] = (small[a + x]! - residualZero) * wa + (small[b + x]! - residualZero) * wb
      + (small[c + x]! - residualZero) * wc + (small[d + x]! - residualZero) * wd
  }
}

function spread(
  mixed: Float32Array, data: Float32Array, to: number, columns: Taps, x: number, width: number, left: number, colours: number, place: number,
): void {
  const { index, weight } = columns
  const base = place - left * colours
  for (let at = to, tap = 4 * x, end = to + width; at < end; at++, tap += 4) {
    data[at] = mixed[index[tap]! * colours + base]! * weight[tap]! + mixed[index[tap + 1]! * colours + base]! * weight[tap + 1]!
      + mixed[index[tap + 2]! * colours + base]! * weight[tap + 2]! + mixed[index[tap + 3]! * colours + base]! * weight[tap + 3]!
  }
}

function addSource(
  data: Float32Array, to: number, source: Uint8Array | Uint16Array, from: number, width: number, channels: number, place: number, top: number,
): void {
  const colour = channels >= 3 ? place : 0
  for (let x = 0; x < width; x++) data[to + x] = data[to + x]! + source[(from + x) * channels + colour]! / top
}
