/** The library as the window holds it: index, scope, filter, sort, and the order that follows from them. */
import { firstSort, noFilter } from '../../shared/contract/first-question.ts'
import { sorts } from '../../shared/contract/item-words.ts'
import type { Item } from '../../shared/contract/items.ts'
import type { Collection, Filter, Folder, Sort } from '../../shared/contract/library.ts'
import { client } from '../client/client.ts'
import { explainError, type Explained } from '../client/errors.ts'
import { fetchIndex } from '../client/library-index.ts'
import { orderOf, usualSort } from './orders.ts'
import { createPatient, firstPhotosShown, photosFirst } from './photos-first.ts'
import { editionOf, run, type Query, type Shown } from './query.ts'
import { useSelection } from './selection.ts'
import { applyItems, emptyTable, tableOf, type Table } from './table.ts'
import { showError } from './toasts.ts'

export type Scope = { kind: 'all' } | { kind: 'folder', id: number } | { kind: 'collection', id: number }

interface LibraryState extends Shown {
  status: 'loading' | 'ready' | 'failed'
  failure: Explained | null
  table: Table
  /** Grows whenever the table or the order changes. */
  revision: number
  /** Of the studio: `library.changes` goes on from it. */
  studioRevision: number
  folders: readonly Folder[]
  collections: readonly Collection[]
  scope: Scope
  filter: Filter
  sort: Sort
  members: readonly number[] | null
  found: readonly number[] | null
  unfolded: ReadonlySet<number>
  load: () => Promise<void>
  loadTree: () => Promise<void>
  setScope: (scope: Scope) => void
  setFilter: (patch: Partial<Filter>) => void
  setSort: (sort: Sort) => void
  setUnfolded: (tops: ReadonlySet<number>) => void
  patch: (items: readonly Item[], removed: readonly number[], studioRevision: number) => void
  /** After the columns were changed in place. */
  touch: () => void
}

/** Milliseconds of quiet before names that came in are put in order. */
const settle = 1500
/** Milliseconds of rest that an order may be worked out in. */
const longRest = 30
let reload: ReturnType<typeof setTimeout> | undefined
let frame = 0
/** What the order that is shown hung on. */
let answered = ''

export const useLibrary = createPatient<LibraryState>((set, get) => {
  /** @param question what is asked from now on, with what it needs */
  const query = (question: Partial<LibraryState> = {}): void => {
    photosFirst(() => {
      const before = get()
      const { active } = useSelection.getState()
      const asked = queryOf({ ...before, ...question })
      answered = editionOf(before.table, asked)
      set({ ...question, ...run(before.table, asked), revision: before.revision + 1 })
      keepSelection({ active, places: before.places, rows: before.table.rows })
    })
  }
  /** After values changed: the order is worked out anew only if it hangs on them. */
  const refresh = (): void => {
    const { table, revision } = get()
    if (answered === editionOf(table, queryOf(get()))) set({ revision: revision + 1 })
    else query()
  }
  const later = (): void => {
    if (frame !== 0) return
    frame = requestAnimationFrame(() => {
      frame = 0
      refresh()
    })
  }
  return {
    status: 'loading', failure: null, table: emptyTable(), revision: 0, studioRevision: 0, order: new Int32Array(0), places: new Int32Array(0), stackSizes: new Uint16Array(0), total: 0,
    folders: [], collections: [], scope: { kind: 'all' }, filter: noFilter, sort: firstSort, members: null, found: null, unfolded: new Set(),

    load: async () => {
      get().loadTree().catch(showError)
      try {
        const { columns, cameras, lenses, revision } = await fetchIndex()
        set({ table: tableOf(columns, cameras, lenses), studioRevision: revision, status: 'ready', failure: null })
        query()
        workAhead()
        const first = idAt(0)
        if (first === null) firstPhotosShown()
        else if (useSelection.getState().active === null) useSelection.getState().only(first)
      } catch (thrown) {
        if (get().status === 'ready') showError(thrown)
        else set({ status: 'failed', failure: explainError(thrown) })
      }
    },
    loadTree: async () => {
      const told = await client.library.tree({})
      const folders = unlessSame(get().folders, told.folders)
      const collections = unlessSame(get().collections, told.collections)
      set({ folders, collections })
      const { scope } = get()
      const gone = scope.kind === 'folder' ? !folders.some(({ id }) => id === scope.id) : scope.kind === 'collection' && !collections.some(({ id }) => id === scope.id)
      if (gone) get().setScope({ kind: 'all' })
      else if (scope.kind === 'collection') await loadMembers(scope.id)
      if (get().status === 'ready' && scope.kind !== 'all') query()
    },
    setScope: (scope) => {
      const collection = scope.kind === 'collection' ? get().collections.find(({ id }) => id === scope.id) : undefined
      const manual = collection !== undefined && collection.kind !== 'smart'
      query({ scope, members: manual ? [] : null, sort: collection?.sort ?? (get().sort.by === 'custom' ? firstSort : get().sort) })
      if (manual) loadMembers(collection.id).then(() => query(), showError)
    },
    setFilter: (patch) => {
      const filter = { ...get().filter, ...patch }
      if (filter.text === get().filter.text) return query({ filter })
      if (filter.text.trim() === '') return query({ filter, found: null })
      set({ filter })
      client.library.search({ text: filter.text }).then(({ ids }) => {
        if (get().filter.text === filter.text) query({ found: ids })
      }, showError)
    },
    setSort: (sort) => query({ sort }),
    setUnfolded: (unfolded) => query({ unfolded }),
    patch: (items, removed, studioRevision) => {
      if (applyItems(get().table, items, removed)) {
        clearTimeout(reload)
        reload = setTimeout(() => void get().load(), settle)
      }
      set({ studioRevision })
      later()
    },
    touch: refresh,
  }

  async function loadMembers(collection: number): Promise<void> {
    const found = get().collections.find(({ id }) => id === collection)
    if (found === undefined || found.kind === 'smart') return
    const { ids } = await client.library.members({ collection })
    const { scope } = get()
    if (scope.kind === 'collection' && scope.id === collection) set({ members: ids })
  }
})

/** Orders that a hand may ask for are worked out while the window is at rest: first as they are usually meant, then turned round. */
function workAhead(): void {
  const { table } = useLibrary.getState()
  const usual = sorts.filter((by) => by !== 'custom').map(usualSort)
  const left = [...usual, ...usual.map(({ by, descending }) => ({ by, descending: !descending }))]
  const step = (deadline: IdleDeadline): void => {
    if (left.length === 0 || useLibrary.getState().table !== table) return
    // While photos are scrolled the rests are short.
    if (deadline.timeRemaining() >= longRest) orderOf(table, left.shift()!)
    requestIdleCallback(step)
  }
  requestIdleCallback(step)
}

function queryOf(state: LibraryState): Query {
  const { scope, folders, members, found, filter, sort, unfolded } = state
  return { folders: scope.kind === 'folder' ? foldersBelow(folders, scope.id) : null, members, smart: scopeFilter(state), found, filter, sort, unfolded }
}

function scopeFilter({ scope, collections }: LibraryState): Filter | null {
  return scope.kind === 'collection' ? collections.find(({ id }) => id === scope.id)?.filter ?? null : null
}

/** What says the same stays the same object: lists are drawn anew only when they differ. */
function unlessSame<T>(before: readonly T[], next: readonly T[]): readonly T[] {
  return JSON.stringify(before) === JSON.stringify(next) ? before : next
}

/** A folder and all below it. */
export function foldersBelow(folders: readonly Folder[], id: number): ReadonlySet<number> {
  const below = new Set([id])
  let size: number
  do {
    size = below.size
    for (const folder of folders) if (folder.parent !== null && below.has(folder.parent)) below.add(folder.id)
  } while (below.size > size)
  return below
}

/** When the active photo is filtered away, the one that takes its place becomes active. */
function keepSelection({ active, places, rows }: { active: number | null, places: Int32Array, rows: Map<number, number> }): void {
  const selection = useSelection.getState()
  const before = active === null ? -1 : (places[rows.get(active) ?? -1] ?? -1)
  selection.keep((id) => placeOf(id) >= 0)
  const { order } = useLibrary.getState()
  if (active !== null && useSelection.getState().active === null && order.length > 0) selection.only(idAt(Math.min(Math.max(before, 0), order.length - 1))!)
}

/** Place of an item in the order; -1 when it is not shown. */
export function placeOf(id: number): number {
  const { table, places } = useLibrary.getState()
  const row = table.rows.get(id)
  return row === undefined ? -1 : (places[row] ?? -1)
}
/** Item at a place of the order. */
export function idAt(place: number): number | null {
  const { table, order } = useLibrary.getState()
  const row = order[place]
  return row === undefined ? null : table.columns.id[row]!
}
/** Items in order. */
export function shownIds(): Int32Array {
  const { table, order } = useLibrary.getState()
  return order.map((row) => table.columns.id[row]!)
}
/** Version of an item's picture, for its address. */
export function versionOf(id: number): number {
  const { table } = useLibrary.getState()
  return table.columns.version[table.rows.get(id) ?? -1] ?? 0
}
