/** Few-step sampling of a rectified flow: from the noisy latents of the coarse picture back to latents of a sharp one. */
import { z } from 'zod'
import { RestillError } from '../../../shared/errors.ts'
import type { PackManifest } from '../../../shared/pack.ts'
import type { GraphTensor } from '../engine.ts'
import type { CaptionTokens } from './tokens.ts'

const ruleSchema = z.strictObject({
  /** Share of noise that the sampling begins with. */
  sigmaStart: z.number().gt(0).max(1),
  /** By number of steps: where each begins, the last of them ending at 0; evenly spaced where nothing is said. */
  sigmas: z.record(z.string(), z.array(z.number().gt(0).max(1)).min(1)).default({}),
})
type SamplerRule = z.infer<typeof ruleSchema>

/** The pack's table `sampler`. @throws RestillError PACK_INVALID */
export function samplerRule(manifest: PackManifest, folder: string): SamplerRule {
  const parsed = ruleSchema.safeParse(manifest.tables['sampler'])
  if (parsed.success && Object.entries(parsed.data.sigmas).every(([steps, sigmas]) => isSchedule(sigmas, Number(steps), parsed.data.sigmaStart))) return parsed.data
  const reason = 'its table "sampler" wants sigmaStart in 0..1 and, by steps, as many falling sigmas from there on'
  throw new RestillError('PACK_INVALID', { detail: { file: folder, reason } })
}

function isSchedule(sigmas: readonly number[], steps: number, start: number): boolean {
  return sigmas.length === steps && sigmas[0] === start && sigmas.every((sigma, index) => index === 0 || sigma < sigmas[index - 1]!)
}

/** One more than steps, falling to 0. */
export function schedule(rule: SamplerRule, steps: number): readonly number[] {
  const given = rule.sigmas[String(steps)]
  return given === undefined ? Array.from({ length: steps + 1 }, (_, index) => rule.sigmaStart * (1 - index / steps)) : [...given, 0]
}

/** How much of the coarse picture's latents and of the noise there is at the start: x = (1 - sigma) guide + sigma noise. */
export function noisy({ data, dims }: GraphTensor, noise: Float32Array, sigma: number): GraphTensor {
  return { data: data.map((value, index) => (1 - sigma) * value + sigma * noise[index]!), dims }
}

/** One Euler step along the velocity, which is noise less picture. */
export function stepped({ data, dims }: GraphTensor, velocity: Float32Array, from: number, to: number): GraphTensor {
  return { data: data.map((value, index) => value + (to - from) * velocity[index]!), dims }
}

export interface Guidance { readonly tokens: CaptionTokens, readonly weight: number, readonly hashes: number }

/** What the network is told besides its latents: with and without a caption at once where the caption's weight is neither 0 nor 1. */
export function textInputs({ tokens: { ids, mask }, weight, hashes }: Guidance): Readonly<Record<'tokens' | 'mask', GraphTensor>> {
  const count = mask.length
  const none = mask.map(() => 0)
  const masks = weight === 0 ? [none] : weight === 1 ? [mask] : [none, mask]
  return {
    tokens: { data: joined(masks.map(() => ids)), dims: [masks.length, count, hashes] },
    mask: { data: joined(masks), dims: [masks.length, count] },
  }
}

/** A tensor as often as there are captions to be looked at. */
export function repeated({ data, dims }: GraphTensor, times: number): GraphTensor {
  return { data: times === 1 ? data : joined(Array.from({ length: times }, () => data)), dims: [times, ...dims.slice(1)] }
}

/** The one velocity, or, of those without and with the caption, v = v_none + weight (v_caption - v_none) [Ho, Salimans 2022, arXiv:2207.12598]. */
export function guided(velocity: Float32Array, weight: number): Float32Array {
  if (weight === 0 || weight === 1) return velocity
  const half = velocity.length / 2
  return velocity.slice(0, half).map((none, index) => none + weight * (velocity[half + index]! - none))
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
