/** What trained networks say of a photo's blur: DeMoE's router its kind, AdaRevD's classifier how bad it is. Each only where its pack is there. */
import { RestillError } from '../../shared/errors.ts'
import { kinds } from '../engines/demoe/descriptor.ts'
import { DemoeGraphs } from '../engines/demoe/graphs.ts'
import { probabilities } from '../engines/demoe/routing.ts'
import type { Pack } from '../packs/read.ts'
import { usablePack, withPack } from '../runtime/pack-graphs.ts'
import type { SessionCache } from '../runtime/sessions.ts'

/** Float32 planar `[3, side, side]`. */
export interface Window { x: number, y: number, side: number, data: Float32Array }

/** Numbers for the fitted figures, and the pack that said so. */
interface KindOpinion { measures: Record<string, number> }
export interface ClassOpinion { pack: string, edgesDb: number[], classes: number[] }

/** Null where the engine has no usable pack. @throws RestillError CANCELLED */
export async function askRouter(windows: readonly Window[], folders: readonly string[], cache: SessionCache, signal: AbortSignal): Promise<KindOpinion | null> {
  const pack = await usablePack('demoe', folders)
  if (pack === null || windows.length === 0) return null
  return withPack(pack, cache, async (host) => {
    const graphs = new DemoeGraphs(host)
    const order = host.manifest.tables['experts'] as string[]
    const logits: number[][] = []
    for (const { data, side } of windows) {
      stopIf(signal)
      const window = { data, width: side, height: side }
      const said = await graphs.logits(window, await graphs.encode(window))
      logits.push(kinds.map(({ id }) => said[order.indexOf(id)]!))
    }
    const mean = kinds.map((_, index) => logits.reduce((sum, each) => sum + each[index]!, 0) / logits.length)
    const middle = mean.reduce((sum, value) => sum + value, 0) / mean.length
    const likely = logits.map(probabilities)
    const measures: Record<string, number> = {}
    for (const [index, { id }] of kinds.entries()) {
      measures[`router.${id}`] = mean[index]! - middle
      measures[`router.${id}.most`] = Math.max(...likely.map(each => each[index]!))
    }
    return { measures }
  })
}

/** Class of every window, 0 the worst; null where the engine has no usable pack. @throws RestillError CANCELLED */
export async function askClassifier(windows: readonly Window[], folders: readonly string[], cache: SessionCache, signal: AbortSignal): Promise<ClassOpinion | null> {
  const pack = await usablePack('adarevd', folders)
  if (pack === null || windows.length === 0) return null
  return withPack(pack, cache, async (host) => {
    const [encoder, classifier] = [await host.graph('encoder'), await host.graph('classifier')]
    const classes: number[] = []
    for (const { data, side } of windows) {
      stopIf(signal)
      const { feature } = await encoder.run({ image: { data, dims: [1, 3, side, side] } })
      if (feature === undefined) return null
      const { logits } = await classifier.run({ feature })
      if (logits === undefined) return null
      classes.push(logits.data.indexOf(Math.max(...logits.data)))
    }
    return { pack: pack.manifest.id, edgesDb: edgesOf(pack), classes }
  })
}

function edgesOf(pack: Pack): number[] {
  const table = pack.manifest.tables['exits'] as { classEdgesDb: number[] }
  return table.classEdgesDb
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new RestillError('CANCELLED')
}
