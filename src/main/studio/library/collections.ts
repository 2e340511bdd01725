/** Collections: photos put together by hand, filters that were saved, and the quick collection. The built-in ones are in `tree.ts`. */
import type { Filter, Sort } from '../../../shared/contract/library.ts'
import { RestillError } from '../../../shared/errors.ts'
import { changeWords, libraryWords } from '../../../shared/messages.en.ts'
import type { Catalog } from '../catalog/open.ts'
import { Sql } from '../catalog/sql.ts'
import type { Edit, Journal } from './journal.ts'
import type { Change } from './marks.ts'

export interface CollectionDraft {
  /** Null makes a new one. */
  id: number | null
  name: string
  /** A filter makes it a smart one; null a manual one. What it is once it stays. */
  filter: Filter | null
  sort: Sort | null
  /** Members of a new manual one, in order; they replace those of one that exists. */
  ids?: readonly number[] | undefined
}

interface Row { id: number, name: string, kind: 'manual' | 'smart' | 'quick' }

export class Collections {
  readonly #sql: Sql
  readonly #journal: Journal

  constructor(catalog: Catalog, journal: Journal) {
    this.#sql = new Sql(catalog)
    this.#journal = journal
  }

  /** Items in the order they were put in. @throws RestillError COLLECTION_UNKNOWN; COLLECTION_FIXED for smart ones, which the window fills */
  members(id: number): number[] {
    const { kind, name } = this.#row(id)
    if (kind === 'smart') throw new RestillError('COLLECTION_FIXED', { detail: { name, reason: 'its filter says what is in it' } })
    return this.#sql.prepare<[number], number>(`
      SELECT item_id FROM collection_items JOIN items ON items.id = item_id AND removed = 0 WHERE collection_id = ?
      ORDER BY collection_items.position, item_id
    `).pluck().all(id)
  }

  /** @throws RestillError COLLECTION_UNKNOWN, COLLECTION_FIXED */
  save(draft: CollectionDraft): number {
    const values = {
      name: draft.name.trim(),
      filter: draft.filter === null ? null : JSON.stringify(draft.filter),
      sort: draft.sort === null ? null : JSON.stringify(draft.sort),
    }
    return this.#journal.change((edit) => {
      const id = draft.id ?? this.#nextId()
      if (draft.id === null) {
        edit.insert('collections', { id, ...values, kind: draft.filter === null ? 'manual' : 'smart', created_at: new Date().toISOString() })
      } else {
        const { kind, name } = this.#row(id)
        if (kind === 'quick') throw fixed(name, 'it is always there')
        if ((kind === 'smart') !== (draft.filter !== null)) throw fixed(name, 'a collection stays manual or smart')
        edit.update('collections', { id }, values)
      }
      if (draft.ids !== undefined && draft.filter === null) {
        this.#empty(edit, id)
        this.#add(edit, id, draft.ids)
      }
      return { label: changeWords.collectionSaved(values.name), result: id }
    }).result
  }

  /** Photos stay. The quick collection is emptied. @throws RestillError COLLECTION_UNKNOWN, COLLECTION_FIXED */
  remove(id: number): Change {
    const { name, kind } = this.#row(id)
    const { result, undo } = this.#journal.change((edit) => {
      const changed = this.#empty(edit, id)
      if (kind !== 'quick') edit.remove('collections', { id })
      return { label: changeWords.collectionRemoved(name), result: changed }
    })
    return { changed: result, undo }
  }

  /** @throws RestillError COLLECTION_UNKNOWN; COLLECTION_FIXED for smart ones */
  collect(id: number, add: readonly number[], remove: readonly number[]): Change {
    const { name, kind } = this.#row(id)
    if (kind === 'smart') throw fixed(name, 'its filter says what is in it')
    const { result, undo } = this.#journal.change((edit) => {
      let changed = 0
      for (const item of remove) if (edit.remove('collection_items', { collection_id: id, item_id: item })) changed++
      changed += this.#add(edit, id, add)
      return { label: changeWords.collected(name), result: changed }
    })
    return { changed: result, undo }
  }

  #add(edit: Edit, id: number, items: readonly number[]): number {
    const there = this.#sql.prepare<[number, number], number>('SELECT 1 FROM collection_items WHERE collection_id = ? AND item_id = ?')
    const known = this.#sql.prepare<[number], number>('SELECT 1 FROM items WHERE id = ?')
    let position = this.#sql.prepare<[number], number | null>(
      'SELECT max(position) FROM collection_items WHERE collection_id = ?').pluck().get(id) ?? 0
    let added = 0
    for (const item of items) {
      if (there.get(id, item) !== undefined || known.get(item) === undefined) continue
      edit.insert('collection_items', { collection_id: id, item_id: item, position: ++position })
      added++
    }
    return added
  }

  #empty(edit: Edit, id: number): number {
    const items = this.#sql.prepare<[number], number>('SELECT item_id FROM collection_items WHERE collection_id = ?').pluck().all(id)
    for (const item of items) edit.remove('collection_items', { collection_id: id, item_id: item })
    return items.length
  }

  /** Never one that was there before: undo may bring it back. */
  #nextId(): number {
    return 1 + (this.#sql.prepare<[], number>(`SELECT seq FROM sqlite_sequence WHERE name = 'collections'`).pluck().get() ?? 0)
  }

  #row(id: number): Row {
    if (id < 0) throw fixed(String(id), 'it is built in')
    const row = this.#sql.prepare<[number], Row>('SELECT id, name, kind FROM collections WHERE id = ?').get(id)
    if (row === undefined) throw new RestillError('COLLECTION_UNKNOWN', { detail: { collection: id } })
    return row.kind === 'quick' ? { ...row, name: libraryWords.quickCollection } : row
  }
}

function fixed(name: string, reason: string): RestillError {
  return new RestillError('COLLECTION_FIXED', { detail: { name, reason } })
}
