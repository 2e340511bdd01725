import { expect, test } from 'vitest'
import { draft, tempCatalog } from '../../../../test/helpers/library.ts'
import { filterSchema } from '../../../shared/contract/library.ts'
import { RestillError } from '../../../shared/errors.ts'
import { ItemsRepo } from '../catalog/items.repo.ts'
import { Collections } from './collections.ts'
import { Copies } from './copies.ts'
import { Journal } from './journal.ts'
import { StackKeeper } from './stacks.ts'
import { builtInIds, TreeCache } from './tree.ts'

async function library() {
  const { catalog, photos } = await tempCatalog()
  const journal = new Journal(catalog)
  const tree = new TreeCache(catalog, new ItemsRepo(catalog))
  return { catalog, photos, journal, collections: new Collections(catalog, journal), tree, named: (id: number) => tree.get().collections.find((one) => one.id === id) }
}
const code = (expected: string) => expect.objectContaining({ code: expected }) as RestillError

test('a manual collection keeps its photos in the order they were put in', async () => {
  const { photos, collections, named } = await library()
  const [a = 0, b = 0, c = 0] = ['a', 'b', 'c'].map((name) => photos.save(draft(`/p/${name}.jpg`)))
  const id = collections.save({ id: null, name: ' Best ', filter: null, sort: null, ids: [c, a] })
  expect(collections.collect(id, [b, a, 999], [])).toEqual({ changed: 1, undo: 'Collection changed: Best' })
  expect(collections.members(id)).toEqual([c, a, b])
  expect(collections.collect(id, [], [a]).changed).toBe(1)
  expect(named(id)).toMatchObject({ name: 'Best', kind: 'manual', count: 2 })
})

test('a smart collection keeps a filter; the window fills it', async () => {
  const { collections, named } = await library()
  const filter = filterSchema.parse({ minStars: 4, text: 'sea' })
  const id = collections.save({ id: null, name: 'Good', filter, sort: { by: 'gain', descending: true } })
  expect(named(id)).toEqual({ id, name: 'Good', kind: 'smart', filter, sort: { by: 'gain', descending: true }, count: null })
  expect(() => collections.members(id)).toThrow(code('COLLECTION_FIXED'))
  expect(() => collections.collect(id, [], [])).toThrow(code('COLLECTION_FIXED'))
  expect(() => collections.save({ id, name: 'Good', filter: null, sort: null })).toThrow(code('COLLECTION_FIXED'))
  collections.remove(id)
  expect(named(id)).toBeUndefined()
  expect(() => collections.remove(id)).toThrow(code('COLLECTION_UNKNOWN'))
})

test('the quick collection is always there; built-in ones cannot be changed', async () => {
  const { photos, collections, named, tree } = await library()
  const id = photos.save(draft('/p/a.jpg'))
  const quick = tree.get().collections.find(({ kind }) => kind === 'quick')?.id ?? 0
  collections.collect(quick, [id], [])
  expect(named(quick)).toMatchObject({ name: 'Quick collection', count: 1 })
  expect(collections.remove(quick).changed).toBe(1)
  expect(named(quick)).toMatchObject({ count: 0 })
  for (const builtIn of Object.values(builtInIds)) expect(() => collections.remove(builtIn)).toThrow(code('COLLECTION_FIXED'))
})

test('worth fixing is what gains enough and is not sharp; recent is the last day of imports', async () => {
  const { photos, named } = await library()
  photos.save(draft('/p/a.jpg', { importedAt: '2026-01-05T12:00:00.000Z' }))
  expect(named(builtInIds.worthFixing)).toMatchObject({ filter: { minGain: 0.3 }, sort: { by: 'gain', descending: true } })
  expect(named(builtInIds.worthFixing)?.filter?.kinds).not.toContain('sharp')
  expect(named(builtInIds.recentlyAdded)?.filter?.addedFrom).toBe(Date.UTC(2026, 0, 4, 12))
})

test('folders hang below the folder that was imported; those without photos between are shown', async () => {
  const { catalog, photos, journal, tree } = await library()
  photos.save(draft('/home/p/2024/may/a.jpg', { root: '/home/p' }))
  const b = photos.save(draft('/home/p/2024/may/b.jpg', { root: '/home/p', state: 'missing' }))
  photos.save(draft('/home/p/2024/june/c.jpg', { root: '/home/p', state: 'missing' }))
  photos.save(draft('/other/d.jpg'))
  const shape = () => tree.get().folders.map(({ id, name, parent, count, missing }) => [name, tree.get().folders.find((one) => one.id === parent)?.name ?? null, count, missing, id > 0])
  expect(shape()).toEqual([
    ['p', null, 0, false, true], ['2024', 'p', 0, false, true], ['june', '2024', 1, true, true], ['may', '2024', 2, false, true], ['other', null, 1, false, true],
  ])
  expect(tree.get()).toBe(tree.get())
  new Copies(catalog, journal, new StackKeeper(catalog, journal)).remove([b])
  expect(shape()[3]).toEqual(['may', '2024', 1, false, true])
})
