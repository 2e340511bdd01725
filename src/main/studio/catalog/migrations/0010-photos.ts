import type { Migration } from './migration.ts'

/** The photos and the full-text index over what a person would search for. JSON columns: facts, keywords (list of strings), error. */
export const photos: Migration = {
  version: 10,
  name: 'photos',
  up(db) {
    db.exec(`
      CREATE TABLE photos (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path TEXT NOT NULL UNIQUE,
        folder TEXT NOT NULL,
        name TEXT NOT NULL,
        root TEXT NOT NULL,
        file_hash TEXT NOT NULL,
        image_hash TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        modified_ms INTEGER NOT NULL,
        sidecars TEXT NOT NULL DEFAULT '',
        facts TEXT NOT NULL CHECK (json_valid(facts)),
        captured_at TEXT,
        camera TEXT,
        lens TEXT,
        iso REAL,
        shutter_seconds REAL,
        aperture REAL,
        focal_length REAL,
        latitude REAL,
        longitude REAL,
        rating INTEGER CHECK (rating BETWEEN -1 AND 5),
        label TEXT,
        title TEXT,
        caption TEXT,
        keywords TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(keywords)),
        state TEXT NOT NULL CHECK (state IN ('present', 'missing', 'unreadable')),
        error TEXT CHECK (error IS NULL OR json_valid(error)),
        note TEXT,
        imported_at TEXT NOT NULL,
        CHECK ((latitude IS NULL) = (longitude IS NULL)),
        CHECK ((state = 'unreadable') = (error IS NOT NULL))
      ) STRICT;
      CREATE INDEX photos_folder ON photos (folder, name);
      CREATE INDEX photos_image_hash ON photos (image_hash) WHERE image_hash <> '';
      CREATE INDEX photos_captured ON photos (captured_at, path);

      CREATE VIRTUAL TABLE photos_text USING fts5 (
        name, title, caption, keywords, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
      );
      CREATE TRIGGER photos_text_insert AFTER INSERT ON photos BEGIN
        INSERT INTO photos_text (rowid, name, title, caption, keywords)
        VALUES (new.id, new.name, new.title, new.caption, (SELECT group_concat(value, char(10)) FROM json_each(new.keywords)));
      END;
      CREATE TRIGGER photos_text_update AFTER UPDATE OF name, title, caption, keywords ON photos
      WHEN (old.name, old.title, old.caption, old.keywords) IS NOT (new.name, new.title, new.caption, new.keywords) BEGIN
        DELETE FROM photos_text WHERE rowid = old.id;
        INSERT INTO photos_text (rowid, name, title, caption, keywords)
        VALUES (new.id, new.name, new.title, new.caption, (SELECT group_concat(value, char(10)) FROM json_each(new.keywords)));
      END;
      CREATE TRIGGER photos_text_delete AFTER DELETE ON photos BEGIN
        DELETE FROM photos_text WHERE rowid = old.id;
      END;
    `)
  },
}
