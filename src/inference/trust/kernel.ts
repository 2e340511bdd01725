/**
 * The small kernel that turns one picture into another: regularised least squares. Correlations come from the Fourier domain; the normal
 * equations, restricted to the kernel's support, are solved by conjugate gradients (Hestenes and Stiefel, Methods of conjugate gradients for solving linear
 * systems, 1952). Signed: what a restoration sharpened too far is taken back by negative weights.
 */
import { SquareTransform } from './fft2.ts'

/** Side of the window that a kernel is fitted to, and of the kernel's support, pixels of the reduced pictures. */
export const windowSide = 64
const support = 13
/** Pixels at each border of a window that the kernel cannot be applied to. */
export const reach = (support - 1) / 2

const [side, area, unknowns] = [windowSide, windowSide * windowSide, support * support]
/** Share of the picture's energy that is added to the diagonal. */
const regularisation = 1e-3
/** Rounds of the first fit of a window, and of one more with other weights, which goes on from the kernel that it has. */
const [firstRounds, moreRounds] = [10, 7]

const rowOf = (tap: number) => Math.floor(tap / support)
const columnOf = (tap: number) => tap % support
/** Where in a square of complex numbers a displacement lies; negative ones count from the end. */
const placeOf = (down: number, across: number) => 2 * ((down + side) % side * side + (across + side) % side)
/** Where each tap of the kernel lies, and the displacement from one tap to another. */
const taps = Int32Array.from({ length: unknowns }, (_, tap) => placeOf(rowOf(tap) - reach, columnOf(tap) - reach))
const lags = Int32Array.from({ length: unknowns * unknowns }, (_, at) => {
  const [row, column] = [Math.floor(at / unknowns), at % unknowns]
  return placeOf(rowOf(row) - rowOf(column), columnOf(row) - columnOf(column))
})
/** Columns of the displacements. */
const lagColumns = Array.from({ length: 2 * support - 1 }, (_, lag) => (lag - support + 1 + side) % side)
/** Where the opposite frequency of each frequency lies. */
const opposites = Int32Array.from({ length: area }, (_, at) => placeOf(-Math.floor(at / side), -(at % side)))

/** Holds its buffers: one instance for many windows, one window at a time. */
export class KernelFit {
  readonly #transform = new SquareTransform(side)
  readonly #square = new Float64Array(2 * area)
  readonly #spectrum = new Float64Array(2 * area)
  readonly #matrix = new Float64Array(unknowns * unknowns)
  readonly #wanted = new Float64Array(unknowns)
  readonly #kernel = new Float64Array(unknowns)
  readonly #left = new Float64Array(unknowns)
  readonly #step = new Float64Array(unknowns)
  readonly #image = new Float64Array(unknowns)

  /**
   * `kernel * from` for the kernel that brings it nearest to `to` where `weights` count, in least squares.
   * @param from, to, weights `windowSide` squared; means are taken off by the caller
   * @param out `kernel * from`; right but for `reach` pixels at the borders
   * @param again true where the window before was the same one with other weights
   */
  predict(from: Float64Array, to: Float64Array, weights: Float64Array, out: Float64Array, again = false): void {
    this.#correlate(from, to, weights)
    this.#solve(again)
    this.#convolve(from, out)
  }

  /** Fills the normal equations: autocorrelation of `from`, and its correlation with `to`. */
  #correlate(from: Float64Array, to: Float64Array, weights: Float64Array): void {
    const square = this.#square
    for (let at = 0; at < area; at++) {
      square[2 * at] = from[at]! * weights[at]!
      square[2 * at + 1] = to[at]! * weights[at]!
    }
    this.#transform.forward(square)
    const spectrum = this.#spectrum
    // Both pictures are real: their spectra are the even and the odd part of the one of both.
    for (let frequency = 0; frequency < area; frequency++) {
      const at = 2 * frequency
      const mirrored = opposites[frequency]!
      const fromReal = (square[at]! + square[mirrored]!) / 2
      const fromImaginary = (square[at + 1]! - square[mirrored + 1]!) / 2
      const toReal = (square[at + 1]! + square[mirrored + 1]!) / 2
      const toImaginary = (square[mirrored]! - square[at]!) / 2
      // |from|^2 + i * conjugate(from) * to: both correlations are real again.
      spectrum[at] = fromReal * fromReal + fromImaginary * fromImaginary - (fromReal * toImaginary - fromImaginary * toReal)
      spectrum[at + 1] = fromReal * toReal + fromImaginary * toImaginary
    }
    this.#transform.inverse(spectrum, lagColumns)
    const diagonal = regularisation * spectrum[0]! + 1e-12
    for (let at = 0; at < unknowns * unknowns; at++) this.#matrix[at] = spectrum[lags[at]!]!
    for (let at = 0; at < unknowns; at++) {
      this.#matrix[at * unknowns + at]! += diagonal
      this.#wanted[at] = spectrum[taps[at]! + 1]!
    }
  }

  #solve(again: boolean): void {
    const [kernel, left, step, image] = [this.#kernel, this.#left, this.#step, this.#image]
    left.set(this.#wanted)
    const enough = 1e-10 * dot(left, left)
    if (again) {
      multiply(this.#matrix, kernel, image)
      for (let at = 0; at < unknowns; at++) left[at] = left[at]! - image[at]!
    } else kernel.fill(0)
    step.set(left)
    let energy = dot(left, left)
    for (let round = 0; round < (again ? moreRounds : firstRounds) && energy > enough; round++) {
      multiply(this.#matrix, step, image)
      const length = energy / dot(step, image)
      for (let at = 0; at < unknowns; at++) {
        kernel[at] = kernel[at]! + length * step[at]!
        left[at] = left[at]! - length * image[at]!
      }
      const next = dot(left, left)
      for (let at = 0; at < unknowns; at++) step[at] = left[at]! + next / energy * step[at]!
      energy = next
    }
  }

  #convolve(from: Float64Array, out: Float64Array): void {
    const square = this.#square
    square.fill(0)
    for (let at = 0; at < area; at++) square[2 * at] = from[at]!
    for (let at = 0; at < unknowns; at++) square[taps[at]! + 1] = this.#kernel[at]!
    this.#transform.forward(square)
    const spectrum = this.#spectrum
    // The product of the spectra of two real pictures a and b, from that of a + i * b: (z^2 - conjugate(mirrored z)^2) / 4i.
    for (let frequency = 0; frequency < area; frequency++) {
      const at = 2 * frequency
      const mirrored = opposites[frequency]!
      const real = square[at]!
      const imaginary = square[at + 1]!
      const otherReal = square[mirrored]!
      const otherImaginary = square[mirrored + 1]!
      spectrum[at] = (real * imaginary + otherReal * otherImaginary) / 2
      spectrum[at + 1] = (otherReal * otherReal - otherImaginary * otherImaginary - real * real + imaginary * imaginary) / 4
    }
    this.#transform.inverse(spectrum)
    for (let at = 0; at < area; at++) out[at] = spectrum[2 * at]!
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let at = 0; at < unknowns; at++) sum += a[at]! * b[at]!
  return sum
}

/** A symmetric matrix times a vector. */
function multiply(matrix: Float64Array, vector: Float64Array, out: Float64Array): void {
  for (let row = 0, at = 0; row < unknowns; row++) {
    // Four sums that do not wait for each other; one column is left over.
    let [a, b, c, d] = [matrix[at++]! * vector[0]!, 0, 0, 0]
    for (let column = 1; column < unknowns; column += 4, at += 4) {
      a += matrix[at]! * vector[column]!
      b += matrix[at + 1]! * vector[column + 1]!
      c += matrix[at + 2]! * vector[column + 2]!
      d += matrix[at + 3]! * vector[column + 3]!
    }
    out[row] = a + b + c + d
  }
}
