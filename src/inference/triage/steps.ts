/**
 * How steep a picture's steps of brightness are: mean squared differences over 1 to 16 pixels in four directions (a structure function).
 * A step within one pixel has 1/4 of the four-pixel difference after one pixel, a ramp 1/16, whatever its contrast. Noise adds the same to all of
 * them; what the flattest blocks show is taken for it. Along the path of a moving camera differences are smaller than across it.
 */

/** Pixels over which brightness is compared. */
export const distances = [1, 2, 4, 8, 16] as const
/** 0, 45, 90 and 135 degrees, turning down from the row. */
const directions = [[1, 0], [1, 1], [0, 1], [-1, 1]] as const
const directionCount = directions.length
const [blockSide, blockShift] = [16, 4]
/** Distances that fit a block. */
const near = 3
/** Binary logarithm of the side of the fields that directions are told in: 32 pixels. */
const fieldShift = 5
/** Distances that fit a field. */
const middling = 4

/**
 * Mean squared differences of a square: `whole[distance][direction]`, of its fields, `fields[field][distance][direction]` for distances 1 to 8, and of
 * its blocks, `blocks[block][distance]` for distances 1 to 4.
 */
export interface Steps { whole: number[][], fields: number[][][], blocks: number[][], means: number[] }

export function stepsOf(luma: Float32Array, side: number): Steps {
  const blocks = new Cells(side, blockShift, near)
  const fields = new Cells(side, fieldShift, middling)
  const whole = distances.map((distance, place) => directions.map(([dx, dy], turn) => {
    const offset = distance * (dy * side + dx)
    const left = dx < 0 ? distance : 0
    const right = side - (dx > 0 ? distance : 0)
    const below = side - dy * distance
    let total = 0
    for (let y = 0; y < below; y++) {
      // Run by run of a block's width: within it the sum needs no address.
      for (let x = left; x < right;) {
        const end = Math.min(right, (x | (blockSide - 1)) + 1)
        let energy = 0
        for (let at = y * side + x; at < y * side + end; at++) {
          const difference = luma[at + offset]! - luma[at]!
          energy += difference * difference
        }
        total += energy
        if (place < middling) fields.add(x, y, place * directionCount + turn, energy, end - x)
        if (place < near) blocks.add(x, y, place * directionCount + turn, energy, end - x)
        x = end
      }
    }
    return total / Math.max(1, below * (right - left))
  }))
  return { whole, fields: fields.means(), means: blockMeans(luma, side, blocks.across), blocks: blocks.meansOverDirections() }
}

/** Sums over the square cells of a square, by distance and direction. */
class Cells {
  readonly across: number
  readonly #shift: number
  readonly #places: number
  readonly #sums: Float64Array
  readonly #counts: Float64Array

  /** @param shift binary logarithm of a cell's side */
  constructor(side: number, shift: number, places: number) {
    this.across = Math.max(1, side >> shift)
    this.#shift = shift
    this.#places = places
    this.#sums = new Float64Array(this.across ** 2 * places * directionCount)
    this.#counts = new Float64Array(this.#sums.length)
  }

  /** What is left over at the right and below belongs to the last cell. @param slot place and direction */
  add(x: number, y: number, slot: number, energy: number, count: number): void {
    const last = this.across - 1
    const cell = Math.min(y >> this.#shift, last) * this.across + Math.min(x >> this.#shift, last)
    const at = cell * this.#places * directionCount + slot
    this.#sums[at]! += energy
    this.#counts[at]! += count
  }

  means(): number[][][] {
    return this.#each((at) => directions.map((_, turn) => this.#sums[at + turn]! / Math.max(1, this.#counts[at + turn]!)))
  }

  meansOverDirections(): number[][] {
    const total = (values: Float64Array, at: number) => directions.reduce((sum, _, turn) => sum + values[at + turn]!, 0)
    return this.#each((at) => total(this.#sums, at) / Math.max(1, total(this.#counts, at)))
  }

  /** @param of gets where the directions of a cell and a distance begin */
  #each<T>(of: (at: number) => T): T[][] {
    return Array.from({ length: this.across ** 2 }, (_, cell) => Array.from({ length: this.#places }, (__, place) => of((cell * this.#places + place) * directionCount)))
  }
}

function blockMeans(luma: Float32Array, side: number, blocks: number): number[] {
  const means = new Array<number>(blocks * blocks).fill(0)
  const span = Math.min(blockSide, side)
  for (let block = 0; block < means.length; block++) {
    const start = Math.floor(block / blocks) * span * side + (block % blocks) * span
    let sum = 0
    for (let y = 0; y < span; y++) for (let x = 0; x < span; x++) sum += luma[start + y * side + x]!
    means[block] = sum / (span * span)
  }
  return means
}

/** Differences that noise alone makes, at distances 1, 2 and 4 (further ones: as at 4). */
export type NoiseFloor = readonly [number, number, number]

const flatShare = 0.06
const fewest = 6
/** Level that clipping and rounding hide noise at. */
const [blackest, whitest] = [0.012, 0.97]

/** From the flattest blocks of all squares that are neither black nor white. */
export function noiseFloor(squares: readonly Steps[]): NoiseFloor {
  const blocks = squares.flatMap(({ blocks: each, means }) => each.filter((_, index) => means[index]! > blackest && means[index]! < whitest))
    .sort((a, b) => a[0]! + a[2]! - b[0]! - b[2]!)
  const flat = blocks.slice(0, Math.max(fewest, Math.floor(blocks.length * flatShare)))
  const floor = (place: number) => flat.reduce((sum, block) => sum + block[place]!, 0) / Math.max(1, flat.length)
  return [floor(0), floor(1), floor(2)]
}

/** Weakest contrast over four pixels that says something, of the full range, and how many times the noise it must be. */
const leastContrast = 2.5 / 255
const timesNoise = 2

/** log2 of (1-pixel differences / 4-pixel differences), the noise taken off: about -2 for a step, -4 for a ramp; null without contrast. */
export function steepness(block: readonly number[], floor: NoiseFloor): number | null {
  const wide = block[2]! - floor[2]
  if (wide < Math.max(leastContrast ** 2, timesNoise * floor[2])) return null
  return Math.log2(Math.max(block[0]! - floor[0], wide / 64) / wide)
}

/** The same for a square or a field over two distances by their place in `distances`, all directions together. */
export function squareSteepness(whole: readonly (readonly number[])[], floor: NoiseFloor, from: number, to: number): number | null {
  const mean = (place: number) => whole[place]!.reduce((sum, value) => sum + value, 0) / directionCount - floor[Math.min(place, 2)]!
  const wide = mean(to)
  if (wide < Math.max(leastContrast ** 2, timesNoise * floor[2])) return null
  return Math.log2(Math.max(mean(from), wide / 64) / wide)
}

/** Doubled direction in which steps are softened most, as a vector: its length is how much, in octaves. Zero where nothing can be told. */
export function softening(whole: readonly (readonly number[])[], floor: NoiseFloor, from: number, to: number): { x: number, y: number } {
  const along = directions.map((_, turn) => {
    const wide = whole[to]![turn]! - floor[Math.min(to, 2)]!
    if (wide < Math.max(leastContrast ** 2, timesNoise * floor[2])) return null
    return Math.log2(Math.max(whole[from]![turn]! - floor[Math.min(from, 2)]!, wide / 256) / wide)
  })
  const [flat, down, upright, up] = along
  if (flat === null || flat === undefined || down === null || down === undefined || upright === null || upright === undefined || up === null || up === undefined) return { x: 0, y: 0 }
  return { x: upright - flat, y: up - down }
}
