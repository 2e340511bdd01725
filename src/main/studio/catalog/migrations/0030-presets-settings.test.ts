import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../migrate.ts'

test('photos of the version before stay, and the new tables take only JSON', () => {
  const db = new Database(':memory:')
  migrate(db, 20)
  db.exec(`INSERT INTO photos (path, folder, name, root, file_hash, image_hash, bytes, modified_ms, facts, state, imported_at)
    VALUES ('/a/b.jpg', '/a', 'b.jpg', '/a', '', '', 0, 0, '{}', 'present', '')`)
  migrate(db, 30)
  expect(db.prepare('SELECT path FROM photos').pluck().all()).toEqual(['/a/b.jpg'])
  for (const [table, key, value] of [['presets', 'name', 'preset'], ['settings', 'key', 'value']]) {
    db.exec(`INSERT INTO ${table} (${key}, ${value}, changed_at) VALUES ('a', '{}', '')`)
    expect(() => db.exec(`INSERT INTO ${table} (${key}, ${value}, changed_at) VALUES ('a', '{}', '')`)).toThrow(/UNIQUE/)
    expect(() => db.exec(`INSERT INTO ${table} (${key}, ${value}, changed_at) VALUES ('b', 'no json', '')`)).toThrow(/CHECK/)
  }
})
