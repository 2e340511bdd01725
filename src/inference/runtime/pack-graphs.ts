/** Single graphs of a pack for what is no restoration: judging and measuring, on small windows. */
import { RestillError } from '../../shared/errors.ts'
import type { EngineHost } from '../engines/engine.ts'
import { findPack } from '../packs/find.ts'
import { type Pack, readPackFile } from '../packs/read.ts'
import type { SessionCache, SessionLease } from './sessions.ts'

/** Weights are held as 32-bit floats and packed once more. */
const weightTimes = 4

/** The engine's pack, null where there is none that can be used: what is measured with it is then left out. */
export async function usablePack(engine: string, folders: readonly string[]): Promise<Pack | null> {
  return findPack('', engine, folders).catch(() => null)
}

/** On the CPU, so that figures are the same on every device: windows are small. @throws RestillError PACK_INVALID for a graph that the pack lacks */
export async function withPack<T>(pack: Pack, cache: SessionCache, work: (host: Pick<EngineHost, 'manifest' | 'graph'>) => Promise<T>): Promise<T> {
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
