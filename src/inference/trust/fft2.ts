/** Fourier transform of a square of complex numbers: all rows, then all columns. */
import FFT from 'fft.js'

export class SquareTransform {
  readonly #side: number
  readonly #all: readonly number[]
  readonly #fft: FFT
  readonly #line: Float64Array
  readonly #turned: Float64Array

  /** @param side a power of two */
  constructor(side: number) {
    this.#side = side
    this.#all = [...new Array(side).keys()]
    this.#fft = new FFT(side)
    this.#line = new Float64Array(2 * side)
    this.#turned = new Float64Array(2 * side * side)
  }

  /** In place. @param square `side` rows of `side` complex numbers, real and imaginary parts in turn */
  forward(square: Float64Array): void {
    this.#rows(square, this.#turned, 'transform')
    this.#rows(this.#turned, square, 'transform')
  }

  /** Undoes `forward`, in place. @param columns that are wanted; the others hold nothing of use afterwards */
  inverse(square: Float64Array, columns: readonly number[] = this.#all): void {
    this.#rows(square, this.#turned, 'inverseTransform')
    this.#rows(this.#turned, square, 'inverseTransform', columns)
  }

  /** Transforms the rows of `from` into the columns of `to`. */
  #rows(from: Float64Array, to: Float64Array, way: 'transform' | 'inverseTransform', rows = this.#all): void {
    const stride = 2 * this.#side
    const line = this.#line
    for (const row of rows) {
      this.#fft[way](line, from.subarray(row * stride, (row + 1) * stride))
      for (let at = 0, place = 2 * row; at < stride; at += 2, place += stride) {
        to[place] = line[at]!
        to[place + 1] = line[at + 1]!
      }
    }
  }
}
