/**
 * Which squares of a photo are looked at closely. A reduced copy says where there is texture: every region of the photo gives its most textured
 * square, so that subject and background are both seen; a few flat ones are for the noise.
 */
import type { PixelSource } from '../engines/engine.ts'

export interface Square { x: number, y: number, side: number }
export interface Chosen { textured: Square[], flat: Square[] }
/** Of the reduced copy. */
export interface Exposure { mean: number, bright: number, darkShare: number, clippedShare: number }

/** The reduced copy has a quarter of the photo's sides. */
export const reduction = 4
const tileSide = 128
/** Regions along the longer and the shorter side. */
const regions = [4, 3] as const
const further = 4
const flatTiles = 2

/** @param small the reduced copy, whole, in rows of luma 0..1 */
export function chooseSquares(small: Luma, photo: { width: number, height: number }): Chosen {
  const side = Math.min(tileSide, photo.width, photo.height)
  const across = Math.max(1, Math.floor(photo.width / side))
  const down = Math.max(1, Math.floor(photo.height / side))
  const squares = Array.from({ length: across * down }, (_, index) => {
    const column = index % across
    const row = Math.floor(index / across)
    const x = Math.min(photo.width - side, Math.floor((column + 0.5) / across * photo.width - side / 2))
    const y = Math.min(photo.height - side, Math.floor((row + 0.5) / down * photo.height - side / 2))
    return { x: Math.max(0, x), y: Math.max(0, y), side, ...textureOf(small, x, y, side) }
  }).sort((a, b) => b.texture - a.texture)
  const [wide, high] = photo.width >= photo.height ? regions : [regions[1], regions[0]]
  const regionOf = ({ x, y }: Square) => Math.floor((x + side / 2) / photo.width * wide) + wide * Math.floor((y + side / 2) / photo.height * high)
  const taken = new Set<number>()
  const first = squares.filter((square) => {
    const region = regionOf(square)
    return !taken.has(region) && taken.add(region)
  })
  const rest = squares.filter(square => !first.includes(square))
  const textured = [...first, ...rest.slice(0, further)]
  const flat = rest.slice(further).filter(({ mean }) => mean > 0.02 && mean < 0.98).slice(-flatTiles)
  const plain = ({ x, y }: Square) => ({ x, y, side })
  return { textured: textured.map(plain), flat: flat.map(plain) }
}

export interface Luma { data: Float32Array, width: number, height: number }

function textureOf({ data, width, height }: Luma, x: number, y: number, side: number): { texture: number, mean: number } {
  const from = { x: Math.floor(x / reduction), y: Math.floor(y / reduction) }
  const to = { x: Math.min(width - 1, from.x + Math.max(2, Math.floor(side / reduction))), y: Math.min(height - 1, from.y + Math.max(2, Math.floor(side / reduction))) }
  let [texture, mean, count] = [0, 0, 0]
  for (let row = from.y; row < to.y; row++) {
    for (let at = row * width + from.x; at < row * width + to.x; at++) {
      const value = data[at]!
      texture += Math.abs(data[at + 1]! - value) + Math.abs(data[at + width]! - value)
      mean += value
      count++
    }
  }
  return count === 0 ? { texture: 0, mean: 0.5 } : { texture: texture / count, mean: mean / count }
}

const darkBelow = 0.06
const clippedFrom = 0.985
/** Steps that brightness is counted in: finer than eight bits. */
const levels = 1024
/** Pixels that say enough of a large photo. */
const enough = 500_000
const linear = Float64Array.from({ length: levels }, (_, level) => (level / (levels - 1)) ** 2.2)

/** Brightness of the whole photo; `mean` in linear light (sRGB's curve taken as a power of 2.2). */
export function exposureOf({ data }: Luma): Exposure {
  const counts = new Uint32Array(levels)
  const every = Math.ceil(data.length / enough)
  for (let at = 0; at < data.length; at += every) counts[Math.trunc(data[at]! * (levels - 1) + 0.5)]!++
  const looked = Math.ceil(data.length / every)
  const share = (is: (value: number) => boolean) => counts.reduce((sum, count, level) => is(level / (levels - 1)) ? sum + count : sum, 0) / looked
  let [seen, bright] = [0, 0]
  while (bright < levels - 1 && (seen += counts[bright]!) < looked * 0.95) bright++
  return {
    mean: counts.reduce((sum, count, level) => sum + count * linear[level]!, 0) / looked, bright: bright / (levels - 1),
    darkShare: share(value => value < darkBelow), clippedShare: share(value => value > clippedFrom),
  }
}

/** Luma 0..1 of `width` columns from `x` on. @param rows interleaved rows as a source gives them */
export function lumaOf(rows: Uint8Array | Uint16Array, photo: Pick<PixelSource, 'width' | 'channels' | 'depth'>, x: number, width: number): Float32Array {
  const { channels } = photo
  const height = rows.length / (photo.width * channels)
  const scale = 1 / (photo.depth === 8 ? 255 : 65_535)
  const data = new Float32Array(width * height)
  for (let row = 0, to = 0; row < height; row++) {
    let from = (row * photo.width + x) * channels
    for (let column = 0; column < width; column++, from += channels, to++) {
      data[to] = scale * (channels >= 3 ? 0.3 * rows[from]! + 0.6 * rows[from + 1]! + 0.1 * rows[from + 2]! : rows[from]!)
    }
  }
  return data
}
