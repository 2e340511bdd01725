import type { Migration } from './migration.ts'

/** A person's own export presets (those that ship live in code) and settings, both as JSON checked by schema when read. */
export const presetsSettings: Migration = {
  version: 30,
  name: 'presets-settings',
  up(db) {
    db.exec(`
      CREATE TABLE presets (
        name TEXT NOT NULL PRIMARY KEY,
        preset TEXT NOT NULL CHECK (json_valid(preset)),
        changed_at TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE settings (
        key TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL CHECK (json_valid(value)),
        changed_at TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `)
  },
}
