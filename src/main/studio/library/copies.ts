/** Virtual copies: the same file with marks, words and settings of its own. And taking items out of the library, which leaves files alone. */
import { itemId } from '../../../shared/contract/items.ts'
import { changeWords, libraryWords } from '../../../shared/messages.en.ts'
import { nameKey } from '../catalog/functions.ts'
import type { Catalog } from '../catalog/open.ts'
import type { Edit, Journal } from './journal.ts'
import type { Change } from './marks.ts'
import type { StackKeeper } from './stacks.ts'

type Row = Record<string, string | number | null>
const firstResult = itemId('result', 0)

export class Copies {
  readonly #catalog: Catalog
  readonly #journal: Journal
  readonly #stacks: StackKeeper

  constructor(catalog: Catalog, journal: Journal, stacks: StackKeeper) {
    this.#catalog = catalog
    this.#journal = journal
    this.#stacks = stacks
  }

  /** One copy of each original or copy among `ids`, behind it in its stack; results have no copies. Returns the new items. */
  copy(ids: readonly number[]): { ids: number[], undo: string | null } {
    const { result, undo } = this.#journal.change((edit) => {
      const made = ids.flatMap((id) => this.#copyOne(edit, id) ?? [])
      return { label: changeWords.copied(made.length), result: made }
    })
    return { ids: result, undo }
  }

  /** Originals take their virtual copies along; results stay. Everything known of them stays too until the step can no more be taken back. */
  remove(ids: readonly number[]): Change {
    const all = this.#catalog.db.prepare<[string], number>(`
      WITH named AS (SELECT id, photo_id FROM items WHERE removed = 0 AND id IN (SELECT value FROM json_each(?)))
      SELECT id FROM named UNION
      SELECT items.id FROM items JOIN named ON named.id = items.photo_id WHERE items.removed = 0 AND items.id < ${firstResult}
    `).pluck().all(JSON.stringify(ids))
    const { result, undo } = this.#journal.change((edit) => {
      this.#stacks.leave(edit, all)
      for (const id of all) edit.update('items', { id }, { removed: 1 })
      return { label: changeWords.removed(all.length), result: all.length }
    })
    return { changed: result, undo }
  }

  /** Forgets photos that were removed and can no more be brought back. */
  purge(): void {
    const { db } = this.#catalog
    if (db.prepare('SELECT 1 FROM items WHERE removed = 1 LIMIT 1').get() === undefined) return
    this.#catalog.write(() => db.exec(`
      CREATE TEMP TABLE kept AS SELECT value -> '$.key' ->> '$.id' AS id FROM journal, json_each(journal.changes)
        WHERE value ->> '$.table' = 'items' AND value -> '$.after' ->> '$.removed' = 1;
      DELETE FROM photos WHERE id IN (SELECT id FROM items WHERE removed = 1 AND id NOT IN (SELECT id FROM kept));
      DELETE FROM copies WHERE id IN (
        SELECT id - ${itemId('copy', 0)} FROM items WHERE removed = 1 AND id > ${itemId('copy', 0)} AND id NOT IN (SELECT id FROM kept));
      DELETE FROM items WHERE removed = 1 AND id > ${itemId('copy', 0)} AND id NOT IN (SELECT id FROM kept);
      DROP TABLE kept;
    `))
  }

  #copyOne(edit: Edit, id: number): number | null {
    const { db } = this.#catalog
    const item = db.prepare<[number], Row>(`SELECT * FROM items WHERE id = ? AND removed = 0 AND id < ${firstResult}`).get(id)
    const texts = db.prepare<[number], Row>('SELECT * FROM texts WHERE item_id = ?').get(id)
    const photo = item?.['photo_id']
    if (item === undefined || texts === undefined || typeof photo !== 'number') return null
    const rowId = 1 + (db.prepare<[], number>(`SELECT seq FROM sqlite_sequence WHERE name = 'copies'`).pluck().get() ?? 0)
    const number = 1 + (db.prepare<[number], number>('SELECT count(*) FROM copies WHERE photo_id = ?').pluck().get(photo) ?? 0)
    const original = db.prepare<[number], string>('SELECT name FROM photos WHERE id = ?').pluck().get(photo) ?? ''
    const name = libraryWords.copyName(original, number)
    const copy = itemId('copy', rowId)
    edit.insert('copies', { id: rowId, photo_id: photo, created_at: new Date().toISOString() })
    edit.insert('items', { ...item, id: copy, stack: 0, position: 0, state: 0, revision: 0, added_ms: Date.now() })
    edit.insert('texts', { ...texts, item_id: copy, name, name_key: nameKey(name) })
    this.#takeSettings(edit, id, copy)
    this.#stacks.join(edit, copy, id)
    return copy
  }

  /** A copy begins where its original stands; both go their own ways from there. */
  #takeSettings(edit: Edit, from: number, copy: number): void {
    const { db } = this.#catalog
    const settings = db.prepare<[number], string>(`SELECT h.settings FROM develop_current AS c JOIN develop_history AS h ON h.id = c.entry
      WHERE c.item_id = ?`).pluck().get(from)
    if (settings === undefined) return
    const id = (db.prepare<[], number | null>('SELECT max(id) FROM develop_history').pluck().get() ?? 0) + 1
    edit.insert('develop_history', { id, item_id: copy, label: libraryWords.copyStep, settings, created_at: new Date().toISOString() })
    edit.insert('develop_current', { item_id: copy, entry: id })
  }
}
