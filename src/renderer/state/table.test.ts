import { expect, test } from 'vitest'
import { itemId, itemState, type Item } from '../../shared/contract/items.ts'
import { applyItems } from './table.ts'
import { tableWith } from './table.fixture.ts'

function item(id: number, more: Partial<Item> = {}): Item {
  return {
    id, version: 1, folder: 1, flag: 'none', stars: 0, label: 'none', kind: 'unknown', severity: null, gain: null, state: 0, camera: null, lens: null, shutterSeconds: null, iso: null,
    captured: null, added: 5, aspect: 1.5, megapixels: 12, stack: 0, position: 0, name: `${id}.jpg`, ...more,
  }
}

test('a changed item takes its row, and only its changed columns say so', () => {
  const table = tableWith([{ folder: 1, version: 1, added: 5 }, { folder: 1, version: 1, added: 5 }])
  table.names.set(2, '2.jpg')
  const before = { ...table.editions }
  expect(applyItems(table, [item(2, { flag: 'pick', state: itemState.queued, camera: 'New' })], [])).toBe(false)
  expect([table.columns.flag[1], table.columns.state[1], table.cameras[table.columns.camera[1]!]]).toEqual([2, itemState.queued, 'New'])
  const changed = Object.keys(before).filter((name) => table.editions[name as keyof typeof before] !== before[name as keyof typeof before])
  expect(changed.sort()).toEqual(['camera', 'flag', 'state'])
})

test('new items get rows beyond the old ones and ask for a fresh order of names', () => {
  const table = tableWith([{}])
  const made = Array.from({ length: 200 }, (_, at) => item(itemId('result', at + 1), { stack: 1, position: 1, gain: 1.5 }))
  expect(applyItems(table, made, [])).toBe(true)
  expect(table.count).toBe(201)
  const row = table.rows.get(itemId('result', 200))!
  expect([table.columns.id[row], table.columns.gain[row], table.columns.stack[row]]).toEqual([itemId('result', 200), 1.5, 1])
  expect(table.columns.id[0]).toBe(1)
})

test('a new name asks for a fresh order of names; removed items are forgotten', () => {
  const table = tableWith([{}, {}])
  table.names.set(1, 'old.jpg')
  expect(applyItems(table, [item(1, { name: 'new.jpg' })], [2, 99])).toBe(true)
  expect(table.names.get(1)).toBe('new.jpg')
  expect([table.rows.has(2), table.columns.id[1]]).toEqual([false, 0])
})
