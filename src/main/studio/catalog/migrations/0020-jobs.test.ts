import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { nextJobSql } from '../../jobs/queue.ts'
import { migrate } from '../migrate.ts'

function at20(): Database.Database {
  const db = new Database(':memory:')
  db.pragma('foreign_keys = ON')
  migrate(db, 20)
  db.exec(`INSERT INTO batches (id, request_key, paths, request, preset, created_at) VALUES (1, 'k', '[]', '{}', 'p', '')`)
  return db
}
const insert = (db: Database.Database, source: string, position: number) => db.prepare(`
  INSERT INTO jobs (batch_id, source, root, settings, preset, state, position, created_at) VALUES (1, ?, '/', '{}', '{}', 'queued', ?, '')
`).run(source, position)
const planOf = (db: Database.Database, sql: string): string =>
  (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...Array.from({ length: sql.split('?').length - 1 }, () => 1)) as { detail: string }[])
    .map(({ detail }) => detail).join('\n')

test('the next job is found by an index, in order, without sorting', () => {
  const plan = planOf(at20(), nextJobSql)
  expect(plan).toContain('jobs_queued')
  expect(plan).toContain('jobs_by_work')
  expect(plan).not.toContain('TEMP B-TREE')
  expect(plan).not.toContain('SCAN')
})

test('counts, leases, finished work and results are found by indexes', () => {
  const db = at20()
  expect(planOf(db, 'SELECT state, count(*) FROM jobs WHERE batch_id = ? GROUP BY state')).toContain('COVERING INDEX jobs_by_state')
  expect(planOf(db, `UPDATE jobs SET lease_until = ? WHERE owner = ? AND state = 'running'`)).toContain('jobs_running')
  expect(planOf(db, `SELECT * FROM jobs WHERE state = 'running' AND owner <> ?`)).toContain('jobs_running')
  expect(planOf(db, `SELECT id FROM jobs WHERE work_key = ? AND state IN ('done', 'suspect')`)).toContain('jobs_by_work')
  expect(planOf(db, 'SELECT * FROM results WHERE work_key = ? AND file_hash = ?')).toContain('results_by_work')
  expect(planOf(db, 'SELECT 1 FROM results WHERE output = ?')).toContain('results_by_output')
  expect(planOf(db, 'SELECT id FROM batches WHERE request_key = ? ORDER BY id DESC')).toContain('batches_by_request')
})

test('rows that cannot be are refused', () => {
  const db = at20()
  insert(db, '/a.jpg', 1)
  expect(() => insert(db, '/a.jpg', 2)).toThrow(/UNIQUE/)
  for (const change of [`state = 'resting'`, `state = 'running'`, `owner = 'somebody'`, 'batch_id = 2', `position = 'first'`]) {
    expect(() => db.exec(`UPDATE jobs SET ${change}`)).toThrow()
  }
})

test('one name is reserved once, and a batch takes its jobs along', () => {
  const db = at20()
  const { lastInsertRowid: job } = insert(db, '/a.jpg', 1)
  db.prepare('INSERT INTO outputs (path, job_id) VALUES (?, ?)').run('/out/a.jpg', job)
  expect(() => db.prepare('INSERT INTO outputs (path, job_id) VALUES (?, ?)').run('/out/a.jpg', job)).toThrow(/UNIQUE/)
  db.exec('DELETE FROM batches')
  expect(db.prepare('SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM outputs)').pluck().get()).toBe(0)
})
