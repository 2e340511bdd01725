import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../migrate.ts'

test('a caption has both model and prompt version or neither, is never empty, and goes with its photo', () => {
  const db = new Database(':memory:')
  db.pragma('foreign_keys = ON')
  migrate(db, 60)
  db.exec(`INSERT INTO photos (id, path, folder, name, root, bytes, modified_ms, file_hash, image_hash, facts, keywords, state, sidecars, imported_at)
    VALUES (1, '/in/a.jpg', '/in', 'a.jpg', '/in', 1, 1, 'f', 'i', '{"width":2,"height":1}', '[]', 'present', '', '2026-01-01T00:00:00.000Z')`)
  migrate(db, 80)
  const insert = (text: string, model: string, version: string) => () =>
    db.exec(`INSERT INTO captions (photo_id, text, model, prompt_version, image_hash, created_at) VALUES (1, '${text}', ${model}, ${version}, 'i', '')`)
  expect(insert('', 'NULL', 'NULL')).toThrow(/CHECK/)
  expect(insert('a dog', `'m'`, 'NULL')).toThrow(/CHECK/)
  insert('a dog', `'m'`, '1')()
  db.exec('DELETE FROM photos')
  expect(db.prepare('SELECT count(*) FROM captions').pluck().get()).toBe(0)
})
