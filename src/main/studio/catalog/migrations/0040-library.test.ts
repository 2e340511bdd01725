import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../migrate.ts'

/** A catalog of the version before, with a photo that was restored, one that failed, and one that is missing. */
function filled30(): Database.Database {
  const db = new Database(':memory:')
  db.pragma('foreign_keys = ON')
  migrate(db, 30)
  const photo = db.prepare(`INSERT INTO photos (path, folder, name, root, file_hash, image_hash, bytes, modified_ms, facts, captured_at, camera, rating,
    label, title, keywords, state, imported_at) VALUES (?, '/a', ?, '/', 'f', 'ff00000', 0, 0, '{"width":300,"height":200}',
    '2024-05-01T18:03:22+02:00', 'Canon', ?, ?, ?, '["sea"]', ?, '2026-01-01T00:00:00.500Z')`)
  photo.run('/a/b10.jpg', 'b10.jpg', 4, 'Red', 'Boat', 'present')
  photo.run('/a/b9.jpg', 'b9.jpg', -1, null, null, 'present')
  photo.run('/a/c.jpg', 'c.jpg', null, null, null, 'missing')
  db.exec(`INSERT INTO batches (id, request_key, paths, request, preset, destination, created_at) VALUES (1, 'k', '[]', '{}', 'p', '/out', '')`)
  const job = db.prepare(`INSERT INTO jobs (id, batch_id, photo_id, source, root, settings, preset, state, position, created_at)
    VALUES (?, 1, ?, ?, '/', '{}', '{}', ?, 1, '')`)
  job.run(1, 1, '/a/b10.jpg', 'suspect')
  job.run(2, 2, '/a/b9.jpg', 'failed')
  db.exec(`INSERT INTO results (id, job_id, photo_id, file_hash, image_hash, restore_key, work_key, engine, pack, pack_version, pack_hash, controls,
    strength, scale, scale_reason, provider, device, seconds, tiles, guarded, suspect, notices, not_carried, format, width, height, depth, bytes, sha256,
    output, created_at) VALUES (5, 1, 1, '', '', '', '', '', '', '', '', '{}', 1, 1, '', '', '', '{}', '{}', '[]', 1, '[]', '[]', 'jpeg', 300, 200, 8,
    1, 'abcdef0', '/out/a/b10.jpg', '2026-01-02')`)
  return db
}

test('photos and results of the version before become items, with marks, words, badges and stacks', () => {
  const db = filled30()
  migrate(db, 40)
  const items = db.prepare(`SELECT items.id, texts.name, flag, stars, label, items.state, stack, position, captured_ms, added_ms, aspect, folders.path
    FROM items JOIN texts ON item_id = items.id JOIN folders ON folders.id = folder_id ORDER BY items.id`).all()
  const captured = Date.UTC(2024, 4, 1, 18, 3, 22)
  const added = Date.UTC(2026, 0, 1, 0, 0, 0, 500)
  expect(items).toEqual([
    { id: 1, name: 'b10.jpg', flag: 1, stars: 4, label: 1, state: 3, stack: 1, position: 0, captured_ms: captured, added_ms: added, aspect: 1.5, path: '/a' },
    { id: 2, name: 'b9.jpg', flag: 0, stars: 0, label: 0, state: 4, stack: 0, position: 0, captured_ms: captured, added_ms: added, aspect: 1.5, path: '/a' },
    { id: 3, name: 'c.jpg', flag: 1, stars: 0, label: 0, state: 16, stack: 0, position: 0, captured_ms: captured, added_ms: added, aspect: 1.5, path: '/a' },
    {
      id: 1_400_000_005, name: 'b10.jpg', flag: 1, stars: 4, label: 1, state: 3, stack: 1, position: 1, captured_ms: captured,
      added_ms: Date.UTC(2026, 0, 2), aspect: 1.5, path: '/out/a',
    },
  ])
  expect(db.prepare(`SELECT root FROM folders WHERE path = '/out/a'`).pluck().get()).toBe('/out')
  expect(db.prepare(`SELECT rowid FROM items_text WHERE items_text MATCH 'boat' ORDER BY rowid`).pluck().all()).toEqual([1, 1_400_000_005])
  expect(db.prepare('SELECT item_id FROM texts ORDER BY name_key LIMIT 1').pluck().get()).toBe(2)
})

test('what comes later becomes the same as what was there before', () => {
  const later = new Database(':memory:')
  later.pragma('foreign_keys = ON')
  migrate(later, 40)
  const before = filled30()
  for (const table of ['photos', 'batches', 'jobs', 'results']) {
    for (const row of before.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).all()) {
      const names = Object.keys(row)
      later.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`).run(row)
    }
  }
  migrate(before, 40)
  const columns = 'id, photo_id, version, flag, stars, label, state, stack, position, captured_ms, added_ms, aspect, megapixels'
  const read = (db: Database.Database): unknown[] => [
    ...db.prepare(`SELECT ${columns} FROM items ORDER BY id`).all(), ...db.prepare('SELECT * FROM texts ORDER BY item_id').all(),
  ]
  expect(read(later)).toEqual(read(before))
})

test('marks and kinds that cannot be are refused', () => {
  const db = filled30()
  migrate(db, 40)
  for (const change of ['flag = 3', 'stars = 6', 'label = -1', 'removed = 2', `version = 'x'`]) {
    expect(() => db.exec(`UPDATE items SET ${change}`)).toThrow()
  }
  expect(() => db.exec(`INSERT INTO blur_reports (photo_id, kind, report, version, created_at) VALUES (1, 'blurry', '{}', 1, '')`)).toThrow(/CHECK/)
  expect(() => db.exec(`INSERT INTO collections (name, kind, created_at) VALUES ('a', 'smart', '')`)).toThrow(/CHECK/)
})

test('the questions that are asked ten times a second are answered by indexes', () => {
  const db = filled30()
  migrate(db, 40)
  const plan = (sql: string): string => (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(({ detail }) => detail).join('; ')
  expect(plan('SELECT id, removed FROM items WHERE revision > 5 ORDER BY revision LIMIT 10')).toBe('SEARCH items USING INDEX items_revision (revision>?)')
  expect(plan('SELECT item_id FROM texts ORDER BY name_key')).toBe('SCAN texts USING COVERING INDEX texts_name')
  expect(plan('UPDATE items SET state = 1 WHERE photo_id = 1 AND id < 9')).toContain('items_photo')
  expect(plan('SELECT id FROM items WHERE stack <> 0 AND stack = 5 ORDER BY position')).toContain('items_stack')
})
