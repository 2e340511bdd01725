import type { Migration } from './migration.ts'

/**
 * What is in a photo, in a sentence: typed by a person (`model` is null) or by a vision model. Apart from `texts`, which is what goes into
 * files: a model's sentence gets there only when a person says so. `image_hash` is that of the pixels it was said of.
 */
export const captions: Migration = {
  version: 80,
  name: 'captions',
  up(db) {
    db.exec(`
      CREATE TABLE captions (
        photo_id INTEGER PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE,
        text TEXT NOT NULL CHECK (text <> ''),
        model TEXT,
        prompt_version INTEGER,
        image_hash TEXT NOT NULL,
        created_at TEXT NOT NULL,
        CHECK ((model IS NULL) = (prompt_version IS NULL))
      ) STRICT;
    `)
  },
}
