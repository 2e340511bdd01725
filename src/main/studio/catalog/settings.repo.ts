/** A person's settings: one JSON value a key, checked by the schema of whoever asks. */
import type { z } from 'zod'
import type { Catalog } from './open.ts'

export class SettingsRepo {
  private readonly catalog: Catalog

  constructor(catalog: Catalog) {
    this.catalog = catalog
  }

  /** The stored value; null when it was never set or no longer fits the schema. */
  get<T extends z.ZodType>(key: string, schema: T): z.output<T> | null {
    const text = this.catalog.db.prepare<[string], string>('SELECT value FROM settings WHERE key = ?').pluck().get(key)
    if (text === undefined) return null
    const read = schema.safeParse(JSON.parse(text))
    return read.success ? read.data : null
  }

  set(key: string, value: unknown): void {
    this.catalog.write(() => this.catalog.db.prepare(`INSERT INTO settings (key, value, changed_at) VALUES (?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at`)
      .run(key, JSON.stringify(value), new Date().toISOString()))
  }

  remove(key: string): void {
    this.catalog.write(() => this.catalog.db.prepare('DELETE FROM settings WHERE key = ?').run(key))
  }
}
