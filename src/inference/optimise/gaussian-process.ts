/** Gaussian-process regression: Matern 5/2 with a length for every dimension (Rasmussen and Williams, "Gaussian Processes for Machine Learning", 2006, ch. 2, 4, 5). */
import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import type { Random } from './random.ts'

interface Hyper { lengths: readonly number[], noise: number }

const jitter = 1e-8
const tries = 24
const steps = 3

export class GaussianProcess {
  readonly #inputs: readonly (readonly number[])[]
  readonly #mean: number
  readonly #scale: number
  readonly #hyper: Hyper
  readonly #lower: Matrix
  readonly #weights: Float64Array

  /** @param inputs in [0, 1]^d, all different @param start hyperparameters of an earlier fit, tried first */
  constructor(inputs: readonly (readonly number[])[], values: readonly number[], random: Random, start?: Hyper, refit = true) {
    this.#inputs = inputs
    this.#mean = values.reduce((sum, value) => sum + value, 0) / values.length
    this.#scale = Math.sqrt(values.reduce((sum, value) => sum + (value - this.#mean) ** 2, 0) / values.length) || 1
    const standard = values.map(value => (value - this.#mean) / this.#scale)
    this.#hyper = start !== undefined && !refit ? start : fit(inputs, standard, random, start)
    const solved = solve(inputs, standard, this.#hyper)
    this.#lower = solved.lower
    this.#weights = solved.weights
  }

  get hyper(): Hyper {
    return this.#hyper
  }

  /** Mean and standard deviation at a point. */
  predict(point: readonly number[]): { mean: number, deviation: number } {
    const covariances = Float64Array.from(this.#inputs, input => matern(input, point, this.#hyper.lengths))
    let mean = 0
    for (const [at, weight] of this.#weights.entries()) mean += weight * covariances[at]!
    const inner = forward(this.#lower, covariances)
    const variance = Math.max(0, 1 - inner.reduce((sum, value) => sum + value * value, 0))
    return { mean: this.#mean + this.#scale * mean, deviation: this.#scale * Math.sqrt(variance) }
  }
}

function matern(a: readonly number[], b: readonly number[], lengths: readonly number[]): number {
  let square = 0
  for (const [at, value] of a.entries()) square += ((value - b[at]!) / lengths[at]!) ** 2
  const distance = Math.sqrt(5 * square)
  return (1 + distance + distance * distance / 3) * Math.exp(-distance)
}

/** The most likely hyperparameters: random starts, then every one moved by itself. */
function fit(inputs: readonly (readonly number[])[], values: readonly number[], random: Random, start?: Hyper): Hyper {
  const dimensions = inputs[0]!.length
  const draw = (): Hyper => ({ lengths: Array.from({ length: dimensions }, () => 10 ** (1.5 * random() - 0.8)), noise: 10 ** (-2 - 4 * random()) })
  const first: Hyper = start ?? { lengths: Array.from({ length: dimensions }, () => 0.7), noise: 1e-4 }
  let best = { hyper: first, likelihood: likelihood(inputs, values, first) }
  const consider = (hyper: Hyper) => {
    const found = likelihood(inputs, values, hyper)
    if (found > best.likelihood) best = { hyper, likelihood: found }
  }
  if (start === undefined) for (let turn = 0; turn < tries; turn++) consider(draw())
  for (let step = 0, factor = 2; step < steps; step++, factor = Math.sqrt(factor)) {
    for (let at = 0; at < dimensions; at++) {
      for (const times of [factor, 1 / factor]) {
        const { lengths, noise } = best.hyper
        consider({ lengths: lengths.map((length, each) => each === at ? Math.min(20, Math.max(0.05, length * times)) : length), noise })
      }
    }
    for (const times of [10 * factor, 1 / (10 * factor)]) consider({ ...best.hyper, noise: Math.min(0.1, Math.max(1e-6, best.hyper.noise * times)) })
  }
  return best.hyper
}

/** Logarithm of the marginal likelihood, up to a constant; minus infinity where the matrix is not positive. */
function likelihood(inputs: readonly (readonly number[])[], values: readonly number[], hyper: Hyper): number {
  try {
    const { lower, weights } = solve(inputs, values, hyper)
    let sum = 0
    for (const [at, value] of values.entries()) sum -= 0.5 * value * weights[at]! + Math.log(lower.get(at, at))
    return Number.isFinite(sum) ? sum : -Infinity
  } catch {
    return -Infinity
  }
}

function solve(inputs: readonly (readonly number[])[], values: readonly number[], { lengths, noise }: Hyper): { lower: Matrix, weights: Float64Array } {
  const count = inputs.length
  const covariance = new Matrix(count, count)
  for (let row = 0; row < count; row++) {
    covariance.set(row, row, 1 + noise + jitter)
    for (let column = 0; column < row; column++) {
      const value = matern(inputs[row]!, inputs[column]!, lengths)
      covariance.set(row, column, value)
      covariance.set(column, row, value)
    }
  }
  const decomposition = new CholeskyDecomposition(covariance)
  if (!decomposition.isPositiveDefinite()) throw new Error('not positive definite')
  const weights = Float64Array.from(decomposition.solve(Matrix.columnVector([...values])).to1DArray())
  return { lower: decomposition.lowerTriangularMatrix, weights }
}

/** x of L x = b. */
function forward(lower: Matrix, right: Float64Array): Float64Array {
  const x = new Float64Array(right.length)
  for (let row = 0; row < x.length; row++) {
    let sum = right[row]!
    for (let column = 0; column < row; column++) sum -= lower.get(row, column) * x[column]!
    x[row] = sum / lower.get(row, row)
  }
  return x
}
