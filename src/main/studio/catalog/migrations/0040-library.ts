import { itemOfPhoto, itemOfResult, workState } from './0040-library-rows.ts'
import { libraryTriggers } from './0040-library-triggers.ts'
import type { Migration } from './migration.ts'

/**
 * What a person sees and does: one narrow row an item (an original, a virtual copy, a result; `src/shared/contract/items.ts` has the
 * numbers), kept in step with photos, results, jobs and blur reports by triggers, so that what another process does shows as well.
 * `revision` of a row is that of its last change: a window asks for what is newer than what it has.
 */
export const library: Migration = {
  version: 40,
  name: 'library',
  up(db) {
    db.exec(`
      CREATE TABLE library_state (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        revision INTEGER NOT NULL,
        tree_revision INTEGER NOT NULL,
        journal_position INTEGER NOT NULL
      ) STRICT;
      INSERT INTO library_state VALUES (1, 1, 1, 0);

      CREATE TABLE folders (id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, root TEXT NOT NULL) STRICT;
      CREATE TABLE cameras (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE) STRICT;
      CREATE TABLE lenses (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE) STRICT;

      CREATE TABLE items (
        id INTEGER PRIMARY KEY,
        photo_id INTEGER,
        version INTEGER NOT NULL,
        folder_id INTEGER NOT NULL REFERENCES folders (id),
        flag INTEGER NOT NULL DEFAULT 1 CHECK (flag BETWEEN 0 AND 2),
        stars INTEGER NOT NULL DEFAULT 0 CHECK (stars BETWEEN 0 AND 5),
        label INTEGER NOT NULL DEFAULT 0 CHECK (label BETWEEN 0 AND 5),
        kind INTEGER NOT NULL DEFAULT 0,
        severity REAL,
        gain REAL,
        state INTEGER NOT NULL DEFAULT 0,
        camera_id INTEGER REFERENCES cameras (id),
        lens_id INTEGER REFERENCES lenses (id),
        shutter_seconds REAL,
        iso REAL,
        captured_ms INTEGER,
        added_ms INTEGER NOT NULL,
        aspect REAL NOT NULL,
        megapixels REAL NOT NULL,
        stack INTEGER NOT NULL DEFAULT 0,
        position INTEGER NOT NULL DEFAULT 0,
        removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
        revision INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE INDEX items_photo ON items (photo_id);
      CREATE INDEX items_revision ON items (revision);
      CREATE INDEX items_stack ON items (stack, position) WHERE stack <> 0;
      CREATE TABLE gone_items (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL) STRICT;
      CREATE INDEX gone_items_revision ON gone_items (revision);

      CREATE TABLE texts (
        item_id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        title TEXT,
        caption TEXT,
        keywords TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(keywords))
      ) STRICT;
      CREATE INDEX texts_name ON texts (name_key);
      CREATE INDEX texts_keywords ON texts (item_id) WHERE keywords <> '[]';
      DROP TRIGGER photos_text_insert;
      DROP TRIGGER photos_text_update;
      DROP TRIGGER photos_text_delete;
      DROP TABLE photos_text;
      CREATE VIRTUAL TABLE items_text USING fts5 (
        name, title, caption, keywords, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
      );

      CREATE TABLE copies (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX copies_photo ON copies (photo_id);

      CREATE TABLE collections (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('manual', 'smart', 'quick')),
        filter TEXT CHECK (filter IS NULL OR json_valid(filter)),
        sort TEXT CHECK (sort IS NULL OR json_valid(sort)),
        created_at TEXT NOT NULL,
        CHECK ((kind = 'smart') = (filter IS NOT NULL))
      ) STRICT;
      INSERT INTO collections (name, kind, created_at) VALUES ('', 'quick', '');
      CREATE TABLE collection_items (
        collection_id INTEGER NOT NULL REFERENCES collections (id),
        item_id INTEGER NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (collection_id, item_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX collection_items_item ON collection_items (item_id);

      CREATE TABLE blur_reports (
        photo_id INTEGER PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE,
        kind TEXT NOT NULL CHECK (kind IN ('unknown', 'sharp', 'shake', 'defocus', 'moving', 'low-light')),
        probability REAL,
        severity REAL,
        sharpness REAL,
        blur_length REAL,
        blur_angle REAL,
        gain_db REAL,
        gain_spread REAL,
        report TEXT NOT NULL CHECK (json_valid(report)),
        version INTEGER NOT NULL,
        created_at TEXT NOT NULL
      ) STRICT;

      CREATE TABLE journal (
        position INTEGER PRIMARY KEY,
        label TEXT NOT NULL,
        changes TEXT NOT NULL CHECK (json_valid(changes)),
        bytes INTEGER NOT NULL,
        created_at TEXT NOT NULL
      ) STRICT;
    `)
    // What there is becomes items the way what comes later does; only then is counted.
    db.exec(`
      ${itemOfPhoto('FROM photos AS new')}
      UPDATE items SET state = state | ${workState('items.id')};
      ${itemOfResult('FROM results AS new', 'WHERE new.output IS NOT NULL')}
      UPDATE items SET stack = id WHERE EXISTS (SELECT 1 FROM items AS result WHERE result.photo_id = items.id AND result.id <> items.id);
      UPDATE items SET position = (
        SELECT count(*) FROM items AS before WHERE before.stack = items.stack AND before.id < items.id) WHERE stack <> 0;
      UPDATE items SET revision = 1;
      INSERT INTO items_text (rowid, name, title, caption, keywords)
        SELECT item_id, name, title, caption, (SELECT group_concat(value, char(10)) FROM json_each(keywords)) FROM texts;
    `)
    db.exec(libraryTriggers)
  },
}
