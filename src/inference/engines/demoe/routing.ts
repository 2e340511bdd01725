/** From what the router says to how much each expert counts. Vectors are in the pack's order of experts. */
import type { Controls } from '../../../shared/descriptor.ts'
import { type Kind, kinds } from './descriptor.ts'

/** Softmax. */
export function probabilities(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits)
  const top = Math.max(...values)
  const exponents = values.map(value => Math.exp(value - top))
  const sum = exponents.reduce((total, value) => total + value, 0)
  return exponents.map(value => value / sum)
}

/** The k largest, scaled to sum to one (L1, as in the paper's code); the others are zero. Of equals the first counts as larger. */
export function topK(likely: readonly number[], k: number): number[] {
  const chosen = new Set(likely.map((_, index) => index).sort((a, b) => likely[b]! - likely[a]! || a - b).slice(0, k))
  const sum = likely.reduce((total, value, index) => total + (chosen.has(index) ? value : 0), 0)
  return likely.map((value, index) => chosen.has(index) ? value / sum : 0)
}

/** True when the router's answer changes the result. */
export function isRouted(controls: Controls): boolean {
  return controls['expert'] === 'auto'
}

/**
 * Weight of every expert; they sum to one, and only experts above zero run.
 * @param order  the pack's experts
 * @param likely the router's probabilities; not read when an expert was named
 */
export function expertWeights(order: readonly Kind[], likely: readonly number[], controls: Controls): number[] {
  const { expert, second, share, topK: k } = controls
  const only = (kind: unknown) => order.map(name => name === kind ? 1 : 0)
  const first = isRouted(controls) ? topK(likely, Math.round(Number(k))) : only(expert)
  if (second === 'none' || Number(share) === 0) return first
  const mixed = only(second)
  return first.map((weight, index) => (1 - Number(share)) * weight + Number(share) * mixed[index]!)
}

/** Figures of a tile or a photo: each kind's likelihood under `p.<kind>`. */
export function likelihoods(order: readonly Kind[], likely: readonly number[]): Record<string, number> {
  return Object.fromEntries(order.map((kind, index) => [`p.${kind}`, likely[index]!]))
}

/** The heaviest expert's place in `kinds`, whatever order the pack has. */
export function leading(order: readonly Kind[], weights: readonly number[]): number {
  const heaviest = order[weights.indexOf(Math.max(...weights))]
  return kinds.findIndex(({ id }) => id === heaviest)
}
