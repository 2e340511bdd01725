/**
 * Estimates how long the blur of a photo is, from the photo alone.
 * A derivative along the blur of length L is the difference of two copies of the scene, L apart: its autocorrelation along that direction dips below
 * zero around lag L (Yitzhaky and Kopeika, Identification of blur parameters from motion blurred images, 1997). Where it first crosses zero is a
 * steadier mark than the dip itself: at 0.75 L, median over photographs blurred by streaks of 12 to 50 pixels in three directions.
 * Noise of single pixels touches lag zero alone. Measured on the most textured of a few tiles, in eight directions; the longest counts.
 */
import type { PixelSource } from '../engines/engine.ts'

const side = 256
const bands = 4
const tilesPerBand = 8
const tilesUsed = 10
/** Where there are more, fewer rows of each are enough. */
const fewTiles = 4
/** Lags looked at, pixels: a longer blur is told as the longest. */
const lags = 100
/** Mean absolute derivative below which a tile has no texture to measure, 0..1 scale. */
const leastTexture = 0.003
/** Blur length in first zero crossings; a dip shallower than this is chance. */
const lengthPerCrossing = 1.3
const leastDip = 0.1
const directions: readonly (readonly [number, number])[] = [[1, 0], [0, 1], [1, 1], [1, -1], [2, 1], [1, 2], [2, -1], [1, -2]]

/** @returns pixels of the photo, or null when it cannot be told. Reads at most 4 bands of 256 rows. */
export async function estimateBlurLength(photo: PixelSource, signal: AbortSignal): Promise<number | null> {
  const tiles = (await candidates(photo, signal)).sort((a, b) => b.texture - a.texture).slice(0, tilesUsed)
    .map(({ rows, x, width, height }) => ({ data: smooth(luma(rows, photo, x, width, height), width, height), width, height }))
    .filter(tile => textureOf(tile) >= leastTexture)
  if (tiles.length === 0) return null
  const lengths: number[] = []
  // One array a tile for all directions: fresh ones would keep the collector busy.
  const scratch = tiles.map(({ data }) => new Float32Array(data.length))
  for (const direction of directions) {
    signal.throwIfAborted()
    const length = lengthAlong(tiles, scratch, direction)
    if (length !== null) lengths.push(length)
    await new Promise(setImmediate)
  }
  return lengths.length === 0 ? null : Math.max(...lengths)
}

type Rows = Uint8Array | Uint16Array
interface Luma { data: Float32Array, width: number, height: number }
/** A place in a band of rows, and how much texture a coarse look finds there. */
interface Candidate { rows: Rows, x: number, width: number, height: number, texture: number }

async function candidates(photo: PixelSource, signal: AbortSignal): Promise<Candidate[]> {
  const width = Math.min(side, photo.width)
  const height = Math.min(side, photo.height)
  const found: Candidate[] = []
  const down = places(photo.height, height, bands)
  const across = places(photo.width, width, tilesPerBand)
  for (const y of down) {
    signal.throwIfAborted()
    const rows = await photo.readRows(y, height)
    for (const x of across) found.push({ rows, x, width, height, texture: coarseTexture(rows, photo, x, width, height) })
  }
  return found
}

/** Cells of 4 x 4 pixels, of which one diagonal pair stands for all, compared with their neighbours. */
const coarse = 4

function coarseTexture(rows: Rows, { width: stride, channels }: PixelSource, x: number, width: number, height: number): number {
  const [across, down] = [Math.floor(width / coarse), Math.floor(height / coarse)]
  const green = channels >= 3 ? 1 : 0
  const cells = new Float32Array(across * down)
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const at = (coarse * row * stride + x + coarse * column) * channels + green
      cells[row * across + column] = rows[at]! + rows[at + (stride + 1) * channels]!
    }
  }
  let sum = 0
  for (let at = 0; at < cells.length - across - 1; at++) sum += Math.abs(cells[at + 1]! - cells[at]!) + Math.abs(cells[at + across]! - cells[at]!)
  return sum
}

function places(length: number, size: number, count: number): number[] {
  const most = Math.min(count, Math.max(1, Math.floor(length / size)))
  return Array.from({ length: most }, (_, index) => Math.floor((length - size) * (most === 1 ? 0.5 : index / (most - 1))))
}

function luma(rows: Rows, photo: PixelSource, x: number, width: number, height: number): Float32Array {
  const { channels } = photo
  const top = photo.depth === 8 ? 255 : 65_535
  const data = new Float32Array(width * height)
  for (let row = 0; row < height; row++) {
    let from = (row * photo.width + x) * channels
    for (let column = 0; column < width; column++, from += channels) {
      const value = channels >= 3 ? 0.3 * rows[from]! + 0.6 * rows[from + 1]! + 0.1 * rows[from + 2]! : rows[from]!
      data[row * width + column] = value / top
    }
  }
  return data
}

/** [1 2 1] both ways: noise of single pixels would look like no blur at all. */
function smooth(data: Float32Array, width: number, height: number): Float32Array {
  const across = new Float32Array(data.length)
  for (let at = 1; at < data.length - 1; at++) across[at] = (data[at - 1]! + 2 * data[at]! + data[at + 1]!) / 4
  const both = new Float32Array(data.length)
  for (let at = width; at < width * (height - 1); at++) both[at] = (across[at - width]! + 2 * across[at]! + across[at + width]!) / 4
  return both
}

function textureOf({ data, width, height }: Luma): number {
  let sum = 0
  for (let row = 1; row < height - 2; row++) {
    for (let at = row * width + 1; at < (row + 1) * width - 2; at++) sum += Math.abs(data[at + 1]! - data[at]!) + Math.abs(data[at + width]! - data[at]!)
  }
  return sum / (width * height)
}

type Direction = (typeof directions)[number]
/** The derivative of a tile along a direction, and where it is defined. */
interface Derivative { data: Float32Array, width: number, left: number, right: number, above: number, below: number }

/** Blur length along one direction, from the mean autocorrelation of the tiles; null where it shows no clear dip. */
function lengthAlong(tiles: readonly Luma[], scratch: readonly Float32Array[], [dx, dy]: Direction): number | null {
  const step = Math.hypot(dx, dy)
  const every = tiles.length > fewTiles ? 4 : 2
  const derivatives = tiles.map((tile, index) => derive(tile, dx, dy, scratch[index]!)).map(derivative => ({ derivative, energy: correlate(derivative, 0, 0, every) }))
    .filter(({ energy }) => energy > 0)
  if (derivatives.length === 0) return null
  let before = 1
  let crossing: number | null = null
  // The dip itself lies within twice the crossing.
  for (let lag = 1; lag * step <= (crossing === null ? lags : 2 * crossing + 8); lag++) {
    let sum = 0
    for (const { derivative, energy } of derivatives) sum += correlate(derivative, lag * dx, lag * dy, every) / energy
    const here = sum / derivatives.length
    if (crossing === null && here <= 0) crossing = step * (lag - 1 + before / (before - here))
    if (crossing !== null && here < -leastDip) return lengthPerCrossing * crossing
    before = here
  }
  return null
}

function derive({ data, width, height }: Luma, dx: number, dy: number, derivative: Float32Array): Derivative {
  const offset = dy * width + dx
  const edges = { left: 1 + Math.max(0, -dx), right: width - 1 - Math.max(0, dx), above: 1 + Math.max(0, -dy), below: height - 1 - Math.max(0, dy) }
  for (let row = edges.above; row < edges.below; row++) {
    for (let at = row * width + edges.left; at < row * width + edges.right; at++) derivative[at] = data[at + offset]! - data[at]!
  }
  return { data: derivative, width, ...edges }
}

/** Mean product of the derivative with itself, moved by (x, y), over one row in `every`. */
function correlate({ data, width, left, right, above, below }: Derivative, x: number, y: number, every: number): number {
  const offset = y * width + x
  const begin = Math.max(left, left - x)
  const end = Math.min(right, right - x)
  let total = 0
  let rows = 0
  for (let row = Math.max(above, above - y); row < Math.min(below, below - y); row += every, rows++) {
    for (let at = row * width + begin; at < row * width + end; at++) total += data[at]! * data[at + offset]!
  }
  return rows === 0 || end <= begin ? 0 : total / (rows * (end - begin))
}
