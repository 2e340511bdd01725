/** What is known of each cell of a photo and its result, and what follows from it: how badly the photo explains the cell. */
import { slopeAt } from './linear.ts'

/** Side of a cell, pixels of the reduced pictures. */
export const cellSide = 8
const cellArea = cellSide * cellSide
/** Light above which a pixel may be clipped and says nothing. */
export const clipped = 0.912
/** Light between which noise is looked for: neither black nor nearly clipped. */
const lit = [0.001_55, 0.89] as const
/** Share of the blocks that are taken as flat, and how much the noise of those that happen to be flattest is below that of all. */
const flat = { share: 0.2, fewest: 6, correction: 1.3 } as const
/** Rounding of an 8-bit level: less noise than that is not told from none. */
const rounding = 0.29 / 255
/** Share of the contrast around that no single kernel explains although nothing was invented: blur that changes within a window, things that move. */
const unexplained = 0.1
/** Cells of which less is unclipped say nothing. */
const leastSeen = 0.25
/** A cell's verdict takes from its neighbours: content is larger than a cell. Weights of a Gaussian of 0.7 cells. */
const neighbours = [0.2093, 0.5814, 0.2093] as const

export class Cells {
  readonly across: number
  readonly down: number
  readonly #factor: number
  readonly #photoMean: Float64Array
  readonly #photoSquare: Float64Array
  readonly #resultMean: Float64Array
  readonly #resultSquare: Float64Array
  /** Mean squared second difference, in levels: noise where nothing else is. */
  readonly #rough: Float64Array
  /** Mean squared change from photo to result. */
  readonly #change: Float64Array
  readonly #seen: Float64Array
  readonly #residual: Float64Array
  readonly #counted: Float64Array
  /** Mean squared residual of a cell that the photo explains: noise, and what faithful results leave too. */
  #expected = new Float64Array()
  /** Standard deviation of the reduced photo's noise, in levels 0..1. */
  noise = 0

  /** @param factor by which the pictures were reduced */
  constructor(across: number, down: number, factor: number) {
    this.across = across
    this.down = down
    this.#factor = factor
    const empty = () => new Float64Array(across * down)
    this.#photoMean = empty()
    this.#photoSquare = empty()
    this.#resultMean = empty()
    this.#resultSquare = empty()
    this.#rough = empty()
    this.#change = empty()
    this.#seen = empty()
    this.#residual = empty()
    this.#counted = empty()
  }

  /** Looks at a row of cells; `photo` and `result` hold its lines from `start` on, `width` values each. */
  look(row: number, photo: Float32Array, result: Float32Array, width: number, start: number): void {
    for (let column = 0; column < this.across; column++) {
      let [mean, square, resultMean, resultSquare, change, seen, rough] = [0, 0, 0, 0, 0, 0, 0]
      for (let y = 0; y < cellSide; y++) {
        const from = start + y * width + column * cellSide
        for (let at = from; at < from + cellSide; at++) {
          const before = photo[at]!
          const after = result[at]!
          mean += before
          square += before * before
          resultMean += after
          resultSquare += after * after
          if (before < clipped) {
            change += (after - before) * (after - before)
            seen++
          }
          if (y < cellSide - 1 && at < from + cellSide - 1) {
            const difference = (before - photo[at + 1]! - photo[at + width]! + photo[at + width + 1]!) / 2
            rough += difference * difference
          }
        }
      }
      const cell = row * this.across + column
      this.#photoMean[cell] = mean / cellArea
      this.#photoSquare[cell] = square / cellArea
      this.#resultMean[cell] = resultMean / cellArea
      this.#resultSquare[cell] = resultSquare / cellArea
      this.#change[cell] = change / Math.max(1, seen)
      this.#seen[cell] = seen / cellArea
      this.#rough[cell] = rough / ((cellSide - 1) ** 2) / slopeAt(mean / cellArea) ** 2
    }
  }

  /** After all rows were looked at. */
  settle(): void {
    this.noise = this.#measureNoise()
    const photo = this.#contrast(this.#photoMean, this.#photoSquare)
    const result = this.#contrast(this.#resultMean, this.#resultSquare)
    this.#expected = this.#photoMean.map((mean, cell) => (this.noise * slopeAt(mean)) ** 2 + unexplained ** 2 * Math.min(photo[cell]!, result[cell]!))
  }

  /** Mean squared residual that needs no explanation there. */
  expected(row: number, column: number): number {
    return this.#expected[row * this.across + column]!
  }

  /** True where the change from photo to result is within what is expected: leaving it as it was explains it. */
  isKept(row: number, column: number): boolean {
    const cell = row * this.across + column
    return this.#change[cell]! <= 2.25 * this.#expected[cell]!
  }

  /** Squared residuals of `count` pixels of a cell. */
  add(row: number, column: number, energy: number, count: number): void {
    this.#residual[row * this.across + column]! += energy
    this.#counted[row * this.across + column]! += count
  }

  /**
   * For each cell, root mean square of what is left between the photo and the blurred result, in units of noise and of what faithful results leave
   * too; about 1 where the photo explains the result. Null where the photo is clipped.
   */
  judge(): (number | null)[] {
    const plain = Array.from(this.#change, (change, cell) => {
      if (this.#seen[cell]! < leastSeen) return null
      const residual = this.#counted[cell] === 0 ? change : this.#residual[cell]! / this.#counted[cell]!
      return Math.sqrt(Math.min(residual, change) / this.#expected[cell]!)
    })
    return plain.map((value, cell) => value === null ? null : this.#smooth(plain, cell))
  }

  /** From the flattest cells. */
  #measureNoise(): number {
    const all = [...this.#rough.keys()]
    const between = all.filter(cell => this.#photoMean[cell]! > lit[0] && this.#photoMean[cell]! < lit[1])
    const rough = (between.length < flat.fewest ? all : between).map(cell => this.#rough[cell]!).sort((a, b) => a - b)
      .slice(0, Math.max(flat.fewest, Math.floor(flat.share * between.length)))
    const mean = rough.reduce((sum, value) => sum + value, 0) / Math.max(1, rough.length)
    return Math.max(Math.sqrt(flat.correction * mean), rounding / this.#factor)
  }

  /** Variance of light over each cell and the cells around it. */
  #contrast(mean: Float64Array, square: Float64Array): Float64Array {
    return mean.map((_, cell) => {
      let [sum, squares, count] = [0, 0, 0]
      this.#around(cell, other => {
        sum += mean[other]!
        squares += square[other]!
        count++
      })
      return Math.max(0, squares / count - (sum / count) ** 2)
    })
  }

  #smooth(plain: readonly (number | null)[], cell: number): number {
    let [sum, weight] = [0, 0]
    this.#around(cell, (other, down, across) => {
      const value = plain[other]
      if (value === null || value === undefined) return
      const share = neighbours[down + 1]! * neighbours[across + 1]!
      sum += share * value
      weight += share
    })
    return sum / weight
  }

  /** Visits a cell and those that touch it; `down` and `across` are their places against it. */
  #around(cell: number, visit: (other: number, down: number, across: number) => void): void {
    const row = Math.floor(cell / this.across)
    const column = cell % this.across
    for (let y = Math.max(0, row - 1); y <= Math.min(this.down - 1, row + 1); y++) {
      for (let x = Math.max(0, column - 1); x <= Math.min(this.across - 1, column + 1); x++) visit(y * this.across + x, y - row, x - column)
    }
  }
}
