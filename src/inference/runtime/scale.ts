/**
 * The working scale: the networks know blurs of a few dozen pixels, a hand-held 24-megapixel photo has more. A reduced copy brings its blur within
 * reach (and is a quarter or a sixteenth of the work); its enlarged residual is then added to the full photo.
 */
import type { ScaleChoice } from '../../shared/guest.ts'

type Scale = 1 | 0.5 | 0.25

/**
 * Estimated blur length in pixels up to which a network is at home, where a pack does not say. On 198 pairs, real and synthetic, with the mini network:
 * above 28 pixels half size gained more on 7 of 10; between 20 and 28 full size did on 14 of 23.
 */
const reachPx = 28
/** A reduced copy must still be a picture. */
const smallestSide = 128

/** @param blurLength estimate in pixels of the full photo; null when it could not be told */
export function chooseScale(asked: ScaleChoice, blurLength: number | null, width: number, height: number, reach = reachPx): { scale: Scale, reason: string } {
  if (asked !== 'auto') return { scale: asked, reason: 'as asked' }
  if (blurLength === null) return { scale: 1, reason: 'the blur length could not be told' }
  const length = `blur of about ${Math.round(blurLength)} pixels`
  const fits = (scale: Scale) => blurLength * scale <= reach
  const large = (scale: Scale) => Math.min(width, height) * scale >= smallestSide
  if (fits(1)) return { scale: 1, reason: `${length}, within reach at full size` }
  const scale = ([0.5, 0.25] as const).filter(large).find(fits) ?? ([0.25, 0.5] as const).find(large) ?? 1
  return { scale, reason: scale === 1 ? `${length}, but the photo is too small to reduce` : `${length}, within reach at ${scale === 0.5 ? 'half' : 'a quarter of the'} size` }
}
