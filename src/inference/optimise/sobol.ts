/** Sobol points (Joe and Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM J. Sci. Comput. 2008), shifted by a seed. */
import { type Random } from './random.ts'

/** Degree, coefficients and initial direction numbers of dimensions 2..16 (new-joe-kuo-6). */
const table: readonly [number, number, readonly number[]][] = [
  [1, 0, [1]], [2, 1, [1, 3]], [3, 1, [1, 3, 1]], [3, 2, [1, 1, 1]], [4, 1, [1, 1, 3, 3]], [4, 4, [1, 3, 5, 13]], [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]], [5, 7, [1, 1, 7, 11, 19]], [5, 11, [1, 1, 5, 1, 1]], [5, 13, [1, 1, 1, 3, 11]], [5, 14, [1, 3, 5, 5, 31]],
  [6, 1, [1, 3, 3, 9, 7, 49]], [6, 13, [1, 1, 1, 15, 21, 21]], [6, 16, [1, 3, 1, 13, 27, 49]],
]
const bits = 30

/** `count` points in [0, 1)^dimensions; 16 dimensions at most. */
export function sobol(count: number, dimensions: number, random: Random): number[][] {
  const directions = Array.from({ length: dimensions }, (_, dimension) => directionNumbers(dimension))
  const shifts = directions.map(() => Math.floor(random() * 2 ** bits))
  const state = directions.map(() => 0)
  return Array.from({ length: count }, (_, index) => {
    if (index > 0) {
      const lowestZero = Math.log2(~(index - 1) & index)
      for (const [dimension, numbers] of directions.entries()) state[dimension]! ^= numbers[lowestZero]!
    }
    return state.map((value, dimension) => (value ^ shifts[dimension]!) / 2 ** bits)
  })
}

function directionNumbers(dimension: number): number[] {
  if (dimension === 0) return Array.from({ length: bits }, (_, at) => 2 ** (bits - 1 - at))
  const [degree, coefficients, initial] = table[dimension - 1]!
  const numbers: number[] = []
  for (let at = 0; at < bits; at++) {
    if (at < degree) numbers.push(initial[at]! * 2 ** (bits - 1 - at))
    else {
      let value = numbers[at - degree]! ^ (numbers[at - degree]! >>> degree)
      for (let k = 1; k < degree; k++) if ((coefficients >>> (degree - 1 - k)) & 1) value ^= numbers[at - k]!
      numbers.push(value)
    }
  }
  return numbers
}
