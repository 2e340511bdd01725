/** All SQL about watched folders. */
import { z } from 'zod'
import { developSettingsSchema, type DevelopSettings } from '../../../shared/contract/develop.ts'
import type { Catalog } from '../catalog/open.ts'

export interface Watch { id: number, folder: string, preset: string, settings: DevelopSettings, active: boolean }

const json = z.string().transform((text): unknown => JSON.parse(text)).pipe(developSettingsSchema)
const rowSchema = z.object({ id: z.int(), folder: z.string(), preset: z.string(), settings: json, active: z.int() })

export class WatchesRepo {
  readonly #catalog: Catalog

  constructor(catalog: Catalog) {
    this.#catalog = catalog
  }

  all(): Watch[] {
    return this.#catalog.db.prepare('SELECT id, folder, preset, settings, active FROM watches ORDER BY folder').all().map((row) => {
      const { active, ...rest } = rowSchema.parse(row)
      return { ...rest, active: active === 1 }
    })
  }

  /** A folder is watched once: a second watch of it replaces preset and settings. */
  save(watch: Omit<Watch, 'id' | 'active'>): number {
    return this.#catalog.write(() => z.int().parse(this.#catalog.db.prepare(`
      INSERT INTO watches (folder, preset, settings, created_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (folder) DO UPDATE SET preset = excluded.preset, settings = excluded.settings, active = 1 RETURNING id
    `).pluck().get(watch.folder, watch.preset, JSON.stringify(watch.settings), new Date().toISOString())))
  }

  setActive(id: number, active: boolean): void {
    this.#catalog.write(() => this.#catalog.db.prepare('UPDATE watches SET active = ? WHERE id = ?').run(active ? 1 : 0, id))
  }

  remove(id: number): void {
    this.#catalog.write(() => this.#catalog.db.prepare('DELETE FROM watches WHERE id = ?').run(id))
  }

  /** Notes a file; false when it was seen before. */
  see(watchId: number, key: string, path: string): boolean {
    return this.#catalog.write(() => this.#catalog.db.prepare('INSERT OR IGNORE INTO watch_seen (watch_id, key, path) VALUES (?, ?, ?)')
      .run(watchId, key, path).changes > 0)
  }

  noteBatch(watchId: number, path: string, batchId: number): void {
    this.#catalog.write(() => this.#catalog.db.prepare('UPDATE watch_seen SET batch_id = ? WHERE watch_id = ? AND path = ?').run(batchId, watchId, path))
  }

  counts(watchId: number): { seen: number, restored: number } {
    return z.object({ seen: z.int(), restored: z.int() }).parse(this.#catalog.db.prepare(`
      SELECT count(*) AS seen, coalesce(sum(EXISTS (
        SELECT 1 FROM jobs WHERE jobs.batch_id = watch_seen.batch_id AND jobs.source = watch_seen.path AND jobs.state IN ('done', 'suspect'))), 0) AS restored
      FROM watch_seen WHERE watch_id = ?
    `).get(watchId))
  }
}
