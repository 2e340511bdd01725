/** Opens an engine on one device for tiles of one size, its graphs from the session cache. */
import { z } from 'zod'
import { choiceName } from '../../shared/edge.ts'
import { RestillError } from '../../shared/errors.ts'
import type { PackManifest } from '../../shared/pack.ts'
import type { ProviderName } from '../../shared/guest.ts'
import type { Engine, EngineSession, GraphRunner } from '../engines/engine.ts'
import { edgeTableOf, joinedGraph } from '../optimise/table.ts'
import { type Pack, readPackFile } from '../packs/read.ts'
import type { SessionCache, SessionLease } from './sessions.ts'
import type { TileRule } from './tiles.ts'

/** What one activation of the widest layer is reckoned at, channels: a bound for mini networks, an estimate for large ones. */
const reckonedChannels = 64
/** Weights are stored as 16-bit floats, held as 32-bit ones, and packed once more for the convolutions. */
const weightTimes = 4

/**
 * @param provider the device; rejects with what ONNX Runtime says where a graph cannot be loaded on it
 * @param onRun    called with every run of a graph
 */
export async function openEngine(
  engine: Engine, pack: Pack, cache: SessionCache, provider: ProviderName, tileWidth: number, tileHeight: number, onRun?: () => void,
): Promise<EngineSession> {
  const leases: SessionLease[] = []
  const release = () => { for (const lease of leases) lease.release() }
  try {
    const open = async (name: string, sha256: string, fileBytes: number, bytes: () => Promise<Uint8Array>) => {
      const lease = await cache.acquire({
        sha256, bytes, provider, dimensions: freeDimensions(pack.manifest, name, tileWidth, tileHeight),
        cost: fileBytes * weightTimes + tileWidth * tileHeight * 4 * reckonedChannels,
      })
      leases.push(lease)
      return {
        run(inputs: Parameters<GraphRunner['run']>[0]) {
          onRun?.()
          return lease.runner.run(inputs)
        },
      }
    }
    const fileOf = (name: string) => {
      const file = pack.manifest.graphs[name]?.file
      const facts = file === undefined ? undefined : pack.manifest.files[file]
      if (file === undefined || facts === undefined) throw new Error(`the pack has no graph ${name}`)
      return { file, facts }
    }
    const session = await engine.openSession({
      manifest: pack.manifest,
      graph(name) {
        const { file, facts } = fileOf(name)
        return open(name, facts.sha256, facts.bytes, () => readPackFile(pack, file))
      },
      joined(choice) {
        const { facts } = fileOf('restore')
        const table = edgeTableOf(pack.manifest, pack.folder)
        if (table === null) throw new RestillError('PACK_NOT_EDGE', { detail: { pack: pack.manifest.id } })
        return open('restore', `${pack.hash} ${choiceName(choice)}`, facts.bytes, () => joinedGraph(pack, table, choice))
      },
    })
    return {
      survey: session.survey.bind(session), open: session.open.bind(session), render: session.render.bind(session),
      async dispose() {
        await session.dispose()
        release()
      },
    }
  } catch (thrown) {
    release()
    throw thrown
  }
}

/** Tile rule of a pack: a side that the graph itself fixes goes before the manifest's window and before what a user asked for. */
export function tileRule(manifest: PackManifest, graph: string, asked: number | null): TileRule & { fixed: boolean } {
  const side = manifest.graphs[graph]?.inputs[0]?.shape[3]
  const { multipleOf, window, overlap } = manifest.size
  if (typeof side === 'number') return { multipleOf: side, window: side, overlap, fixed: true }
  const grid = noiseGrid(manifest)
  return { multipleOf, window: Math.max(multipleOf, asked ?? window), overlap, fixed: false, ...(grid === null ? {} : { grid }) }
}

const reduction = z.object({ reduction: z.int().positive() })

/** A sampler draws its noise on one grid of latents over the photo: between two of them a tile would see other noise than its neighbour. Null without one. */
function noiseGrid({ tables }: PackManifest): number | null {
  const latent = reduction.safeParse(tables['latent'])
  return tables['sampler'] === undefined || !latent.success ? null : latent.data.reduction
}

/**
 * Sizes of a graph whose first input is a whole tile, [batch, channels, height, width] by these names: full tiles get a session of their own whose
 * memory is planned once; the odd shapes of photos smaller than a tile share one with free sizes. Sides by other names (features, windows) stay free.
 */
function freeDimensions(manifest: PackManifest, graph: string, width: number, height: number): Record<string, number> {
  if (width !== height) return {}
  const [, , rows, columns] = manifest.graphs[graph]?.inputs[0]?.shape ?? []
  return rows === 'height' && columns === 'width' ? { height, width } : {}
}
