/**
 * NIQE: how unlike sharp photographs the statistics of a picture are; lower is more natural. Mittal, Soundararajan, Bovik, "Making a 'Completely
 * Blind' Image Quality Analyzer", IEEE Signal Processing Letters 20(3), 2013. Features and distance are the paper's; the model of sharp photographs
 * is fitted on our own by `fit-niqe` of `models/training`, so that figures compare with each other and not with published ones.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { gamma, smoothed } from './statistics.ts'

/** Side of a patch, pixels. */
const patch = 96
const featuresPerScale = 18
/** Mean `[36]` and covariance `[36][36]` of the features of sharp photographs. */
export interface NaturalModel { mean: readonly number[], covariance: readonly (readonly number[])[] }

/**
 * @param rowsOf luma 0..255 of `count` rows from row `y`, `width` values a row
 * @returns null for a picture smaller than two patches, of whose features no covariance is known
 */
export async function niqe(width: number, height: number, rowsOf: (y: number, count: number) => Promise<Float64Array>, model: NaturalModel): Promise<number | null> {
  const features = await patchFeatures(width, height, rowsOf)
  if (features.length < 2) return null
  const mean = average(features)
  const covariance = new Matrix(mean.length, mean.length)
  for (const each of features) {
    const off = each.map((value, index) => value - mean[index]!)
    for (let i = 0; i < off.length; i++) for (let j = 0; j < off.length; j++) covariance.set(i, j, covariance.get(i, j) + off[i]! * off[j]! / (features.length - 1))
  }
  const both = Matrix.add(covariance, new Matrix(model.covariance.map(row => [...row]))).div(2)
  return Math.sqrt(quadraticForm(both, mean.map((value, index) => model.mean[index]! - value)))
}

/** `[36]` of every patch, row by row: shape and spread of the local contrast, and of its products with four neighbours, at two scales. */
async function patchFeatures(width: number, height: number, rowsOf: (y: number, count: number) => Promise<Float64Array>): Promise<number[][]> {
  const [columns, bands] = [Math.floor(width / patch), Math.floor(height / patch)]
  const all: number[][] = []
  for (let band = 0; band < bands; band++) {
    // The window reaches 3 pixels far, 6 at half the size; an even margin keeps the halves aligned.
    const [from, to] = [Math.max(0, band * patch - margin), Math.min(bands * patch, (band + 1) * patch + margin)]
    const given = await rowsOf(from, to - from)
    const luma = cropped(given, width, columns * patch, to - from)
    const above = band * patch - from
    const scales = [featuresOf({ data: luma, width: columns * patch, height: to - from }, above, patch), featuresOf(halved(luma, columns * patch, to - from), above / 2, patch / 2)]
    for (let column = 0; column < columns; column++) all.push(scales.flatMap(scale => scale[column]!))
  }
  return all
}

const margin = 8
interface Plane { data: Float64Array, width: number, height: number }

/** Features `[18]` of the patches of one band, which begins `above` rows into the plane. */
function featuresOf({ data, width, height }: Plane, above: number, side: number): number[][] {
  const mean = smoothed(data, width, height)
  const square = smoothed(data.map(value => value * value), width, height)
  const contrast = data.map((value, index) => (value - mean[index]!) / (Math.sqrt(Math.abs(square[index]! - mean[index]! ** 2)) + 1))
  return Array.from({ length: width / side }, (_, column) => {
    const values = new Float64Array(side * side)
    for (let y = 0; y < side; y++) values.set(contrast.subarray((above + y) * width + column * side, (above + y) * width + (column + 1) * side), y * side)
    return patchStatistics(values, side)
  })
}

/** Eq. 4-8 of the paper; neighbours wrap around within the patch. */
function patchStatistics(values: Float64Array, side: number): number[] {
  const own = asymmetric(values)
  const out = [own.shape, (own.left + own.right) / 2]
  for (const [down, across] of [[0, 1], [1, 0], [1, 1], [1, -1]] as const) {
    const products = values.map((value, index) => {
      const [y, x] = [(Math.floor(index / side) - down + side) % side, (index % side - across + side) % side]
      return value * values[y * side + x]!
    })
    const { shape, left, right } = asymmetric(products)
    out.push(shape, (right - left) * gamma(2 / shape) / gamma(1 / shape), left, right)
  }
  if (out.length !== featuresPerScale) throw new Error(`${out.length} features`)
  return out
}

const shapes = Float64Array.from({ length: 9801 }, (_, index) => 0.2 + index * 0.001)
const ratios = shapes.map(shape => gamma(2 / shape) ** 2 / (gamma(1 / shape) * gamma(3 / shape)))

/** Asymmetric generalised Gaussian by moments: its shape, and the scale on either side. */
function asymmetric(values: Float64Array): { shape: number, left: number, right: number } {
  let [below, belowCount, above, aboveCount, absolute] = [0, 0, 0, 0, 0]
  for (const value of values) {
    absolute += Math.abs(value)
    if (value < 0) {
      below += value * value
      belowCount++
    } else if (value > 0) {
      above += value * value
      aboveCount++
    }
  }
  const left = belowCount === 0 ? 1e-6 : Math.sqrt(below / belowCount)
  const right = aboveCount === 0 ? 1e-6 : Math.sqrt(above / aboveCount)
  const ratio = left / right
  const wanted = (absolute / values.length) ** 2 / Math.max((below + above) / values.length, 1e-12) * (ratio ** 3 + 1) * (ratio + 1) / (ratio ** 2 + 1) ** 2
  const shape = shapes[nearest(ratios, wanted)]!
  const scale = Math.sqrt(gamma(1 / shape) / gamma(3 / shape))
  return { shape, left: left * scale, right: right * scale }
}

/** Index of the nearest of ascending values. */
function nearest(ascending: Float64Array, wanted: number): number {
  let [low, high] = [0, ascending.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (ascending[middle]! < wanted) low = middle
    else high = middle
  }
  return wanted - ascending[low]! <= ascending[high]! - wanted ? low : high
}

/** x' pinv(m) x of a symmetric matrix. */
function quadraticForm(matrix: Matrix, x: readonly number[]): number {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true })
  const least = Math.max(...realEigenvalues) * 1e-15
  return realEigenvalues.reduce((sum, value, index) => {
    const along = eigenvectorMatrix.getColumn(index).reduce((total, each, at) => total + each * x[at]!, 0)
    return value <= least ? sum : sum + along * along / value
  }, 0)
}

function average(rows: readonly (readonly number[])[]): number[] {
  return rows[0]!.map((_, index) => rows.reduce((sum, row) => sum + row[index]!, 0) / rows.length)
}

function cropped(data: Float64Array, from: number, width: number, height: number): Float64Array {
  if (from === width) return data
  const out = new Float64Array(width * height)
  for (let y = 0; y < height; y++) out.set(data.subarray(y * from, y * from + width), y * width)
  return out
}

function halved(data: Float64Array, width: number, height: number): Plane {
  const small = { width: width / 2, height: height / 2 }
  const out = new Float64Array(small.width * small.height)
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      const at = 2 * y * width + 2 * x
      out[y * small.width + x] = (data[at]! + data[at + 1]! + data[at + width]! + data[at + width + 1]!) / 4
    }
  }
  return { data: out, ...small }
}
