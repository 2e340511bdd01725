import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import type { DevelopSettings } from '../../../shared/contract/develop.ts'
import { itemId, itemState } from '../../../shared/contract/items.ts'
import { openCatalog } from '../catalog/open.ts'
import { unknownFacts } from '../catalog/photo.ts'
import { PhotosRepo } from '../catalog/photos.repo.ts'
import { Copies } from '../library/copies.ts'
import { Journal } from '../library/journal.ts'
import { StackKeeper } from '../library/stacks.ts'
import { DevelopRepo, untouched } from './settings.repo.ts'

async function catalogWith(count: number) {
  const catalog = openCatalog(join(await tempFolder(), 'catalog.sqlite'))
  onTestFinished(() => { catalog.close() })
  const photos = new PhotosRepo(catalog)
  const ids = Array.from({ length: count }, (_, index) => photos.save({
    path: `/photos/${index}.jpg`, folder: '/photos', name: `${index}.jpg`, root: '/photos', fileHash: `f${index}`, imageHash: `i${index}`,
    bytes: 1, modifiedMs: 1, sidecars: '', facts: unknownFacts, capturedAt: null, camera: null, lens: null, iso: null, shutterSeconds: null, aperture: null, focalLength: null,
    latitude: null, longitude: null, rating: null, label: null, title: null, caption: null, keywords: [], state: 'present', error: null, note: null,
    importedAt: '2026-01-01T00:00:00.000Z',
  }))
  const state = (item: number) => catalog.db.prepare<[number], number>('SELECT state FROM items WHERE id = ?').pluck().get(item)
  return { catalog, ids, repo: new DevelopRepo(catalog), journal: new Journal(catalog), state }
}

const gentle: DevelopSettings = { ...untouched, strength: 0.5 }
const half: DevelopSettings = { ...untouched, engine: 'nafnet-edge', scale: 0.5 }
const all = ['engine', 'strength', 'scale', 'mask'] as const

test('an item that nobody touched has defaults and no steps', async () => {
  const { repo, ids: [id = 0] } = await catalogWith(1)
  expect(repo.settingsOf(id)).toEqual(untouched)
  expect(repo.history(id)).toEqual({ history: [], current: null, snapshots: [] })
})

test('the first step keeps how the photo came; only what changes makes a step', async () => {
  const { repo, state, ids: [id = 0, other = 0] } = await catalogWith(2)
  expect(repo.apply([id], gentle, all, 'Strength 50 %')).toEqual({ changed: 1, undo: 'Strength 50 %: 1 photo' })
  expect(repo.apply([id, other, itemId('result', 99)], gentle, all, 'Strength 50 %')).toMatchObject({ changed: 1 })
  const { history, current } = repo.history(id)
  expect(history.map(({ label, settings }) => [label, settings.strength])).toEqual([['As imported', 1], ['Strength 50 %', 0.5]])
  expect(current).toBe(history[1]?.id)
  expect(state(id)).toBe(itemState.edited)
  expect(repo.goTo(id, history[0]!.id)).toEqual(untouched)
  expect(repo.goTo(other, history[0]!.id)).toBeNull()
  expect(repo.settingsOf(id)).toEqual(untouched)
})

test('parts are taken over alone; engine, pack and controls together', async () => {
  const { repo, ids: [id = 0] } = await catalogWith(1)
  repo.apply([id], gentle, all, 'a')
  repo.apply([id], { ...half, strength: 0.1, controls: { tau: 0.1 }, pack: 'p' }, ['engine', 'scale'], 'b')
  expect(repo.settingsOf(id)).toEqual({ engine: 'nafnet-edge', pack: 'p', controls: { tau: 0.1 }, strength: 0.5, scale: 0.5, mask: null })
})

test('a virtual copy begins with the settings of its original, and each goes its own way from there', async () => {
  const { catalog, repo, journal, ids: [id = 0, plain = 0] } = await catalogWith(2)
  repo.apply([id], gentle, all, 'Gentle')
  const copies = new Copies(catalog, journal, new StackKeeper(catalog, journal))
  const { ids: [copy = 0, untouchedCopy = 0] } = copies.copy([id, plain])
  expect(repo.settingsOf(copy)).toEqual(gentle)
  expect(repo.history(copy).history.map(({ label }) => label)).toEqual(['Virtual copy'])
  expect(repo.history(untouchedCopy).history).toEqual([])
  repo.apply([copy], half, all, 'Half')
  expect(repo.settingsOf(id)).toEqual(gentle)
  journal.undo()
  journal.undo()
  expect(repo.history(copy).history).toEqual([])
})

test('undo and redo of the library take steps back and bring them again', async () => {
  const { repo, journal, state, ids: [id = 0] } = await catalogWith(1)
  repo.apply([id], gentle, all, 'Gentle')
  repo.apply([id], half, all, 'Half')
  const before = repo.history(id)
  expect(journal.undo()).toBe('Half: 1 photo')
  expect(repo.settingsOf(id)).toEqual(gentle)
  expect(journal.undo()).toBe('Gentle: 1 photo')
  expect([repo.settingsOf(id), repo.history(id).history, state(id)]).toEqual([untouched, [], 0])
  journal.redo()
  journal.redo()
  expect(repo.history(id)).toEqual(before)
})

test('undoing everything after any changes leaves nothing', async () => {
  const { repo, journal, ids } = await catalogWith(3)
  const change = fc.record({ items: fc.subarray(ids, { minLength: 1 }), strength: fc.constantFrom(0, 0.25, 0.5, 1), reset: fc.boolean() })
  fc.assert(fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
    for (const { items, strength, reset } of changes) if (reset) repo.reset(items)
    else repo.apply(items, { ...untouched, strength }, ['strength'], 's')
    while (journal.undo() !== null);
    for (const id of ids) expect(repo.history(id)).toEqual({ history: [], current: null, snapshots: [] })
  }), { numRuns: 30 })
})

test('snapshots and presets are kept, renamed and removed; shipped ones stay', async () => {
  const { repo, ids: [id = 0] } = await catalogWith(1)
  repo.apply([id], gentle, all, 'Gentle')
  const snapshot = repo.saveSnapshot(id, 'before lunch')
  expect(repo.history(id).snapshots).toMatchObject([{ id: snapshot, name: 'before lunch', settings: gentle }])
  repo.removeSnapshot(id, snapshot)
  expect(repo.history(id).snapshots).toEqual([])
  const preset = repo.savePreset(null, 'mine', gentle)
  expect(repo.savePreset(preset, 'mine too', half)).toBe(preset)
  expect(repo.presets().at(-1)).toEqual({ id: preset, name: 'mine too', builtIn: false, settings: half })
  repo.removePreset(preset)
  const shipped = repo.presets()
  expect(shipped.every(({ builtIn, id: each }) => builtIn && each < 0)).toBe(true)
  repo.removePreset(shipped[0]!.id)
  expect(repo.presets()).toEqual(shipped)
})

test('stored settings that no longer fit count as defaults', async () => {
  const { repo, catalog, ids: [id = 0] } = await catalogWith(1)
  repo.apply([id], gentle, all, 'Gentle')
  catalog.db.exec(`UPDATE develop_history SET settings = '{"strength": 9}'`)
  expect(repo.settingsOf(id)).toEqual(untouched)
})

test('settings go with their photo', async () => {
  const { repo, catalog, ids: [id = 0] } = await catalogWith(1)
  repo.apply([id], gentle, all, 'Gentle')
  catalog.db.exec('DELETE FROM photos')
  expect(catalog.db.prepare('SELECT count(*) FROM develop_history').pluck().get()).toBe(0)
})
