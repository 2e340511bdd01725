/** The tree at the left: folders as they lie on the disk, from the folders that were imported downward, and collections. */
import { basename, dirname, sep } from 'node:path'
import { z } from 'zod'
import { itemId } from '../../../shared/contract/items.ts'
import { type Collection, filterSchema, type Folder, sortSchema } from '../../../shared/contract/library.ts'
import { libraryWords } from '../../../shared/messages.en.ts'
import type { ItemsRepo } from '../catalog/items.repo.ts'
import type { Catalog } from '../catalog/open.ts'

export interface Tree { folders: Folder[], collections: Collection[] }

interface FolderRow { id: number, path: string, root: string, count: number, missing: number }

export class TreeCache {
  readonly #catalog: Catalog
  readonly #items: ItemsRepo
  #last: { revision: number, tree: Tree } | null = null

  constructor(catalog: Catalog, items: ItemsRepo) {
    this.#catalog = catalog
    this.#items = items
  }

  get(): Tree {
    const { tree: revision } = this.#items.revision()
    if (this.#last?.revision !== revision) this.#last = { revision, tree: readTree(this.#catalog) }
    return this.#last.tree
  }
}

function readTree(catalog: Catalog): Tree {
  const rows = catalog.db.prepare<[], FolderRow>(`
    SELECT folders.id, path, root, coalesce(counted.count, 0) AS count, coalesce(counted.missing, 0) AS missing FROM folders
    LEFT JOIN (SELECT folder_id, count(*) AS count, sum((state & 16) <> 0) AS missing FROM items WHERE removed = 0 GROUP BY folder_id) AS counted
      ON counted.folder_id = folders.id
  `).all()
  return { folders: folderTree(withAncestors(catalog, rows)), collections: [...builtIn(catalog), ...ownCollections(catalog)] }
}

/** Folders between a root and the photos below it hold none themselves: they get numbers here, when the tree is first read. */
function withAncestors(catalog: Catalog, rows: FolderRow[]): FolderRow[] {
  const known = new Map(rows.map((row) => [row.path, row]))
  const shown = new Map<string, FolderRow>()
  const missing = new Map<string, string>()
  for (const row of rows) {
    if (row.count === 0) continue
    shown.set(row.path, row)
    for (let path = row.path; isBelow(path, row.root) && path !== row.root;) {
      path = dirname(path)
      const parent = known.get(path)
      if (parent === undefined) missing.set(path, row.root)
      else shown.set(path, parent)
    }
  }
  if (missing.size > 0) {
    const add = catalog.db.prepare<[string, string], { id: number }>(
      'INSERT INTO folders (path, root) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET root = root RETURNING id')
    catalog.write(() => {
      for (const [path, root] of missing) shown.set(path, { id: add.get(path, root)?.id ?? 0, path, root, count: 0, missing: 0 })
    })
  }
  return [...shown.values()]
}

function folderTree(rows: FolderRow[]): Folder[] {
  const idOf = new Map(rows.map(({ path, id }) => [path, id]))
  const nearest = (path: string): number | null => {
    for (let at = dirname(path); ; at = dirname(at)) {
      const id = idOf.get(at)
      if (id !== undefined && at !== path) return id
      if (at === dirname(at)) return null
    }
  }
  return rows.sort((a, b) => a.path < b.path ? -1 : 1).map(({ id, path, count, missing }) => ({
    id, parent: nearest(path), name: basename(path) || path, path, count, missing: count > 0 && missing === count,
  }))
}

const isBelow = (path: string, root: string): boolean => path.startsWith(root.endsWith(sep) ? root : root + sep)

/** Numbers of the built-in smart collections. */
export const builtInIds = { worthFixing: -1, suspect: -2, failed: -3, recentlyAdded: -4, restored: -5 } as const
/** Below this gain in dB a restoration is not worth its time. */
const worthGain = 0.3
/** What was added with the newest photo: up to a day before it. */
const recentMs = 24 * 3600 * 1000

function builtIn(catalog: Catalog): Collection[] {
  const newest = catalog.db.prepare<[number], number | null>('SELECT max(added_ms) FROM items WHERE removed = 0 AND id < ?').pluck()
    .get(itemId('copy', 0)) ?? null
  const smart = (key: keyof typeof builtInIds, filter: z.input<typeof filterSchema>, sort: z.input<typeof sortSchema>): Collection => ({
    id: builtInIds[key], name: libraryWords[key], kind: 'smart', filter: filterSchema.parse(filter), sort: sortSchema.parse(sort), count: null,
  })
  const byCapture = { by: 'captured', descending: false } as const
  return [
    smart('worthFixing', { kinds: ['unknown', 'shake', 'defocus', 'moving', 'low-light'], minGain: worthGain }, { by: 'gain', descending: true }),
    smart('suspect', { states: ['suspect'] }, byCapture),
    smart('failed', { states: ['failed'] }, byCapture),
    smart('recentlyAdded', { addedFrom: newest === null ? null : newest - recentMs }, { by: 'added', descending: true }),
    smart('restored', { states: ['restored'] }, byCapture),
  ]
}

const json = z.string().nullable().transform((text): unknown => text === null ? null : JSON.parse(text))
const collectionRow = z.object({
  id: z.int(), name: z.string(), kind: z.enum(['manual', 'smart', 'quick']),
  filter: json.pipe(filterSchema.nullable().catch(null)), sort: json.pipe(sortSchema.nullable().catch(null)), count: z.int().nullable(),
})

function ownCollections(catalog: Catalog): Collection[] {
  return catalog.db.prepare(`
    SELECT id, name, kind, filter, sort, CASE kind WHEN 'smart' THEN NULL ELSE (
      SELECT count(*) FROM collection_items JOIN items ON items.id = item_id AND removed = 0 WHERE collection_id = collections.id) END AS count
    FROM collections ORDER BY kind <> 'quick', name COLLATE NOCASE, id
  `).all().map((row) => collectionRow.parse(row)).map((one) => one.kind === 'quick' ? { ...one, name: libraryWords.quickCollection } : one)
}
