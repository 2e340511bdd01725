import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deliverResult, draft, tempCatalog } from '../../../../test/helpers/library.ts'
import { filterSchema } from '../../../shared/contract/library.ts'
import { flags, itemId, labels } from '../../../shared/contract/items.ts'
import type { Catalog } from '../catalog/open.ts'
import { Collections } from './collections.ts'
import { Copies } from './copies.ts'
import { describe } from './describe.ts'
import { Journal } from './journal.ts'
import { mark } from './marks.ts'
import { StackKeeper } from './stacks.ts'

/** Everything that a person can change, without the counters. */
function stateOf({ db }: Catalog): unknown {
  return [
    db.prepare('SELECT id, flag, stars, label, stack, position, removed FROM items WHERE removed = 0 ORDER BY id').all(),
    db.prepare('SELECT texts.* FROM texts JOIN items ON items.id = item_id AND removed = 0 ORDER BY item_id').all(),
    db.prepare('SELECT id, name, kind, filter, sort FROM collections ORDER BY id').all(),
    db.prepare('SELECT collection_id, item_id FROM collection_items ORDER BY collection_id, position, item_id').all(),
    db.prepare('SELECT rowid FROM items_text WHERE rowid IN (SELECT id FROM items WHERE removed = 0) ORDER BY rowid').pluck().all(),
  ]
}

async function library() {
  return filled(await tempCatalog())
}

function filled({ catalog, photos }: Awaited<ReturnType<typeof tempCatalog>>) {
  const journal = new Journal(catalog)
  const stacks = new StackKeeper(catalog, journal)
  const ids = ['a', 'b', 'c', 'd', 'e'].map((name) => photos.save(draft(`/p/${name}.jpg`, { keywords: ['k'] })))
  const results = ids.slice(0, 2).map((id) => deliverResult(catalog, id, `/r/${id}.jpg`))
  return { catalog, journal, stacks, copies: new Copies(catalog, journal, stacks), collections: new Collections(catalog, journal), ids: [...ids, ...results] }
}

type Library = ReturnType<typeof filled>

/** `check` after any changes, each time in a library of its own: what a run does is rolled back. */
async function afterAny(check: (it: Library, actions: ((it: Library) => void)[]) => void): Promise<void> {
  const empty = await tempCatalog()
  fc.assert(fc.property(fc.array(action, { minLength: 1, maxLength: 12 }), (actions) => {
    empty.catalog.db.exec('BEGIN IMMEDIATE')
    try {
      check(filled(empty), actions)
    } finally {
      empty.catalog.db.exec('ROLLBACK')
    }
  }), { numRuns: 30 })
}

const some = fc.uniqueArray(fc.nat({ max: 9 }), { minLength: 1, maxLength: 5 })
/** Ids of what there is now, of the places asked for. */
function chosen({ catalog }: Library, places: readonly number[]): number[] {
  const there = catalog.db.prepare<[], number>('SELECT id FROM items WHERE removed = 0 ORDER BY id').pluck().all()
  return places.flatMap((place) => there[place] ?? [])
}

const action = fc.oneof(
  fc.tuple(some, fc.constantFrom(...flags), fc.nat({ max: 5 }), fc.constantFrom(...labels)).map(([places, flag, stars, label]) =>
    (it: Library) => { mark(it.journal, chosen(it, places), { flag, stars, label }) }),
  fc.tuple(some, fc.constantFrom(null, 'one', 'two'), fc.constantFrom('k', 'K', 'sea', 'Elbe')).map(([places, title, keyword]) =>
    (it: Library) => { describe(it.catalog, it.journal, chosen(it, places), { title, addKeywords: [keyword] }) }),
  fc.tuple(some, fc.constantFrom('k', 'sea')).map(([places, keyword]) =>
    (it: Library) => { describe(it.catalog, it.journal, chosen(it, places), { removeKeywords: [keyword] }) }),
  some.map((places) => (it: Library) => { it.stacks.stack(chosen(it, places)) }),
  some.map((places) => (it: Library) => { it.stacks.unstack(chosen(it, places)) }),
  some.map((places) => (it: Library) => { it.copies.copy(chosen(it, places)) }),
  some.map((places) => (it: Library) => { it.copies.remove(chosen(it, places)) }),
  fc.tuple(some, fc.string({ minLength: 1, maxLength: 4 })).map(([places, name]) =>
    (it: Library) => { it.collections.save({ id: null, name, filter: null, sort: null, ids: chosen(it, places) }) }),
  fc.constant((it: Library) => { it.collections.save({ id: null, name: 'smart', filter: filterSchema.parse({ minStars: 3 }), sort: null }) }),
  fc.tuple(some, some).map(([add, remove]) => (it: Library) => { it.collections.collect(1, chosen(it, add), chosen(it, remove)) }),
  fc.constant((it: Library) => {
    const last = it.catalog.db.prepare<[], number | null>('SELECT max(id) FROM collections').pluck().get() ?? 1
    it.collections.remove(last)
  }),
)

test('any changes taken back one by one give back every state on the way, and done again the way forward', async () => {
  await afterAny((it, actions) => {
    const position = it.catalog.db.prepare('SELECT journal_position FROM library_state').pluck()
    const states = [stateOf(it.catalog)]
    for (const act of actions) {
      const before = position.get()
      act(it)
      if (position.get() !== before) states.push(stateOf(it.catalog))
    }
    const steps = states.length - 1
    for (let step = steps; step > 0; step--) {
      expect(it.journal.undo()).not.toBeNull()
      expect(stateOf(it.catalog)).toEqual(states[step - 1])
    }
    expect(it.journal.undo()).toBeNull()
    for (let step = 1; step <= steps; step++) {
      expect(it.journal.redo()).not.toBeNull()
      expect(stateOf(it.catalog)).toEqual(states[step])
    }
    expect(it.journal.redo()).toBeNull()
  })
})

test('stacks are whole after any changes: each has a top, places without gaps, and two members', async () => {
  await afterAny((it, actions) => {
    for (const act of actions) act(it)
    const rows = it.catalog.db.prepare<[], { id: number, stack: number, position: number }>(
      'SELECT id, stack, position FROM items WHERE removed = 0 AND stack <> 0 ORDER BY stack, position').all()
    for (const [top, members] of Map.groupBy(rows, ({ stack }) => stack)) {
      expect(members.map(({ position }) => position)).toEqual(members.map((_, index) => index))
      expect([members[0]?.id, members.length > 1]).toEqual([top, true])
    }
  })
})

test('a new change forgets what was taken back; the journal outlives its studio', async () => {
  const { catalog, journal, ids: [id = 0] } = await library()
  mark(journal, [id], { stars: 1 })
  mark(journal, [id], { stars: 2 })
  expect(new Journal(catalog).undo()).toBe('2 stars: 1 photo')
  mark(journal, [id], { stars: 5 })
  expect([journal.redo(), journal.undo(), journal.undo(), journal.undo()]).toEqual([null, '5 stars: 1 photo', '1 star: 1 photo', null])
})

test('old steps make room, the last one never', async () => {
  const { catalog, journal, ids: [id = 0] } = await library()
  for (const stars of [1, 2, 3]) mark(journal, [id], { stars })
  catalog.db.exec('UPDATE journal SET bytes = 60e6')
  mark(journal, [id], { stars: 4 })
  expect([journal.undo(), journal.undo(), journal.undo()]).toEqual(['4 stars: 1 photo', '3 stars: 1 photo', null])
})

test('a change that fails half-way leaves nothing', async () => {
  const { catalog, journal, ids: [id = 0] } = await library()
  const before = stateOf(catalog)
  expect(() => journal.change((edit) => {
    edit.update('items', { id }, { stars: 5 })
    throw new Error('no')
  })).toThrow('no')
  expect([stateOf(catalog), journal.undo()]).toEqual([before, null])
})

test('what was removed and can no more be brought back is forgotten for good; the rest waits', async () => {
  const { catalog, journal, copies, ids: [first = 0, second = 0] } = await library()
  copies.copy([first])
  copies.remove([first])
  catalog.db.exec('DELETE FROM journal')
  copies.remove([second])
  copies.purge()
  expect(catalog.db.prepare('SELECT id FROM photos WHERE id IN (?, ?)').pluck().all(first, second)).toEqual([second])
  expect(catalog.db.prepare('SELECT count(*) FROM items WHERE id > ? AND id < ?').pluck().get(itemId('copy', 0), itemId('result', 0))).toBe(0)
  expect(catalog.db.pragma('foreign_key_check')).toEqual([])
  journal.undo()
  expect(catalog.db.prepare('SELECT removed FROM items WHERE id = ?').pluck().get(second)).toBe(0)
})
