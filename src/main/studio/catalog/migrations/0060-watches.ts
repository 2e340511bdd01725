import type { Migration } from './migration.ts'

/** Watched folders with what was seen in them, and what a batch is called in the window. `seen.key` is inode, size and time of a file. */
export const watches: Migration = {
  version: 60,
  name: 'watches',
  up(db) {
    db.exec(`
      ALTER TABLE batches ADD COLUMN kind TEXT NOT NULL DEFAULT 'restore' CHECK (kind IN ('restore', 'export', 'watch'));
      ALTER TABLE batches ADD COLUMN title TEXT NOT NULL DEFAULT '';
      ALTER TABLE batches ADD COLUMN cleared_at TEXT;

      CREATE TABLE watches (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        folder TEXT NOT NULL UNIQUE,
        preset TEXT NOT NULL,
        settings TEXT NOT NULL CHECK (json_valid(settings)),
        active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE TABLE watch_seen (
        watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
        key TEXT NOT NULL,
        path TEXT NOT NULL,
        batch_id INTEGER REFERENCES batches (id) ON DELETE SET NULL,
        PRIMARY KEY (watch_id, key)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX watch_seen_batch ON watch_seen (batch_id);
    `)
  },
}
