/** The items of the library: all reading SQL about them. Numbers and words of the contract are made here; rows that were removed are left out. */
import { z } from 'zod'
import { blurKinds, flags, type Item, itemOf, labels } from '../../../shared/contract/items.ts'
import { Sql } from './sql.ts'
import type { Catalog } from './open.ts'

/** A row of the index: numbers in the order of `indexRowSql`. */
export type IndexRow = [
  id: number, version: number, folder: number, stack: number, position: number, state: number, flag: number, stars: number, label: number,
  kind: number, camera: number | null, lens: number | null, severity: number | null, gain: number | null, shutter: number | null,
  iso: number | null, aspect: number, megapixels: number, captured: number | null, added: number,
]

const indexRowSql = `SELECT id, version, folder_id, stack, position, state, flag, stars, label, kind, camera_id, lens_id, severity, gain,
  shutter_seconds, iso, aspect, megapixels, captured_ms, added_ms FROM items`

const itemSql = `SELECT items.id, version, folder_id AS folder, stack, position, state, flag, stars, label, kind, cameras.name AS camera,
  lenses.name AS lens, severity, gain, shutter_seconds AS shutterSeconds, iso, aspect, megapixels, captured_ms AS captured,
  added_ms AS added, texts.name AS name
  FROM items JOIN texts ON texts.item_id = items.id LEFT JOIN cameras ON cameras.id = camera_id LEFT JOIN lenses ON lenses.id = lens_id`

const number = z.number()
const optional = z.number().nullable()
const rowSchema = z.object({
  id: number, version: number, folder: number, stack: number, position: number, state: number,
  flag: number.transform((value) => flags[value] ?? 'none'), stars: number, label: number.transform((value) => labels[value] ?? 'none'),
  kind: number.transform((value) => blurKinds[value] ?? 'unknown'),
  camera: z.string().nullable(), lens: z.string().nullable(), severity: optional, gain: optional, shutterSeconds: optional, iso: optional,
  aspect: number, megapixels: number, captured: optional, added: number, name: z.string(),
})

const textsSchema = z.object({
  title: z.string().nullable(), caption: z.string().nullable(),
  keywords: z.string().transform((text): unknown => JSON.parse(text)).pipe(z.array(z.string()).catch([])),
})

export interface Revision { items: number, tree: number }

export class ItemsRepo {
  readonly #sql: Sql

  constructor(catalog: Catalog) {
    this.#sql = new Sql(catalog)
  }

  /** Counts every change of the library, by whichever process. */
  revision(): Revision {
    return this.#sql.prepare<[], Revision>('SELECT revision AS items, tree_revision AS tree FROM library_state').get() ?? { items: 0, tree: 0 }
  }

  count(): number {
    return this.#sql.prepare<[], number>('SELECT count(*) FROM items WHERE removed = 0').pluck().get() ?? 0
  }

  /** Every item, in no particular order. */
  indexRows(): IndexRow[] {
    return this.#sql.prepare<[], IndexRow>(`${indexRowSql} WHERE removed = 0`).raw().all()
  }

  /** Those that changed after `revision`. */
  indexRowsSince(revision: number): IndexRow[] {
    return this.#sql.prepare<[number], IndexRow>(`${indexRowSql} WHERE revision > ? AND removed = 0`).raw().all(revision)
  }

  /** Ids in the order of their names; those of removed items too. */
  idsByName(): number[] {
    return this.#sql.prepare<[], number>('SELECT item_id FROM texts ORDER BY name_key').pluck().all()
  }

  /** Cameras or lenses: name by row id. */
  words(table: 'cameras' | 'lenses'): { id: number, name: string }[] {
    return this.#sql.prepare<[], { id: number, name: string }>(`SELECT id, name FROM ${table}`).all()
  }

  byIds(ids: readonly number[]): Item[] {
    return this.#sql.prepare(`${itemSql} WHERE items.id IN (SELECT value FROM json_each(?)) AND removed = 0`).all(JSON.stringify(ids))
      .map((row) => rowSchema.parse(row))
  }

  byId(id: number): Item | null {
    return this.byIds([id])[0] ?? null
  }

  /** Items that changed after `revision`, or left; null when more than `limit` did. */
  changedSince(revision: number, limit: number): { items: Item[], removed: number[] } | null {
    const changed = this.#sql.prepare<[number, number], { id: number, removed: number }>(
      'SELECT id, removed FROM items WHERE revision > ? ORDER BY revision LIMIT ?').all(revision, limit + 1)
    const gone = this.#sql.prepare<[number, number], number>(
      'SELECT id FROM gone_items WHERE revision > ? ORDER BY revision LIMIT ?').pluck().all(revision, limit + 1)
    if (changed.length + gone.length > limit) return null
    const removed = changed.filter((row) => row.removed === 1)
    return {
      items: this.byIds(changed.filter((row) => row.removed === 0).map(({ id }) => id)),
      removed: [...removed.map(({ id }) => id), ...gone],
    }
  }

  /** Row id of the photo that an item is, is a copy of, or was made from. */
  photoOf(id: number): number | null {
    return this.#sql.prepare<[number], number | null>('SELECT photo_id FROM items WHERE id = ?').pluck().get(id) ?? null
  }

  /** Where an item's file lies; a copy's is its original's. Null for unknown items. */
  pathOf(id: number): string | null {
    const { kind, rowId } = itemOf(id)
    const sql = kind === 'result' ? 'SELECT output FROM results WHERE id = ?' : 'SELECT path FROM photos WHERE id = ?'
    return this.#sql.prepare<[number], string | null>(sql).pluck().get(kind === 'result' ? rowId : this.photoOf(id) ?? 0) ?? null
  }

  /** What a person, or else the file, says of an item. */
  textsOf(id: number): { title: string | null, caption: string | null, keywords: string[] } {
    const row = this.#sql.prepare('SELECT title, caption, keywords FROM texts WHERE item_id = ?').get(id)
    return row === undefined ? { title: null, caption: null, keywords: [] } : textsSchema.parse(row)
  }

  names(ids: readonly number[]): { id: number, name: string }[] {
    return this.#sql.prepare<[string], { id: number, name: string }>(
      'SELECT item_id AS id, name FROM texts WHERE item_id IN (SELECT value FROM json_each(?))').all(JSON.stringify(ids))
  }

  /** Items whose name, title, caption or keywords match, by `matchExpression`. */
  search(match: string): number[] {
    return this.#sql.prepare<[string], number>(
      'SELECT items.id FROM items_text CROSS JOIN items ON items.id = items_text.rowid WHERE items_text MATCH ? AND removed = 0',
    ).pluck().all(match)
  }
}
