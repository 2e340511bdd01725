/** What trained networks say of a photo's blur: DeMoE's router its kind, AdaRevD's classifier how bad it is. Each only where its pack is there. */
import { RestillError } from '../../shared/errors.ts'
import { kinds } from '../engines/demoe/descriptor.ts'
import { DemoeGraphs } from '../engines/demoe/graphs.ts'
import { probabilities } from '../engines/demoe/routing.ts'
import type { EngineHost } from '../engines/engine.ts'
import { findPack } from '../packs/find.ts'
import { type Pack, readPackFile } from '../packs/read.ts'
import type { SessionCache, SessionLease } from '../runtime/sessions.ts'

/** Weights are held as 32-bit floats and packed once more. */
const weightTimes = 4
/** What an engine's graphs need. */
type Host = Pick<EngineHost, 'manifest' | 'graph'>

/** Float32 planar `[3, side, side]`. */
export interface Window { x: number, y: number, side: number, data: Float32Array }

/** Numbers for the fitted figures, and the pack that said so. */
interface KindOpinion { measures: Record<string, number> }
export interface ClassOpinion { pack: string, edgesDb: number[], classes: number[] }

/** Null where the engine has no usable pack. @throws RestillError CANCELLED */
export async function askRouter(windows: readonly Window[], folders: readonly string[], cache: SessionCache, signal: AbortSignal): Promise<KindOpinion | null> {
  const pack = await usable('demoe', folders)
  if (pack === null || windows.length === 0) return null
  return withHost(pack, cache, async (host) => {
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
  const pack = await usable('adarevd', folders)
  if (pack === null || windows.length === 0) return null
  return withHost(pack, cache, async (host) => {
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

/** A report is made with what is there: a pack that cannot be used is as none. */
async function usable(engine: string, folders: readonly string[]): Promise<Pack | null> {
  return findPack('', engine, folders).catch(() => null)
}

/** On the CPU, whose answers the figures were fitted with: windows are small. */
async function withHost<T>(pack: Pack, cache: SessionCache, work: (host: Host) => Promise<T>): Promise<T> {
  const leases: SessionLease[] = []
  try {
    return await work({
      manifest: pack.manifest,
      async graph(name) {
        const file = pack.manifest.graphs[name]?.file
        const facts = file === undefined ? undefined : pack.manifest.files[file]
        if (file === undefined || facts === undefined) throw new RestillError('PACK_INVALID', { detail: { file: pack.folder, reason: `it has no graph "${name}"` } })
        const lease = await cache.acquire({
          sha256: facts.sha256, bytes: () => readPackFile(pack, file), provider: 'cpu', dimensions: {}, cost: facts.bytes * weightTimes,
        })
        leases.push(lease)
        return lease.runner
      },
    })
  } finally {
    for (const lease of leases) lease.release()
  }
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new RestillError('CANCELLED')
}
