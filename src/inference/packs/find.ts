/** Finds packs: a folder with `pack.json`, or folders of such folders. */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { asRestillError, explain, RestillError } from '../../shared/errors.ts'
import type { PackListing } from '../../shared/pack.ts'
import { engineById } from '../engines/registry.ts'
import { type Pack, readPack, verifyPack } from './read.ts'

/** Every pack below the folders, checked, with the reason where one cannot be used. A folder that is not there holds none. */
export async function listPacks(folders: readonly string[]): Promise<PackListing[]> {
  return Promise.all((await packFolders(folders)).map(listing))
}

/**
 * The pack of an engine by its id, its files checked; where two have the same id, the first that can be used.
 * An empty id means the engine's first usable pack.
 * @throws RestillError PACK_MISSING, or what is wrong with the only pack of that id
 */
export async function findPack(id: string, engine: string, folders: readonly string[]): Promise<Pack> {
  let problem: RestillError | undefined
  for (const folder of await packFolders(folders)) {
    try {
      const pack = await readPack(folder)
      if (id === '' ? pack.manifest.engine !== engine : pack.manifest.id !== id) continue
      if (pack.manifest.engine !== engine) {
        throw new RestillError('PACK_INVALID', { detail: { file: folder, reason: `it is made for the engine ${pack.manifest.engine}, not for ${engine}` } })
      }
      engineById(engine).checkPack(pack.manifest, folder)
      await verifyPack(pack)
      return pack
    } catch (thrown) {
      if (basename(folder) === id || id === '' || !isUnreadable(thrown)) problem ??= asRestillError(thrown)
    }
  }
  throw problem ?? new RestillError('PACK_MISSING', { detail: { pack: id || `for the engine ${engine}` } })
}

/** True where the manifest itself could not be read, so that it is not known whose pack it is. */
function isUnreadable(thrown: unknown): boolean {
  return thrown instanceof RestillError && String(thrown.detail['file']).endsWith('pack.json')
}

async function packFolders(folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(folders.map(async folder => {
    const names = await readdir(folder).catch(() => [])
    const places = [folder, ...names.sort().map(name => join(folder, name))]
    const isPack = await Promise.all(places.map(place => isFile(join(place, 'pack.json'))))
    return places.filter((_, index) => isPack[index])
  }))
  return [...new Set(found.flat())]
}

async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null))?.isFile() ?? false
}

async function listing(folder: string): Promise<PackListing> {
  let pack: Pack | undefined
  try {
    pack = await readPack(folder)
    engineById(pack.manifest.engine).checkPack(pack.manifest, folder)
    await verifyPack(pack)
    return { ...described(folder, pack), verified: true, error: null }
  } catch (thrown) {
    const { code, message, hint } = explain(thrown)
    return { ...described(folder, pack), verified: false, error: { code, message, hint } }
  }
}

function described(folder: string, pack: Pack | undefined): Omit<PackListing, 'verified' | 'error'> {
  if (pack === undefined) return { folder, id: basename(folder), engine: '', version: '', title: basename(folder), licence: '', bytes: 0, hash: '' }
  const { id, engine, version, title, licence, files } = pack.manifest
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0)
  return { folder, id, engine, version, title, licence, bytes, hash: pack.hash }
}
