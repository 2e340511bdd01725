/**
 * How items are to be restored: steps, snapshots, presets. All SQL about them; changes go through the library's journal, so that they can be
 * undone.
 */
import { z } from 'zod'
import { developSettingsSchema, type DevelopSettings } from '../../../shared/contract/develop.ts'
import { itemOf } from '../../../shared/contract/items.ts'
import type { Catalog } from '../catalog/open.ts'
import { Sql } from '../catalog/sql.ts'
import { jobSettingsSchema } from '../jobs/settings.ts'
import { Journal, type Edit } from '../library/journal.ts'

export interface Step { id: number, label: string, at: string, settings: DevelopSettings }
export interface Snapshot { id: number, name: string, at: string, settings: DevelopSettings }
export interface DevelopPreset { id: number, name: string, builtIn: boolean, settings: DevelopSettings }
export type Part = 'engine' | 'strength' | 'scale' | 'mask'
export interface Changed { changed: number, undo: string | null }

/** What stands for an item that nobody developed. */
export const untouched: DevelopSettings = { engine: 'auto', pack: null, controls: {}, strength: 1, scale: 'auto', mask: null }

/** Shipped presets have negative ids and cannot be changed. */
const builtIn: readonly DevelopPreset[] = [
  { id: -1, name: 'Standard', builtIn: true, settings: untouched },
  { id: -2, name: 'Gentle', builtIn: true, settings: { ...untouched, strength: 0.6 } },
  { id: -3, name: 'Full size', builtIn: true, settings: { ...untouched, scale: 1 } },
  { id: -4, name: 'Long blur', builtIn: true, settings: { ...untouched, scale: 0.5 } },
]

const settings = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue('not JSON')
    return z.NEVER
  }
}).pipe(developSettingsSchema).catch(untouched)
const stepRow = z.object({ id: z.int(), label: z.string(), at: z.string(), settings })
const namedRow = z.object({ id: z.int(), name: z.string(), at: z.string(), settings })

export class DevelopRepo {
  readonly #catalog: Catalog
  readonly #sql: Sql
  readonly #journal: Journal

  constructor(catalog: Catalog) {
    this.#catalog = catalog
    this.#sql = new Sql(catalog)
    this.#journal = new Journal(catalog)
  }

  settingsOf(item: number): DevelopSettings {
    const text = this.#sql.prepare<[number], string>(`SELECT h.settings FROM develop_current AS c JOIN develop_history AS h ON h.id = c.entry
      WHERE c.item_id = ?`).pluck().get(item)
    return text === undefined ? this.#asItCame(item) : settings.parse(text)
  }

  /** Oldest first. */
  history(item: number): { history: Step[], current: number | null, snapshots: Snapshot[] } {
    const rows = this.#sql.prepare('SELECT id, label, created_at AS at, settings FROM develop_history WHERE item_id = ? ORDER BY id').all(item)
    const names = this.#sql.prepare('SELECT id, name, created_at AS at, settings FROM develop_snapshots WHERE item_id = ? ORDER BY id').all(item)
    return { history: rows.map((row) => stepRow.parse(row)), current: this.#current(item), snapshots: names.map((row) => namedRow.parse(row)) }
  }

  /** The asked parts of `wanted` become the newest step of each item; items where nothing changes keep their history. */
  apply(items: readonly number[], wanted: DevelopSettings, parts: readonly Part[], label: string): Changed {
    return this.#change(`${label}: ${photos(items.length)}`, items, (item, edit) => {
      const before = this.settingsOf(item)
      const after = merged(before, wanted, parts)
      if (JSON.stringify(after) === JSON.stringify(before)) return false
      // The first step back leads to the photo as it came.
      if (this.#current(item) === null) this.#addStep(edit, item, 'As imported', before)
      this.#stand(edit, item, this.#addStep(edit, item, label, after))
      return true
    })
  }

  /** Back to how the items came; their history stays and gets a step. */
  reset(items: readonly number[]): Changed {
    return this.apply(items, untouched, ['engine', 'strength', 'scale', 'mask'], 'Reset')
  }

  /** An earlier or later step stands again. Null for a step that is not the item's. */
  goTo(item: number, entry: number): DevelopSettings | null {
    const known = this.#sql.prepare('SELECT 1 FROM develop_history WHERE id = ? AND item_id = ?').get(entry, item)
    if (known === undefined) return null
    this.#catalog.write(() => this.#sql.prepare(`INSERT INTO develop_current (item_id, entry) VALUES (?, ?)
      ON CONFLICT (item_id) DO UPDATE SET entry = excluded.entry`).run(item, entry))
    return this.settingsOf(item)
  }

  saveSnapshot(item: number, name: string): number {
    const text = JSON.stringify(this.settingsOf(item))
    const insert = this.#sql.prepare('INSERT INTO develop_snapshots (item_id, name, settings, created_at) VALUES (?, ?, ?, ?)')
    return this.#catalog.write(() => Number(insert.run(item, name, text, new Date().toISOString()).lastInsertRowid))
  }

  removeSnapshot(item: number, snapshot: number): void {
    this.#catalog.write(() => this.#sql.prepare('DELETE FROM develop_snapshots WHERE id = ? AND item_id = ?').run(snapshot, item))
  }

  /** Shipped ones first, then a person's own by name. */
  presets(): DevelopPreset[] {
    const rows = this.#sql.prepare('SELECT id, name, changed_at AS at, settings FROM develop_presets ORDER BY name, id').all()
    return [...builtIn, ...rows.map((row) => {
      const { id, name, settings: kept } = namedRow.parse(row)
      return { id, name, builtIn: false, settings: kept }
    })]
  }

  /** A new preset (null), or new settings and name for one; one that is gone is made anew. */
  savePreset(id: number | null, name: string, kept: DevelopSettings): number {
    const text = JSON.stringify(developSettingsSchema.parse(kept))
    const now = new Date().toISOString()
    return this.#catalog.write(() => {
      const update = this.#sql.prepare('UPDATE develop_presets SET name = ?, settings = ?, changed_at = ? WHERE id = ?')
      if (id !== null && update.run(name, text, now, id).changes > 0) return id
      const insert = this.#sql.prepare('INSERT INTO develop_presets (name, settings, changed_at) VALUES (?, ?, ?)')
      return Number(insert.run(name, text, now).lastInsertRowid)
    })
  }

  removePreset(id: number): void {
    this.#catalog.write(() => this.#sql.prepare('DELETE FROM develop_presets WHERE id = ?').run(id))
  }

  #change(label: string, items: readonly number[], body: (item: number, edit: Edit) => boolean): Changed {
    const { result: changed, undo } = this.#journal.change((edit) => {
      const known = items.filter((item) => this.#sql.prepare('SELECT 1 FROM items WHERE id = ?').get(item) !== undefined)
      return { label, result: known.filter((item) => body(item, edit)).length }
    })
    return { changed, undo }
  }

  /** A result came with the settings it was made with. */
  #asItCame(item: number): DevelopSettings {
    const { kind, rowId } = itemOf(item)
    if (kind !== 'result') return untouched
    const text = this.#sql.prepare<[number], string>(`SELECT j.settings FROM results AS r JOIN jobs AS j ON j.id = r.job_id
      WHERE r.id = ?`).pluck().get(rowId)
    const job = jobSettingsSchema.safeParse(text === undefined ? null : JSON.parse(text))
    if (!job.success) return untouched
    const { engine, pack, controls, strength, scale, mask } = job.data
    return { engine, pack, controls, strength, scale, mask }
  }

  #current(item: number): number | null {
    return this.#sql.prepare<[number], number>('SELECT entry FROM develop_current WHERE item_id = ?').pluck().get(item) ?? null
  }

  #addStep(edit: Edit, item: number, label: string, kept: DevelopSettings): number {
    const id = (this.#sql.prepare<[], number | null>('SELECT max(id) FROM develop_history').pluck().get() ?? 0) + 1
    edit.insert('develop_history', { id, item_id: item, label, settings: JSON.stringify(kept), created_at: new Date().toISOString() })
    return id
  }

  #stand(edit: Edit, item: number, entry: number): void {
    if (this.#current(item) === null) edit.insert('develop_current', { item_id: item, entry })
    else edit.update('develop_current', { item_id: item }, { entry })
  }
}

/** Engine, pack and controls belong together: controls of one engine mean nothing to another. */
function merged(before: DevelopSettings, wanted: DevelopSettings, parts: readonly Part[]): DevelopSettings {
  const { engine, pack, controls } = parts.includes('engine') ? wanted : before
  const from = (part: Part) => parts.includes(part) ? wanted : before
  return { engine, pack, controls, strength: from('strength').strength, scale: from('scale').scale, mask: from('mask').mask }
}

function photos(count: number): string {
  return count === 1 ? '1 photo' : `${count} photos`
}
