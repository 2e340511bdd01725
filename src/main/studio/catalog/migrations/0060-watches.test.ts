import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../migrate.ts'

test('batches of the version before are restorations, and a watch takes what it saw along', () => {
  const db = new Database(':memory:')
  db.pragma('foreign_keys = ON')
  migrate(db, 50)
  db.exec(`INSERT INTO batches (id, request_key, paths, request, preset, created_at) VALUES (1, 'k', '[]', '{}', 'p', '')`)
  migrate(db, 60)
  expect(db.prepare('SELECT kind, title, cleared_at FROM batches').get()).toEqual({ kind: 'restore', title: '', cleared_at: null })
  db.exec(`INSERT INTO watches (id, folder, preset, settings, created_at) VALUES (1, '/in', 'p', '{}', '');
    INSERT INTO watch_seen (watch_id, key, path, batch_id) VALUES (1, '7:1:2', '/in/a.jpg', 1)`)
  expect(() => db.exec(`INSERT INTO watches (folder, preset, settings, created_at) VALUES ('/in', 'p', '{}', '')`)).toThrow(/UNIQUE/)
  expect(() => db.exec(`UPDATE batches SET kind = 'dance'`)).toThrow(/CHECK/)
  db.exec('DELETE FROM batches')
  expect(db.prepare('SELECT batch_id FROM watch_seen').pluck().all()).toEqual([null])
  db.exec('DELETE FROM watches')
  expect(db.prepare('SELECT count(*) FROM watch_seen').pluck().get()).toBe(0)
})
