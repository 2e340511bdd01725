/** One photo to one file, without the catalog: for evaluation and measurement. */
import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Guest } from '../../inference/client/client.ts'
import type { RestoreOutput } from '../../shared/guest.ts'
import { encodeSchema } from '../../shared/presets.ts'
import type { RestoreOnceRequest } from './work.ts'
import type { Chosen } from './packs.ts'

interface OnceParts {
  infer: Guest
  home: string
  packFolders: string[]
  choose(request: Pick<RestoreOnceRequest, 'engine' | 'pack'> & { controls: NonNullable<RestoreOnceRequest['controls']> }): Promise<Chosen>
}

/**
 * The target is replaced, whole or not at all. Its name says nothing about its format: `encode` does.
 * @throws RestillError whatever a restoration may throw
 */
export async function restoreOnce(parts: OnceParts, source: string, target: string, request: RestoreOnceRequest): Promise<RestoreOutput> {
  const { descriptor, pack, controls } = await parts.choose({
    engine: request.engine, controls: request.controls ?? {}, ...(request.pack === undefined ? {} : { pack: request.pack }),
  })
  const final = resolve(target)
  const temporary = join(dirname(final), `.restill-once-${process.pid}.part.${basename(final)}`)
  try {
    const made = await parts.infer.call('restore', {
      source: resolve(source), imageHash: null, engine: descriptor.id, pack: pack.id, packFolders: parts.packFolders, controls,
      strength: request.strength ?? 1, scale: request.scale ?? 'auto', providers: request.providers ?? [], tile: request.tile ?? null,
      output: { path: temporary, encode: encodeSchema.parse(request.encode ?? {}) }, master: null,
      comparisonEdge: request.comparisonEdge ?? 0, trust: request.trust ?? false, home: parts.home,
    }, {
      file: source, ...(request.signal === undefined ? {} : { signal: request.signal }),
      ...(request.onProgress === undefined ? {} : { onProgress: (progress) => { request.onProgress?.(progress) } }),
    })
    await rename(temporary, final)
    return made
  } finally {
    await rm(temporary, { force: true })
  }
}
