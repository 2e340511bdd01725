/**
 * Adds the enlarged residual of a reduced copy to the full photo: detail that the reduction lost stays, what the network changed comes on top.
 * Enlarged with Catmull-Rom, rows and columns apart; the picture streams, memory is four rows of the residual and one strip of the photo.
 */
import { RestillError } from '../../shared/errors.ts'
import type { PixelSource } from '../engines/engine.ts'
import { residualScale, residualZero, type PictureSink } from './sinks.ts'

const stripRows = 64

interface Taps { index: Int32Array, weight: Float32Array }

/**
 * @param residual 16-bit picture as `residualSink` writes it, smaller than the photo by a whole factor or nearly so
 * @throws RestillError CANCELLED
 */
export async function addResidual(photo: PixelSource, residual: PixelSource, sink: PictureSink, signal: AbortSignal): Promise<void> {
  const columns = taps(photo.width, residual.width)
  const rows = taps(photo.height, residual.height)
  const { width } = photo
  const colours = residual.channels
  const top = photo.depth === 8 ? 255 : 65_535
  const mixed = new Float32Array(residual.width * colours)
  for (let y = 0; y < photo.height; y += stripRows) {
    if (signal.aborted) throw new RestillError('CANCELLED')
    const count = Math.min(stripRows, photo.height - y)
    const source = await photo.readRows(y, count)
    const firstRow = rows.index[4 * y]!
    const lastRow = rows.index[4 * (y + count) - 1]!
    const small = await residual.readRows(firstRow, lastRow - firstRow + 1)
    const data = new Float32Array(count * 3 * width)
    for (let row = 0; row < count; row++) {
      mixRows(small, mixed, rows, 4 * (y + row), firstRow)
      for (let channel = 0; channel < 3; channel++) {
        const place = Math.min(channel, colours - 1)
        spread(mixed, data, (row * 3 + channel) * width, columns, width, colours, place)
        addSource(data, (row * 3 + channel) * width, source, row * width, width, photo.channels, place, top)
      }
    }
    await sink.accept({ y, count, data, source })
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

function spread(mixed: Float32Array, data: Float32Array, to: number, columns: Taps, width: number, colours: number, place: number): void {
  const { index, weight } = columns
  for (let x = 0, tap = 0; x < width; x++, tap += 4) {
    data[to + x] = mixed[index[tap]! * colours + place]! * weight[tap]! + mixed[index[tap + 1]! * colours + place]! * weight[tap + 1]!
      + mixed[index[tap + 2]! * colours + place]! * weight[tap + 2]! + mixed[index[tap + 3]! * colours + place]! * weight[tap + 3]!
  }
}

function addSource(
  data: Float32Array, to: number, source: Uint8Array | Uint16Array, from: number, width: number, channels: number, place: number, top: number,
): void {
  const colour = channels >= 3 ? place : 0
  for (let x = 0; x < width; x++) data[to + x] = data[to + x]! + source[(from + x) * channels + colour]! / top
}
