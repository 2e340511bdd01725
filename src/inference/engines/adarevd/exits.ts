/** When a tile may stop: the pack's table of gains and the exit rule (AdaRevD, section 3.3). */
import { z } from 'zod'
import type { Controls } from '../../../shared/descriptor.ts'
import { RestillError } from '../../../shared/errors.ts'
import type { PackManifest } from '../../../shared/pack.ts'

const tableSchema = z.looseObject({
  /** Upper ends of all degradation classes but the last: PSNR in dB of the blurred tile to the truth, rising. */
  classEdgesDb: z.array(z.number()).min(1),
  /** Mean gain in dB of every sub-decoder over the one before, a row a class; class 0 is the most blurred. */
  gainsDb: z.array(z.array(z.number()).min(1)),
  /** Work of every sub-decoder, in any unit; left out where all are alike. */
  costs: z.array(z.number().positive()).optional(),
  /** Which quantile of the classifier's answer is a tile's class; left out: its likeliest class, as published. */
  classQuantile: z.number().gt(0).lt(1).optional(),
})

/** Mean gains in dB, a row a degradation class, a column a sub-decoder. */
export type Gains = readonly (readonly number[])[]

/** Sub-decoders of a pack: its graphs `decoder1`, `decoder2` and on. */
export function countDecoders(manifest: PackManifest): number {
  let count = 0
  while (manifest.graphs[decoderName(count)] !== undefined) count++
  return count
}

/** Name of the graph of a sub-decoder, counted from 0. */
export function decoderName(index: number): string {
  return `decoder${index + 1}`
}

export interface Exits {
  readonly gains: Gains
  readonly costs: readonly number[]
  /** Null: the likeliest class. */
  readonly classQuantile: number | null
}

/** @throws RestillError PACK_INVALID where the table is missing or does not fit the graphs */
export function readExits(manifest: PackManifest, folder: string): Exits {
  const invalid = (reason: string) => new RestillError('PACK_INVALID', { detail: { file: folder, reason } })
  const parsed = tableSchema.safeParse(manifest.tables['exits'])
  if (!parsed.success) throw invalid(`its table "exits" cannot be read: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`)
  const { classEdgesDb, gainsDb, costs, classQuantile } = parsed.data
  if (gainsDb.length !== classEdgesDb.length + 1) throw invalid('its table "exits" has not one row for every class')
  const decoders = countDecoders(manifest)
  if ([...gainsDb, ...costs === undefined ? [] : [costs]].some(row => row.length !== decoders)) throw invalid(`its table "exits" has not one column for each of its ${decoders} sub-decoders`)
  return { gains: gainsDb, costs: costs ?? Array.from({ length: decoders }, () => 1), classQuantile: classQuantile ?? null }
}

/** D-rate of the paper for sub-decoders that need not be alike: the share of their work that the first `exit` of them are. */
export function costShare(costs: readonly number[], exit: number): number {
  const sum = (some: readonly number[]) => some.reduce((total, cost) => total + cost, 0)
  return sum(costs.slice(0, exit)) / sum(costs)
}

/**
 * Class that a tile is treated as, 0 the most blurred.
 * @param logits   the classifier's answer, one a class
 * @param quantile the class is the first that, with all before it, has this probability: below 0.5 a tile in doubt counts as the more
 *                 blurred, since passing a blurred tile for sharp costs all there was to gain (`docs/decisions/0015-class-of-a-tile.md`);
 *                 null: the likeliest class
 */
export function classOfTile(logits: ArrayLike<number>, quantile: number | null): number {
  const values = Array.from(logits)
  const top = Math.max(...values)
  if (quantile === null) return values.indexOf(top)
  const weights = values.map(value => Math.exp(value - top))
  let missing = quantile * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [index, weight] of weights.entries()) {
    missing -= weight
    if (missing <= 0) return index
  }
  return values.length - 1
}

/**
 * E_c of the paper: sub-decoders to run for a class, all before the first whose mean gain is below `tau`.
 * @param row gains of the class in dB; need not fall
 * @returns 0 to the row's length
 */
export function exitDepth(row: readonly number[], tau: number): number {
  const first = row.findIndex(gain => gain < tau)
  return first === -1 ? row.length : first
}

/** Sub-decoders that a tile of this class runs under these controls. */
export function wantedDepth(gains: Gains, tileClass: number, controls: Controls): number {
  const row = gains[tileClass]!
  const depth = controls['depth']
  return depth === 'auto' ? exitDepth(row, Number(controls['tau'])) : Math.min(Number(depth), row.length)
}
