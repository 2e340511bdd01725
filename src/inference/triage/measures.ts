/** The numbers that a photo is judged by, from its squares. Names are those of the fitted figures in `resources/triage.json`. */
import type { Exposure, Square } from './places.ts'
import { distances, type NoiseFloor, noiseFloor, softening, squareSteepness, steepness, type Steps } from './steps.ts'

export interface Measured {
  measures: Record<string, number>
  /** 0..1: steepness of the steepest tenth of the blocks. */
  sharpness: number
  /** Standard deviation of the noise, of the full range. */
  noise: number
  /** Degrees 0..180; null where no direction is the same all over the photo. */
  angle: number | null
  tiles: (Square & { sharpness: number | null })[]
}

/** Octaves of softening, and how alike they are over the photo, from which on a direction is told. */
const [leastSoftening, leastCoherence] = [0.35, 0.5]
/** Steepness, log2, of what counts as sharp and as soft. */
const [sharpAbove, softBelow] = [-2.4, -3.2]
const nothing = -4

/** @param squares textured ones first, in the order of `steps`; flat ones after them count for the noise alone */
export function measure(squares: readonly Square[], steps: readonly Steps[], textured: number, exposure: Exposure): Measured {
  const floor = noiseFloor(steps)
  const seen = steps.slice(0, textured)
  const perSquare = seen.map(each => each.blocks.map(block => steepness(block, floor)).filter(value => value !== null))
  const blocks = perSquare.flat().sort((a, b) => a - b)
  const all = seen.reduce((sum, each) => sum + each.blocks.length, 0)
  const at = (share: number) => quantile(blocks, share)
  const tops = perSquare.filter(values => values.length >= 3).map(values => quantile(values.toSorted((a, b) => a - b), 0.8)).sort((a, b) => a - b)
  const directionsOf = (from: number, to: number) => summary(seen.map(each => softening(each.whole, floor, from, to)))
  const [fine, middle, coarse] = [directionsOf(0, 2), directionsOf(1, 3), directionsOf(2, 4)]
  const strongest = [fine, middle, coarse].reduce((a, b) => b.together > a.together ? b : a)
  const tells = strongest.together >= leastSoftening && strongest.coherence >= leastCoherence
  const squareLevels = (from: number, to: number) => seen.map(each => squareSteepness(each.whole, floor, from, to)).filter(value => value !== null).sort((a, b) => a - b)
  const [mid, wide] = [squareLevels(1, 3), squareLevels(2, 4)]
  const contrast = seen.reduce((sum, each) => sum + each.whole[distances.length - 1]!.reduce((a, b) => a + b, 0) / 4, 0) / Math.max(1, seen.length)
  const parts = partsOf(seen.flatMap(({ fields }) => fields), floor)
  return {
    sharpness: unit((at(0.9) + 4) / 2), noise: Math.sqrt(floor[0] / 2),
    angle: tells ? strongest.angle : null,
    tiles: squares.slice(0, textured).map((square, index) => {
      const values = perSquare[index]!.toSorted((a, b) => a - b)
      return { ...square, sharpness: values.length < 3 ? null : unit((quantile(values, 0.8) + 4) / 2) }
    }),
    measures: {
      steep10: at(0.1), steep50: at(0.5), steep90: at(0.9), steep98: at(0.98),
      sharpShare: share(blocks, value => value > sharpAbove), softShare: share(blocks, value => value < softBelow), told: blocks.length / Math.max(1, all),
      tileLow: quantile(tops, 0.1), tileHigh: quantile(tops, 0.9), tileSpread: deviation(tops),
      mid50: quantile(mid, 0.5), mid90: quantile(mid, 0.9), wide50: quantile(wide, 0.5), wide90: quantile(wide, 0.9),
      fineTogether: fine.together, fineApart: fine.apart, middleTogether: middle.together, middleApart: middle.apart,
      coarseTogether: coarse.together, coarseApart: coarse.apart, coherence: strongest.coherence,
      fineMost: fine.most, middleMost: middle.most, coarseMost: coarse.most, midLow: quantile(mid, 0.1), wideLow: quantile(wide, 0.1),
      ...parts,
      noise: Math.log2(floor[0] + 1e-6), grain: Math.log2((floor[0] + 1e-7) / (floor[2] + 1e-7)),
      exposure: Math.log2(exposure.mean + 1e-4), bright: exposure.bright, dark: exposure.darkShare, clipped: exposure.clippedShare,
      contrast: Math.log2(contrast + 1e-6),
    },
  }
}

/**
 * How the soft parts are softened, and the sharp ones: where something moved, the soft parts are softened in one direction and the sharp ones in none;
 * where the focus lay elsewhere, neither is.
 */
function partsOf(fields: readonly number[][][], floor: NoiseFloor): Record<string, number> {
  const told = fields.map(field => ({ fine: squareSteepness(field, floor, 0, 2), field })).filter(({ fine }) => fine !== null)
  const of = (is: (fine: number) => boolean) => told.filter(({ fine }) => is(fine!)).map(({ field }) => field)
  const [soft, sharp] = [of(fine => fine < softBelow), of(fine => fine > sharpAbove)]
  const parts = (some: readonly number[][][], from: number, to: number) => summary(some.map(field => softening(field, floor, from, to)))
  const [softFine, softMiddle, sharpFine, sharpMiddle] = [parts(soft, 0, 2), parts(soft, 1, 3), parts(sharp, 0, 2), parts(sharp, 1, 3)]
  return {
    softFields: soft.length / Math.max(1, told.length), sharpFields: sharp.length / Math.max(1, told.length),
    softFineTogether: softFine.together, softFineApart: softFine.apart, softMiddleTogether: softMiddle.together, softMiddleApart: softMiddle.apart,
    sharpFineTogether: sharpFine.together, sharpFineApart: sharpFine.apart, sharpMiddleTogether: sharpMiddle.together, sharpMiddleApart: sharpMiddle.apart,
    softMiddle: mean(soft.map(field => squareSteepness(field, floor, 1, 3) ?? nothing)), sharpMiddle: mean(sharp.map(field => squareSteepness(field, floor, 1, 3) ?? nothing)),
  }
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? nothing : values.reduce((sum, value) => sum + value, 0) / values.length
}

interface Summary { together: number, apart: number, most: number, coherence: number, angle: number }

/** Softening of all squares: how much together (length of the mean), each for itself (mean and ninth tenth of lengths), how alike, and where to. */
function summary(vectors: readonly { x: number, y: number }[]): Summary {
  const told = vectors.filter(({ x, y }) => x !== 0 || y !== 0)
  if (told.length === 0) return { together: 0, apart: 0, most: 0, coherence: 0, angle: 0 }
  const x = told.reduce((sum, each) => sum + each.x, 0) / told.length
  const y = told.reduce((sum, each) => sum + each.y, 0) / told.length
  const together = Math.hypot(x, y)
  const lengths = told.map(each => Math.hypot(each.x, each.y)).sort((a, b) => a - b)
  const apart = lengths.reduce((sum, length) => sum + length, 0) / told.length
  const angle = (Math.atan2(y, x) / 2 * 180 / Math.PI + 180) % 180
  return { together, apart, most: quantile(lengths, 0.9), coherence: apart === 0 ? 0 : together / apart, angle }
}

/** @param sorted rising; what there is nothing of counts as soft */
function quantile(sorted: readonly number[], share: number): number {
  return sorted.length === 0 ? nothing : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

function share(values: readonly number[], is: (value: number) => boolean): number {
  return values.length === 0 ? 0 : values.filter(is).length / values.length
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length))
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value))
}
