import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../migrate.ts'
import { latestVersion, migrations, rising } from './index.ts'

const step = (version: number) => ({
  version, name: `to ${version}`, up: (db: Database.Database) => { db.exec(`CREATE TABLE t${version} (a)`) },
})

test('the list rises by tens and a disorder is refused', () => {
  expect(rising([step(10), step(30)])).toHaveLength(2)
  for (const list of [[10, 10], [20, 10], [5], [0]]) expect(() => rising(list.map(step))).toThrow(/out of order/)
})

test('a failing step leaves everything as it was', () => {
  const db = new Database(':memory:')
  const bad = { ...step(20), up: () => { throw new Error('no') } }
  expect(() => { migrate(db, 20, [step(10), bad]) }).toThrow('no')
  expect([db.pragma('user_version', { simple: true }), db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()]).toEqual([0, 0])
})

test('step by step and all at once give the same catalog', () => {
  const schema = (db: Database.Database): unknown[] => db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all()
  const slow = new Database(':memory:')
  for (const { version } of migrations) migrate(slow, version)
  const fast = new Database(':memory:')
  migrate(fast)
  expect(schema(slow)).toEqual(schema(fast))
  expect(fast.pragma('user_version', { simple: true })).toBe(latestVersion)
})
