/** One pass over latents in windows, so that the network always sees what it was trained on, and no tile is too large for it. */
import { z } from 'zod'
import { RestillError } from '../../shared/errors.ts'
import type { PackManifest } from '../../shared/pack.ts'
import { planTiles, spanWeights } from '../runtime/tiles.ts'
import type { GraphTensor } from './engine.ts'

const ruleSchema = z.strictObject({
  /** Pixels to one latent, along a side. */
  reduction: z.int().positive(),
  /** Side of a window and what neighbours share, in latents. */
  window: z.int().positive(),
  overlap: z.int().nonnegative(),
  channels: z.int().positive().optional(),
})
export type LatentRule = z.infer<typeof ruleSchema>

/** The pack's table `latent`. @throws RestillError PACK_INVALID */
export function latentRule(manifest: PackManifest, folder: string): LatentRule {
  const invalid = (reason: string) => new RestillError('PACK_INVALID', { detail: { file: folder, reason } })
  const parsed = ruleSchema.safeParse(manifest.tables['latent'])
  if (!parsed.success) throw invalid('its table "latent" wants reduction, window and overlap')
  const rule = parsed.data
  const multiple = manifest.size.multipleOf / rule.reduction
  if (!Number.isInteger(multiple) || rule.window % multiple !== 0) throw invalid('the window of its latents does not fit the multiple of its pictures')
  if (rule.overlap > rule.window / 2) throw invalid('its windows of latents overlap by more than half')
  return rule
}

/**
 * Sends `tensors` through `run` in windows and joins the answers with raised-cosine weights.
 * @param tensors  float32 `[1, channels, height, width]`, one at least; all of one height and width, multiples of `multiple`
 * @param multiple of latents that `run` takes
 * @param run      answers windows, in the order of `tensors`, with one of the first one's size
 */
export async function inWindows(
  tensors: readonly GraphTensor[], rule: LatentRule, multiple: number, run: (windows: readonly GraphTensor[]) => Promise<GraphTensor>,
): Promise<GraphTensor> {
  const [first] = tensors
  const [, , height = 0, width = 0] = first!.dims
  const plan = planTiles(width, height, { multipleOf: multiple, window: rule.window, overlap: rule.overlap })
  if (plan.rows.length === 1 && plan.columns.length === 1) return run(tensors)
  const total = new Float32Array(first!.data.length)
  for (const row of plan.rows) {
    const down = spanWeights(row)
    for (const column of plan.columns) {
      const across = spanWeights(column)
      const area: Area = { left: column.start, top: row.start, width: column.end - column.start, height: row.end - row.start }
      const { data } = await run(tensors.map(tensor => cut(tensor, area)))
      for (const { y, inside, outside } of linesOf(first!, area)) {
        for (let x = 0; x < area.width; x++) total[outside + x]! += data[inside + x]! * down[y]! * across[x]!
      }
    }
  }
  return { data: total, dims: first!.dims }
}

interface Area { left: number, top: number, width: number, height: number }

function cut(tensor: GraphTensor, area: Area): GraphTensor {
  const [, channels = 0] = tensor.dims
  const data = new Float32Array(channels * area.height * area.width)
  for (const { inside, outside } of linesOf(tensor, area)) data.set(tensor.data.subarray(outside, outside + area.width), inside)
  return { data, dims: [1, channels, area.height, area.width] }
}

/** Rows of all channels of an area: where each begins in the area's data and in the tensor's. */
function* linesOf({ dims: [, channels = 0, height = 0, width = 0] }: GraphTensor, area: Area): Generator<{ y: number, inside: number, outside: number }> {
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < area.height; y++) {
      yield { y, inside: (channel * area.height + y) * area.width, outside: (channel * height + area.top + y) * width + area.left }
    }
  }
}
