/**
 * Writes what a person said of photos (stars, label, title, caption, keywords) beside them: `name.ext.xmp`, which other programs read.
 * Photos themselves are never touched. Only what differs from what the file says already is written, into what is there already.
 */
import { randomUUID } from 'node:crypto'
import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Item, itemOf, labels } from '../../../shared/contract/items.ts'
import { RestillError } from '../../../shared/errors.ts'
import type { Catalog } from '../catalog/open.ts'
import type { ItemsRepo } from '../catalog/items.repo.ts'
import type { Photo } from '../catalog/photo.ts'
import type { PhotosRepo } from '../catalog/photos.repo.ts'
import { sidecarIndex } from './sidecars.ts'
import { decodeXmp, parseXmp } from './xmp.ts'
import { mergeXmp, type XmpWords } from './xmp-write.ts'

export interface SavedSidecars { written: number, failed: { path: string, error: RestillError }[] }

interface Stores { catalog: Catalog, photos: PhotosRepo, items: ItemsRepo }
type Said = Pick<Photo, 'rating' | 'label' | 'title' | 'caption' | 'keywords'>

const labelTexts = labels.map((label) => label === 'none' ? null : label[0]!.toUpperCase() + label.slice(1))

/** Virtual copies have no file of their own and are passed by. */
export async function saveSidecars(stores: Stores, ids: readonly number[]): Promise<SavedSidecars> {
  const saved: SavedSidecars = { written: 0, failed: [] }
  for (const item of stores.items.byIds(ids)) {
    const path = stores.items.pathOf(item.id)
    if (path === null || itemOf(item.id).kind === 'copy') continue
    try {
      if (await saveOne(stores, item, path)) saved.written++
    } catch (cause) {
      const reason = cause instanceof Error ? (cause as NodeJS.ErrnoException).code ?? cause.message : String(cause)
      const error = cause instanceof RestillError ? cause : new RestillError('SIDECAR_FAILED', { detail: { file: sidecarOf(path), reason }, cause })
      saved.failed.push({ path, error })
    }
  }
  return saved
}

/** True when something was to be written. */
async function saveOne({ catalog, photos, items }: Stores, item: Item, path: string): Promise<boolean> {
  const photo = photos.byId(items.photoOf(item.id) ?? 0)
  const texts = items.textsOf(item.id)
  const before = photo ?? { rating: null, label: null, title: null, caption: null, keywords: [] }
  const now: Said = {
    rating: ratingOf(item, before.rating), label: labelOf(item, before.label),
    title: texts.title, caption: texts.caption, keywords: texts.keywords,
  }
  const sidecar = await ownSidecar(path)
  const packet = await readFile(sidecar).then(decodeXmp, (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  })
  const words = wordsToWrite(before, now, packet)
  if (Object.keys(words).length === 0) return false
  await replace(sidecar, mergeXmp(packet, words))
  if (itemOf(item.id).kind !== 'original') return true
  const { stamp } = await sidecarIndex(dirname(path), await readdir(dirname(path))).of(basename(path))
  // The file says it now as well: reading it again brings nothing new.
  catalog.write(() => { photos.noteSidecar(item.id, { ...now, sidecars: stamp }) })
  return true
}

/** What the file says otherwise, and what an older sidecar of ours says otherwise. */
function wordsToWrite(before: Said, now: Said, packet: string | null): XmpWords {
  const known = packet === null ? {} : parseXmp(packet)
  const differs = (key: keyof Said): boolean =>
    JSON.stringify(now[key]) !== JSON.stringify(before[key]) || (known[key] !== undefined && JSON.stringify(now[key]) !== JSON.stringify(known[key]))
  return {
    ...differs('rating') ? { rating: now.rating } : {}, ...differs('label') ? { label: now.label } : {},
    ...differs('title') ? { title: now.title } : {}, ...differs('caption') ? { caption: now.caption } : {},
    ...differs('keywords') ? { keywords: now.keywords } : {},
  }
}

/** A rejected photo is -1; one that never had a star keeps having none. */
function ratingOf({ flag, stars }: Item, before: number | null): number | null {
  if (flag === 'reject') return -1
  return stars === 0 && before === null ? null : stars
}

/** A label in another language stays as it was written. */
function labelOf({ label }: Item, before: string | null): string | null {
  const text = labelTexts[labels.indexOf(label)] ?? null
  if (before === null || text === null) return label === 'none' && before !== null && !labelTexts.includes(titleCase(before)) ? before : text
  return before.toLowerCase() === text.toLowerCase() ? before : text
}

const titleCase = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase()
const sidecarOf = (path: string): string => `${path}.xmp`

/** Its own sidecar under whatever case its ending has; where there is none, the name of the one to be. */
async function ownSidecar(path: string): Promise<string> {
  const name = basename(path)
  const found = (await readdir(dirname(path))).find((entry) => entry.toLowerCase().endsWith('.xmp') && entry.slice(0, -4) === name)
  return found === undefined ? sidecarOf(path) : join(dirname(path), found)
}

/** Whole or not at all. */
async function replace(file: string, text: string): Promise<void> {
  const temporary = join(dirname(file), `.restill-${randomUUID()}.part.xmp`)
  try {
    const handle = await open(temporary, 'wx')
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } finally {
    await rm(temporary, { force: true })
  }
}
