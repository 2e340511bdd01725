/** The library as the doors see it: reading, marking, sorting into collections, taking back. One object, made from the parts behind it. */
import type { Guest } from '../../../inference/client/client.ts'
import type { Item } from '../../../shared/contract/items.ts'
import type { Details } from '../../../shared/contract/library.ts'
import { ItemsRepo } from '../catalog/items.repo.ts'
import type { Catalog } from '../catalog/open.ts'
import { matchExpression } from '../catalog/photo-query.ts'
import type { Photo } from '../catalog/photo.ts'
import type { PhotosRepo } from '../catalog/photos.repo.ts'
import type { Previews } from '../catalog/previews.ts'
import type { ResultsRepo } from '../jobs/results.repo.ts'
import type { Picture } from '../picture.ts'
import { changesSince, type LibraryChange } from './changes.ts'
import { Collections } from './collections.ts'
import { Copies } from './copies.ts'
import { describe, keywordCounts, type Words } from './describe.ts'
import { detailsOf } from './details.ts'
import { IndexCache } from './index-columns.ts'
import { Journal } from './journal.ts'
import { type Change, mark, type Marks } from './marks.ts'
import { ItemPictures } from './pictures.ts'
import { rename } from './rename.ts'
import { bringSamples } from './samples.ts'
import { type SavedSidecars, saveSidecars } from './save-sidecars.ts'
import { StackKeeper } from './stacks.ts'
import { type Tree, TreeCache } from './tree.ts'

export interface LibraryApi {
  /** The whole library in columns, for `unpackIndex`. */
  index(): Uint8Array<ArrayBuffer>
  /** From a revision on, until `signal` aborts; changes of other processes too. */
  changes(since: number, signal: AbortSignal): AsyncGenerator<LibraryChange>
  tree(): Tree
  /** Items whose name, title, caption and keywords have words that begin like those of `text`. */
  search(text: string): number[]
  names(ids: readonly number[]): { id: number, name: string }[]
  item(id: number): Item | null
  details(id: number): Promise<Details>
  /** The photo of an original or of a virtual copy, and the one that a result was made from; null where there is none. */
  photoOf(id: number): Photo | null
  /** Where an item's file lies; null for unknown items. */
  pathOf(id: number): string | null
  keywords(): { keyword: string, count: number }[]

  mark(ids: readonly number[], marks: Marks): Change
  describe(ids: readonly number[], words: Words): Change
  stack(ids: readonly number[]): Change
  unstack(ids: readonly number[]): Change
  copy(ids: readonly number[]): { ids: number[], undo: string | null }
  /** Out of the catalog; files are left. */
  remove(ids: readonly number[]): Change
  rename(id: number, name: string): Change
  readonly collections: Pick<Collections, 'members' | 'save' | 'remove' | 'collect'>
  /** Takes the last change back. Returns what it was called, null when there is none. */
  undo(): string | null
  redo(): string | null

  saveSidecars(ids: readonly number[]): Promise<SavedSidecars>
  /** The folder of the samples, made when it is missing. */
  samples(): Promise<string>
  /** See `ItemPictures`. */
  thumbnail(id: number, signal?: AbortSignal): Promise<Picture | null>
  /** JPEGs of the thumbnails that need no making, in the order of `ids`; null for the others. */
  keptThumbnails(ids: readonly number[]): (Uint8Array | null)[]
  preview(id: number, signal?: AbortSignal): Promise<Picture | null>
}

export interface LibraryParts { catalog: Catalog, photos: PhotosRepo, results: ResultsRepo, previews: Previews, pixels: Guest, home: string }

export function libraryApi({ catalog, photos, results, previews, pixels, home }: LibraryParts): LibraryApi {
  const items = new ItemsRepo(catalog)
  const index = new IndexCache(catalog, items)
  const tree = new TreeCache(catalog, items)
  const journal = new Journal(catalog)
  const pictures = new ItemPictures(catalog, previews, pixels)
  const stacks = new StackKeeper(catalog, journal)
  const copies = new Copies(catalog, journal, stacks)
  copies.purge()
  return {
    index: () => index.get(),
    changes: (since, signal) => changesSince(catalog, items, since, signal),
    tree: () => tree.get(),
    search: (text) => {
      const match = matchExpression(text)
      return match === '' ? [] : items.search(match)
    },
    names: (ids) => items.names(ids),
    item: (id) => items.byId(id),
    details: (id) => detailsOf({ catalog, items, photos, results, pictures }, id),
    photoOf: (id) => photos.byId(items.photoOf(id) ?? 0),
    pathOf: (id) => items.pathOf(id),
    keywords: () => keywordCounts(catalog),
    mark: (ids, marks) => mark(journal, ids, marks),
    describe: (ids, words) => describe(catalog, journal, ids, words),
    stack: (ids) => stacks.stack(ids),
    unstack: (ids) => stacks.unstack(ids),
    copy: (ids) => copies.copy(ids),
    remove: (ids) => copies.remove(ids),
    rename: (id, name) => rename(catalog, journal, id, name),
    collections: new Collections(catalog, journal),
    undo: () => journal.undo(),
    redo: () => journal.redo(),
    saveSidecars: (ids) => saveSidecars({ catalog, photos, items }, ids),
    samples: () => bringSamples(home),
    thumbnail: (id, signal) => pictures.thumbnail(id, signal),
    keptThumbnails: (ids) => ids.map((id) => pictures.keptThumbnail(id)),
    preview: (id, signal) => pictures.preview(id, signal),
  }
}
