import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { addFunctions } from '../functions.ts'
import { migrate } from '../migrate.ts'

test('items of the version before stay; a developed one says so; results have room for what engines tell', () => {
  const db = new Database(':memory:')
  addFunctions(db)
  migrate(db, 40)
  db.exec(`INSERT INTO photos (path, folder, name, root, file_hash, image_hash, bytes, modified_ms, facts, state, imported_at)
    VALUES ('/a/b.jpg', '/a', 'b.jpg', '/a', '', '', 0, 0, '{}', 'present', '')`)
  migrate(db, 50)
  const state = () => db.prepare('SELECT state FROM items WHERE id = 1').pluck().get()
  expect(state()).toBe(0)
  db.exec(`INSERT INTO develop_history (item_id, label, settings, created_at) VALUES (1, 'a', '{}', '');
    INSERT INTO develop_current (item_id, entry) VALUES (1, 1)`)
  expect(state()).toBe(128)
  db.exec('DELETE FROM develop_current')
  expect(state()).toBe(0)
  expect(() => db.exec(`INSERT INTO develop_presets (name, settings, changed_at) VALUES ('a', 'no json', '')`)).toThrow(/CHECK/)
  const columns = db.prepare<[], { name: string, dflt_value: string }>('PRAGMA table_info(results)').all()
  expect(columns.filter(({ name }) => ['maps', 'figures'].includes(name)).map(({ dflt_value: value }) => value)).toEqual(['\'[]\'', '\'{}\''])
})
