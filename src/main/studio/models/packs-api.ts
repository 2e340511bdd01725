/** Model packs as a person keeps them: looked at, checked, chosen, brought in, removed. Packs that ship cannot be removed. */
import { cp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, extname, join, resolve, sep } from 'node:path'
import { z } from 'zod'
import { RestillError } from '../../../shared/errors.ts'
import type { PackListing } from '../../../shared/pack.ts'
import type { SettingsRepo } from '../catalog/settings.repo.ts'
import { convert, findPython, type Conversion } from './convert.ts'

export interface ModelRow extends PackListing { builtIn: boolean, defaultForEngine: boolean }

export interface PacksApi {
  list(): Promise<ModelRow[]>
  /** Text of the pack's card. @throws RestillError PACK_MISSING */
  card(id: string): Promise<string>
  /** Reads and hashes every file anew. @throws RestillError PACK_MISSING */
  verify(id: string): Promise<PackListing>
  /** @throws RestillError PACK_MISSING, PACK_BUILT_IN */
  remove(id: string): Promise<void>
  setDefault(engine: string, id: string): Promise<void>
  /** Copies a pack folder into the studio's own. @throws RestillError PACK_INVALID, PACK_ALTERED, PACK_VERSION, OUTPUT_EXISTS */
  import(folder: string): Promise<PackListing>
  converter(): Promise<{ python: string | null, command: string }>
  checkpoints(folder: string): Promise<string[]>
  /** @throws RestillError CONVERSION_FAILED, USAGE, and what an import throws */
  convert(conversion: Conversion, signal?: AbortSignal): Promise<PackListing>
}

interface Parts {
  home: string
  settings: SettingsRepo
  /** All packs of these folders, every file hashed. */
  read: (folders: string[]) => Promise<PackListing[]>
  packFolders: string[]
}

const cardBytes = 1_000_000

export function packsApi({ home, settings, read, packFolders }: Parts): PacksApi {
  const own = join(home, 'models')
  const isOwn = (folder: string) => resolve(folder).startsWith(own + sep)
  const byId = async (id: string): Promise<PackListing> => {
    const found = (await read(packFolders)).find((pack) => pack.id === id)
    if (found === undefined) throw new RestillError('PACK_MISSING', { detail: { pack: id } })
    return found
  }
  const bringIn = async (folder: string): Promise<PackListing> => {
    const pack = (await read([folder])).find((each) => resolve(each.folder) === resolve(folder))
    if (pack === undefined) throw new RestillError('PACK_INVALID', { detail: { file: folder, reason: 'it holds no pack.json' } })
    if (pack.error !== null || !pack.verified) throw errorOf(pack)
    const target = join(own, pack.id)
    if (await stat(target).then(() => true, () => false)) throw new RestillError('OUTPUT_EXISTS', { detail: { file: target } })
    // Only what the manifest names, and the manifest: nothing else of the folder is any business of ours.
    const wanted = new Set(['pack.json', ...await filesOf(folder)])
    await cp(folder, target, { recursive: true, errorOnExist: true, force: false, filter: (path) => resolve(path) === resolve(folder) || wanted.has(basename(path)) })
    return { ...pack, folder: target }
  }
  return {
    list: async () => (await read(packFolders)).map((pack) => ({
      ...pack, builtIn: !isOwn(pack.folder), defaultForEngine: settings.get(`pack:${pack.engine}`, z.string()) === pack.id,
    })),
    card: async (id) => {
      const { folder } = await byId(id)
      const text = await readFile(join(folder, 'card.md'), 'utf8').catch(() => '')
      return text.slice(0, cardBytes)
    },
    verify: byId,
    remove: async (id) => {
      const { folder } = await byId(id)
      if (!isOwn(folder)) throw new RestillError('PACK_BUILT_IN', { detail: { pack: id } })
      await rm(folder, { recursive: true })
    },
    setDefault: async (engine, id) => {
      const pack = await byId(id)
      if (pack.engine !== engine) throw new RestillError('PACK_MISSING', { detail: { pack: `${id} for the engine ${engine}` } })
      settings.set(`pack:${engine}`, id)
    },
    import: bringIn,
    converter: async () => ({ python: await findPython(), command: `python -m restill_training convert --engine ENGINE CHECKPOINT.pth --out ${join(own, 'NAME')} --accept-licence` }),
    checkpoints: async (folder) => (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isFile() && ['.pth', '.pt', '.ckpt'].includes(extname(entry.name).toLowerCase())).map(({ name }) => name).sort(),
    convert: async (conversion, signal) => {
      const made = await convert(conversion, home, signal)
      try {
        return await bringIn(made)
      } finally {
        await rm(made, { recursive: true, force: true })
      }
    },
  }
}

const manifestSchema = z.object({ files: z.record(z.string(), z.unknown()) })

async function filesOf(folder: string): Promise<string[]> {
  return Object.keys(manifestSchema.parse(JSON.parse(await readFile(join(folder, 'pack.json'), 'utf8'))).files)
}

function errorOf(pack: PackListing): RestillError {
  const code = (['PACK_ALTERED', 'PACK_VERSION'] as const).find((each) => each === pack.error?.code) ?? 'PACK_INVALID'
  return new RestillError(code, { detail: { file: pack.folder, pack: pack.id, reason: pack.error?.message ?? '' } })
}
