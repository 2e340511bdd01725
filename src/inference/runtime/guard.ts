/**
 * Notices tiles whose result is not a picture. Networks of this kind answer garbage on a small share of real photos (NAFNet issue 25: about 0.3 %
 * of one test set); such a tile keeps its input pixels, and the result is marked suspect. All values are display-encoded, 0..1.
 */

type GuardReason = 'not-finite' | 'black' | 'colour-drift' | 'mosaic'

/**
 * Limits, chosen so that sharpening passes: a sharpening filter keeps means exactly, and a deblurred photo moves energy over distances shorter than a
 * cell of 16 pixels, but for edges of very long blurs, which the luma limit allows for.
 */
const guardLimits = {
  /** Mean of a tile that counts as lit, and the share of it below which the result counts as black. */
  litMean: 0.03, blackShare: 0.125,
  /** Change of a colour channel's mean over the tile: 15 of 255 levels. */
  meanDrift: 0.06,
  /** Side of the cells in which local means are compared, and the limits of their RMS change: of the colour differences, and of green alone. */
  cell: 16, cellChroma: 0.08, cellLuma: 0.2,
  /** Mean 2x2 checker response of green: absolute floor, and how many times the input's it must be (a plain 3x3 sharpening reaches 9). */
  checker: 0.2, checkerTimes: 10,
} as const

/**
 * @param input, output float32 planar `[3, height, width]`, the tile before and after the network; not changed
 * @returns why the result must not be used, or null
 */
export function guardTile(input: Float32Array, output: Float32Array, width: number, height: number): GuardReason | null {
  const plane = width * height
  const before = means(input, plane)
  const after = means(output, plane)
  if (!after.every(Number.isFinite)) return 'not-finite'
  const litBefore = (before[0]! + before[1]! + before[2]!) / 3
  const litAfter = (after[0]! + after[1]! + after[2]!) / 3
  if (litBefore > guardLimits.litMean && litAfter < litBefore * guardLimits.blackShare) return 'black'
  if (after.some((mean, channel) => Math.abs(mean - before[channel]!) > guardLimits.meanDrift)) return 'colour-drift'
  return isMosaic(input, output, width, height) ? 'mosaic' : null
}

function means(tile: Float32Array, plane: number): number[] {
  return [0, 1, 2].map(channel => {
    // Four sums that do not wait for each other.
    let [a, b, c, d] = [0, 0, 0, 0]
    const begin = channel * plane
    const end = begin + plane
    const last = end - plane % 4
    for (let at = begin; at < last; at += 4) {
      a += tile[at]!
      b += tile[at + 1]!
      c += tile[at + 2]!
      d += tile[at + 3]!
    }
    for (let at = last; at < end; at++) a += tile[at]!
    return (a + b + c + d) / plane
  })
}

function isMosaic(input: Float32Array, output: Float32Array, width: number, height: number): boolean {
  const green = width * height
  const blue = 2 * green
  const { cell } = guardLimits
  let cells = 0
  let chroma = 0
  let luma = 0
  for (let y = 0; y + cell <= height; y += cell) {
    for (let x = 0; x + cell <= width; x += cell) {
      let r = 0
      let g = 0
      let b = 0
      // Every second pixel both ways is enough for a mean.
      for (let row = y; row < y + cell; row += 2) {
        const end = row * width + x + cell
        for (let at = row * width + x; at < end; at += 2) {
          r += output[at]! - input[at]!
          g += output[at + green]! - input[at + green]!
          b += output[at + blue]! - input[at + blue]!
        }
      }
      const count = cell * cell / 4
      cells++
      chroma += ((r - g) ** 2 + (b - g) ** 2) / (count * count)
      luma += g * g / (count * count)
    }
  }
  if (cells > 0 && (Math.sqrt(chroma / cells) > guardLimits.cellChroma || Math.sqrt(luma / cells) > guardLimits.cellLuma)) return true
  const checkerAfter = checker(output.subarray(green, blue), width, height)
  return checkerAfter > guardLimits.checker && checkerAfter > guardLimits.checkerTimes * checker(input.subarray(green, blue), width, height)
}

/** Mean of |a - b - c + d| over quads of neighbouring pixels: 0 on ramps and straight edges, 2 on a full checkerboard. */
function checker(plane: Float32Array, width: number, height: number): number {
  let sum = 0
  let count = 0
  for (let y = 0; y + 1 < height; y += 2) {
    const start = y * width
    for (let at = start; at + 1 < start + width; at += 2) {
      sum += Math.abs(plane[at]! - plane[at + 1]! - plane[at + width]! + plane[at + width + 1]!)
      count++
    }
  }
  return count === 0 ? 0 : sum / count
}
