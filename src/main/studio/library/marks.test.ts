import { expect, test } from 'vitest'
import { addJob, deliverResult, draft, tempCatalog } from '../../../../test/helpers/library.ts'
import { unpackIndex } from '../../../shared/contract/columns.ts'
import { itemId, itemState } from '../../../shared/contract/items.ts'
import { ItemsRepo } from '../catalog/items.repo.ts'
import { IndexCache } from './index-columns.ts'
import { Journal } from './journal.ts'
import { mark } from './marks.ts'

async function library() {
  const { catalog, photos } = await tempCatalog()
  const items = new ItemsRepo(catalog)
  return { catalog, photos, items, journal: new Journal(catalog), index: new IndexCache(catalog, items) }
}

test('marks begin with what the file says, and a person says otherwise', async () => {
  const { photos, items, journal } = await library()
  const id = photos.save(draft('/p/a.jpg', { rating: 3, label: 'Green' }))
  expect(items.byId(id)).toMatchObject({ flag: 'none', stars: 3, label: 'green' })
  expect(mark(journal, [id], { flag: 'pick', stars: 5 })).toEqual({ changed: 1, undo: 'Picked, 5 stars: 1 photo' })
  expect(mark(journal, [id, id + 7], { stars: 5 })).toEqual({ changed: 0, undo: null })
  expect(items.byId(id)).toMatchObject({ flag: 'pick', stars: 5, label: 'green' })
})

test('a file that is read again takes nothing back unless it says something new', async () => {
  const { photos, items, journal } = await library()
  const id = photos.save(draft('/p/a.jpg', { rating: 1, label: 'Red' }))
  mark(journal, [id], { stars: 4, label: 'blue' })
  photos.save(draft('/p/a.jpg', { rating: 1, label: 'Red', fileHash: 'other', imageHash: 'fff0000' }))
  expect(items.byId(id)).toMatchObject({ stars: 4, label: 'blue', version: 0xfff0000 })
  photos.save(draft('/p/a.jpg', { rating: 2, label: 'Red' }))
  expect(items.byId(id)).toMatchObject({ stars: 2, label: 'blue' })
  photos.save(draft('/p/a.jpg', { rating: -1, label: 'Red' }))
  expect(items.byId(id)).toMatchObject({ flag: 'reject', stars: 0 })
  photos.save(draft('/p/a.jpg', { rating: null, label: 'Red' }))
  expect(items.byId(id)).toMatchObject({ flag: 'none', stars: 0 })
})

test('a mark taken back leaves what the file has said since', async () => {
  const { photos, items, journal } = await library()
  const id = photos.save(draft('/p/a.jpg'))
  mark(journal, [id], { stars: 4, flag: 'pick' })
  photos.save(draft('/p/a.jpg', { rating: 5 }))
  expect(journal.undo()).toBe('Picked, 4 stars: 1 photo')
  expect(items.byId(id)).toMatchObject({ stars: 5, flag: 'none' })
})

test('jobs and results show as badges, on the original and on the result', async () => {
  const { catalog, photos, items } = await library()
  const id = photos.save(draft('/p/a.jpg', { rating: 2 }))
  const job = addJob(catalog, id, 'queued')
  expect(items.byId(id)?.state).toBe(itemState.queued)
  const end = (state: string): void => { catalog.db.prepare('UPDATE jobs SET state = ? WHERE id = ?').run(state, job) }
  end('failed')
  expect(items.byId(id)?.state).toBe(itemState.failed)
  const result = deliverResult(catalog, id, '/p-restored/a.jpg', { suspect: true })
  expect(items.byId(id)).toMatchObject({ state: itemState.restored | itemState.suspect, stack: id, position: 0 })
  expect(items.byId(result)).toMatchObject({ state: itemState.restored | itemState.suspect, stack: id, position: 1, stars: 2, name: 'a.jpg', aspect: 1.5 })
  catalog.db.exec('DELETE FROM results')
  expect(items.byId(result)).toBeNull()
  expect(items.byId(id)).toMatchObject({ stack: 0, position: 0 })
})

test('a blur report shows on the original and its copies', async () => {
  const { catalog, photos, items } = await library()
  const id = photos.save(draft('/p/a.jpg'))
  catalog.db.prepare(`INSERT INTO blur_reports (photo_id, kind, severity, gain_db, report, version, created_at) VALUES (?, 'shake', 0.5, 1.25, '{}', 1, '')`).run(id)
  expect(items.byId(id)).toMatchObject({ kind: 'shake', severity: 0.5, gain: 1.25 })
  catalog.db.exec('DELETE FROM blur_reports')
  expect(items.byId(id)).toMatchObject({ kind: 'unknown', severity: null, gain: null })
})

test('the index holds every item in columns, ranked by name, and follows each change', async () => {
  const { catalog, photos, journal, index } = await library()
  const ten = photos.save(draft('/p/IMG_10.jpg', { camera: 'Canon', lens: 'L', iso: 200, shutterSeconds: 0.5, capturedAt: '2024-01-02T03:04:05' }))
  const nine = photos.save(draft('/q/img_9.jpg', { state: 'missing' }))
  const read = () => {
    const { columns, cameras, revision } = unpackIndex(index.get().buffer)
    return { ...columns, cameras, revision }
  }
  const first = read()
  expect([...first.id]).toEqual([ten, nine])
  expect([...first.nameRank]).toEqual([1, 0])
  expect([...first.state]).toEqual([0, itemState.missing])
  expect([first.cameras[first.camera[0] ?? 9], first.camera[1], first.iso[0], Number.isNaN(first.iso[1])]).toEqual(['Canon', 65535, 200, true])
  expect([first.captured[0], first.aspect[0], first.shutterSeconds[0]]).toEqual([Date.UTC(2024, 0, 2, 3, 4, 5), 1.5, 0.5])
  expect(index.get()).toBe(index.get())
  mark(journal, [nine], { stars: 5 })
  const second = read()
  expect([...second.stars]).toEqual([0, 5])
  expect(second.revision).toBeGreaterThan(first.revision)
  const result = deliverResult(catalog, ten, '/p-restored/IMG_10.jpg')
  const third = read()
  expect([...third.id]).toEqual([ten, nine, result])
  expect([...third.stack]).toEqual([ten, 0, ten])
  expect(result).toBeGreaterThan(itemId('result', 0))
})
