import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../migrate.ts'

function at10(): Database.Database {
  const db = new Database(':memory:')
  migrate(db, 10)
  return db
}
const insert = `INSERT INTO photos
    (path, folder, name, root, file_hash, image_hash, bytes, modified_ms, facts, state, imported_at, keywords, caption)
  VALUES (?, '/a', ?, '/a', '', '', 0, 0, '{}', 'present', '', ?, ?)`
const find = (db: Database.Database, words: string): unknown[] =>
  db.prepare('SELECT rowid FROM photos_text WHERE photos_text MATCH ?').pluck().all(words)

test('the search index follows the photos', () => {
  const db = at10()
  const { lastInsertRowid: id } = db.prepare(insert).run('/a/b.jpg', 'b.jpg', '["Küste","fish market"]', 'a boat')
  expect([find(db, 'kuste'), find(db, 'market'), find(db, 'boat'), find(db, 'lake')]).toEqual([[id], [id], [id], []])
  db.prepare('UPDATE photos SET caption = ? WHERE id = ?').run('a lake', id)
  expect([find(db, 'boat'), find(db, 'lake')]).toEqual([[], [id]])
  db.prepare('DELETE FROM photos').run()
  expect(find(db, 'lake')).toEqual([])
})

test('rows that cannot be are refused', () => {
  const db = at10()
  db.prepare(insert).run('/a/b.jpg', 'b.jpg', '[]', null)
  expect(() => db.prepare(insert).run('/a/b.jpg', 'b.jpg', '[]', null)).toThrow(/UNIQUE/)
  expect(() => db.prepare(insert).run('/a/c.jpg', 'c.jpg', 'no json', null)).toThrow()
  for (const change of [`state = 'unreadable'`, `state = 'gone'`, `rating = 6`, `latitude = 1`, `bytes = 'many'`]) {
    expect(() => db.exec(`UPDATE photos SET ${change}`)).toThrow()
  }
})

test('an id is never given twice', () => {
  const db = at10()
  const { lastInsertRowid: first } = db.prepare(insert).run('/a/b.jpg', 'b.jpg', '[]', null)
  db.exec('DELETE FROM photos')
  expect(db.prepare(insert).run('/a/b.jpg', 'b.jpg', '[]', null).lastInsertRowid).toBeGreaterThan(Number(first))
})
