import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../migrate.ts'

const copy = 1_000_000_001

/** A photo, restored once before this version, and a virtual copy of it. */
function filled80(): Database.Database {
  const db = new Database(':memory:')
  db.pragma('foreign_keys = ON')
  migrate(db, 80)
  db.exec(`INSERT INTO photos (path, folder, name, root, file_hash, image_hash, bytes, modified_ms, facts, keywords, state, imported_at)
      VALUES ('/a/b.jpg', '/a', 'b.jpg', '/', 'f', 'ff00000', 0, 0, '{"width":300,"height":200}', '[]', 'present', '2026-01-01');
    INSERT INTO items (id, photo_id, version, folder_id, added_ms, aspect, megapixels) SELECT ${copy}, 1, version, folder_id, 0, 1.5, 1 FROM items;
    INSERT INTO batches (id, request_key, paths, request, preset, created_at) VALUES (1, 'k', '[]', '{}', 'p', ''), (2, 'k', '[]', '{}', 'p', '');
    INSERT INTO jobs (id, batch_id, photo_id, source, root, settings, preset, state, position, created_at)
      VALUES (1, 1, 1, '/a/b.jpg', '/', '{}', '{}', 'done', 1, '')`)
  deliver(db, 1, 0)
  return db
}

function deliver(db: Database.Database, job: number, suspect: number): void {
  db.prepare(`INSERT INTO results (job_id, photo_id, file_hash, image_hash, restore_key, work_key, engine, pack, pack_version, pack_hash, controls,
    strength, scale, scale_reason, provider, device, seconds, tiles, guarded, suspect, notices, not_carried, format, width, height, depth, bytes, sha256,
    output, created_at) VALUES (?, 1, '', '', '', '', '', '', '', '', '{}', 1, 1, '', '', '', '{}', '{}', '[]', ?, '[]', '[]', 'jpeg', 300, 200, 8,
    1, 'abcdef0', '/out/' || ?, '2026-01-02')`).run(job, suspect, job)
}

test('work shows at the item that it was asked for: the photo or its copy', () => {
  const db = filled80()
  const states = (): unknown[] => db.prepare('SELECT state FROM items WHERE id IN (1, ?) ORDER BY id').pluck().all(copy)
  expect(states()).toEqual([1, 0])
  migrate(db, 90)
  expect(db.prepare('SELECT item_id FROM jobs').pluck().all()).toEqual([1])
  db.prepare(`INSERT INTO jobs (id, batch_id, photo_id, item_id, source, root, settings, preset, state, position, created_at)
    VALUES (2, 2, 1, ?, '/a/b.jpg', '/', '{}', '{}', 'queued', 1, '')`).run(copy)
  expect(states()).toEqual([1, 8])
  db.exec(`UPDATE jobs SET state = 'failed' WHERE id = 2`)
  expect(states()).toEqual([1, 4])
  db.exec(`UPDATE jobs SET state = 'suspect' WHERE id = 2`)
  deliver(db, 2, 1)
  expect(states()).toEqual([1, 3])
  db.exec(`UPDATE results SET output = NULL WHERE job_id = 2`)
  expect(states()).toEqual([1, 0])
  db.exec(`UPDATE jobs SET item_id = 1, state = 'skipped' WHERE id = 2`)
  expect(states()).toEqual([65, 0])
  db.exec('DELETE FROM jobs WHERE id = 2')
  expect(states()).toEqual([1, 0])
  db.exec('DELETE FROM batches')
  expect(states()).toEqual([0, 0])
})

test('a job outlives the copy that it was asked for', () => {
  const db = filled80()
  migrate(db, 90)
  db.prepare('UPDATE jobs SET item_id = ?').run(copy)
  db.prepare('DELETE FROM items WHERE id = ?').run(copy)
  expect(db.prepare('SELECT item_id FROM jobs').pluck().get()).toBeNull()
})
