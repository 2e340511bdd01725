/** Mathematics of natural scene statistics. */

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
  9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** The gamma function of a positive number (Lanczos 1964, g = 7). */
export function gamma(x: number): number {
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x))
  const base = x - 1
  const sum = lanczos.slice(1).reduce((total, value, index) => total + value / (base + index + 1), lanczos[0]!)
  const t = base + 7.5
  return Math.sqrt(2 * Math.PI) * t ** (base + 0.5) * Math.exp(-t) * sum
}

const reach = 3
const unscaled = Float64Array.from({ length: 2 * reach + 1 }, (_, index) => Math.exp(-0.5 * ((index - reach) / (7 / 6)) ** 2))
const weights = unscaled.map(weight => weight / unscaled.reduce((sum, each) => sum + each, 0))

/** A plane under a Gaussian window of 7 x 7 pixels, sigma 7/6; pixels of the border repeat. */
export function smoothed(data: Float64Array, width: number, height: number): Float64Array {
  const down = new Float64Array(data.length)
  for (let y = 0; y < height; y++) {
    for (let tap = -reach; tap <= reach; tap++) {
      const from = Math.max(0, Math.min(height - 1, y + tap)) * width
      const weight = weights[tap + reach]!
      for (let x = 0; x < width; x++) down[y * width + x]! += weight * data[from + x]!
    }
  }
  const out = new Float64Array(data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let tap = -reach; tap <= reach; tap++) sum += weights[tap + reach]! * down[y * width + Math.max(0, Math.min(width - 1, x + tap))]!
      out[y * width + x] = sum
    }
  }
  return out
}
