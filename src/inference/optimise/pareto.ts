/** Fronts of two objectives, both to be made small, and the expected improvement of one. */

/** Values of the two objectives. */
export type Pair = readonly [number, number]

/** The points that no other one beats in both, by the first objective upward; of equals the first. */
export function paretoFront<T>(points: readonly T[], value: (point: T) => Pair): T[] {
  const sorted = points.map(point => ({ point, value: value(point) })).toSorted((a, b) => a.value[0] - b.value[0] || a.value[1] - b.value[1])
  const front: T[] = []
  let lowest = Infinity
  for (const { point, value: [, second] } of sorted) {
    if (second >= lowest) continue
    lowest = second
    front.push(point)
  }
  return front
}

/** Area between a set of points and the reference, which bounds it above. */
export function hypervolume(points: readonly Pair[], reference: Pair): number {
  const front = paretoFront(points.filter(([a, b]) => a < reference[0] && b < reference[1]), each => each)
  return front.reduce((area, [first, second], at) => area + ((front[at + 1]?.[0] ?? reference[0]) - first) * (reference[1] - second), 0)
}

/**
 * Exact expected hypervolume improvement of a point whose objectives are independent Gaussians (Emmerich, Deutz, Klinkenberg, CEC 2011; the strips of
 * Yang et al., J. Global Optim. 2019). The region that the front leaves free below the reference is cut into upright strips; in each of them
 * the expectation is a product of two integrals of the normal distribution function.
 * @param front non-dominated, by the first objective upward
 */
export function expectedImprovement(front: readonly Pair[], reference: Pair, mean: Pair, deviation: Pair): number {
  const inside = front.filter(([a, b]) => a < reference[0] && b < reference[1])
  let sum = 0
  let below = 0
  let ceiling = reference[1]
  for (const [first, second] of [...inside, [reference[0], reference[1]] as const]) {
    const upTo = partialExpectation(first, mean[0], deviation[0])
    sum += (upTo - below) * partialExpectation(ceiling, mean[1], deviation[1])
    below = upTo
    ceiling = second
  }
  return sum
}

/** E[max(0, limit - X)], X Gaussian: the integral of its distribution function up to `limit`. */
function partialExpectation(limit: number, mean: number, deviation: number): number {
  if (deviation <= 0) return Math.max(0, limit - mean)
  const z = (limit - mean) / deviation
  return (limit - mean) * normalCdf(z) + deviation * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI)
}

/** Distribution function of the standard normal, to 1e-7 (Abramowitz and Stegun 26.2.17). */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const tail = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI)
    * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return z > 0 ? 1 - tail : tail
}

/** The point farthest from the straight line between the ends of the front, both objectives scaled to their range. */
export function knee<T>(front: readonly T[], value: (point: T) => Pair): T | undefined {
  const values = front.map(value)
  const [first, last] = [values[0], values.at(-1)]
  if (first === undefined || last === undefined || values.length < 3) return front[0]
  const distance = ([a, b]: Pair) => 1 - (a - first[0]) / (last[0] - first[0]) - (b - last[1]) / (first[1] - last[1])
  return front[values.reduce((best, each, at) => distance(each) > distance(values[best]!) ? at : best, 0)]
}
