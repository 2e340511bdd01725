import type { Migration } from './migration.ts'

/**
 * How each item is to be restored: every step that a person made, which of them stands, and states and settings that got a name. `settings`
 * is JSON checked by schema when read. Bit 128 of an item's state says that a person developed it. Results learn what an engine tells of
 * the photo and its tiles.
 */
export const develop: Migration = {
  version: 50,
  name: 'develop',
  up(db) {
    db.exec(`
      CREATE TABLE develop_history (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        label TEXT NOT NULL,
        settings TEXT NOT NULL CHECK (json_valid(settings)),
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX develop_history_item ON develop_history (item_id, id);

      CREATE TABLE develop_current (
        item_id INTEGER PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,
        entry INTEGER NOT NULL
      ) STRICT;
      CREATE TRIGGER develop_current_insert AFTER INSERT ON develop_current BEGIN
        UPDATE items SET state = state | 128 WHERE id = new.item_id;
      END;
      CREATE TRIGGER develop_current_delete AFTER DELETE ON develop_current BEGIN
        UPDATE items SET state = state & ~128 WHERE id = old.item_id;
      END;

      CREATE TABLE develop_snapshots (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        settings TEXT NOT NULL CHECK (json_valid(settings)),
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX develop_snapshots_item ON develop_snapshots (item_id, id);

      ALTER TABLE results ADD COLUMN maps TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(maps));
      ALTER TABLE results ADD COLUMN figures TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(figures));

      CREATE TABLE develop_presets (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        settings TEXT NOT NULL CHECK (json_valid(settings)),
        changed_at TEXT NOT NULL
      ) STRICT;
    `)
  },
}
