/** One pass over latents in windows, so that the network always sees what it was trained on, and no tile is too large for it. */
import { z } from 'zod'
import { RestillError } from '../../../shared/errors.ts'
import type { PackManifest } from '../../../shared/pack.ts'
import { planTiles, spanWeights } from '../../runtime/tiles.ts'
import type { GraphTensor } from '../engine.ts'

const ruleSchema = z.strictObject({
  /** Pixels to one latent, along a side. */
  reduction: z.int().positive(),
  /** Side of a window and what neighbours share, in latents. */
  window: z.int().positive(),
  overlap: z.int().nonnegative(),
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
 * Sends `latent` through `run` in windows and joins the answers with raised-cosine weights.
 * @param latent   float32 `[1, channels, height, width]`, sides multiples of `multiple`
 * @param multiple of latents that `run` takes
 * @param run      answers a window with one of its size
 */
export async function inWindows(latent: GraphTensor, rule: LatentRule, multiple: number, run: (window: GraphTensor) => Promise<GraphTensor>): Promise<GraphTensor> {
  const [, channels = 0, height = 0, width = 0] = latent.dims
  const plan = planTiles(width, height, { multipleOf: multiple, window: rule.window, overlap: rule.overlap })
  if (plan.rows.length === 1 && plan.columns.length === 1) return run(latent)
  const total = new Float32Array(latent.data.length)
  for (const row of plan.rows) {
    const down = spanWeights(row)
    for (const column of plan.columns) {
      const across = spanWeights(column)
      const size = { height: row.end - row.start, width: column.end - column.start }
      const window = new Float32Array(channels * size.height * size.width)
      const lines = Array.from({ length: channels * size.height }, (_, line) => {
        const [channel, y] = [Math.floor(line / size.height), line % size.height]
        return { y, inside: line * size.width, outside: (channel * height + row.start + y) * width + column.start }
      })
      for (const { inside, outside } of lines) window.set(latent.data.subarray(outside, outside + size.width), inside)
      const { data } = await run({ data: window, dims: [1, channels, size.height, size.width] })
      for (const { y, inside, outside } of lines) {
        for (let x = 0; x < size.width; x++) total[outside + x]! += data[inside + x]! * down[y]! * across[x]!
      }
    }
  }
  return { data: total, dims: latent.dims }
}
