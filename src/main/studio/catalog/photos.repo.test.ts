import fc from 'fast-check'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { openCatalog, type Catalog } from './open.ts'
import { matchExpression, photoQuery, type PhotoFilter } from './photo-query.ts'
import { unknownFacts, type PhotoDraft } from './photo.ts'
import { PhotosRepo } from './photos.repo.ts'

let catalog: Catalog
let photos: PhotosRepo

beforeEach(async () => {
  catalog = openCatalog(join(await tempFolder(), 'catalog.restill'))
  photos = new PhotosRepo(catalog)
  return () => { catalog.close() }
})

function draft(path: string, more: Partial<PhotoDraft> = {}): PhotoDraft {
  const at = path.lastIndexOf('/')
  return {
    path, folder: path.slice(0, at), name: path.slice(at + 1), root: '/p', fileHash: 'f', imageHash: 'i', bytes: 1, modifiedMs: 2,
    sidecars: '', facts: { ...unknownFacts, width: 3, height: 4 }, capturedAt: null, camera: null, lens: null, iso: null,
    shutterSeconds: null, aperture: null, focalLength: null, latitude: null, longitude: null, rating: null, label: null, title: null,
    caption: null, keywords: [], state: 'present', error: null, note: null, importedAt: '2026-01-01T00:00:00.000Z', ...more,
  }
}
const names = (filter: PhotoFilter): string[] => photos.list({ order: 'path', ...filter }).map(({ name }) => name)

test('a photo comes back as it was saved', () => {
  const full = draft('/p/a.jpg', {
    capturedAt: '2024-05-01T18:03:22+02:00', camera: 'C', lens: 'L', iso: 100, shutterSeconds: 1 / 3, aperture: 2.8, focalLength: 35.5,
    latitude: -12.5, longitude: 170.25, rating: -1, label: 'Red', title: 'T', caption: 'line\nline', keywords: ['a "b"', 'ü'], note: 'N',
  })
  const id = photos.save(full)
  expect(photos.byId(id)).toEqual({ id, ...full })
  expect(photos.byPath('/p/a.jpg')).toEqual(photos.byId(id))
  expect([photos.byPath('/p/A.jpg'), photos.byId(id + 1)]).toEqual([null, null])
})

test('saving the same path again replaces all but the id and the first import', () => {
  const id = photos.save(draft('/p/a.jpg', { rating: 2 }))
  expect(photos.save(draft('/p/a.jpg', { title: 'new', importedAt: 'later' }))).toBe(id)
  expect(photos.byId(id)).toMatchObject({ title: 'new', rating: null, importedAt: '2026-01-01T00:00:00.000Z' })
})

test('names that differ by normalisation are different photos', () => {
  expect(photos.save(draft('/p/caf\u00e9.jpg'))).not.toBe(photos.save(draft('/p/cafe\u0301.jpg')))
})

test('a folder and what lies below it', () => {
  for (const path of ['/p/a.jpg', '/p/q/b.jpg', '/p/q/r/c.jpg', '/pq/d.jpg', '/p/q-x/e.jpg']) photos.save(draft(path))
  expect(names({ folder: '/p/q' })).toEqual(['b.jpg'])
  expect(names({ under: '/p/q' })).toEqual(['b.jpg', 'c.jpg'])
  expect(names({ under: '/p' })).toEqual(['a.jpg', 'e.jpg', 'b.jpg', 'c.jpg'])
  expect(photos.presentPaths('/p/q', true).map(({ path }) => path)).toEqual(['/p/q/b.jpg', '/p/q/r/c.jpg'])
})

test('search by the beginnings of words, in names and in words', () => {
  photos.save(draft('/p/DSC_0042.jpg', { caption: 'Fischmarkt in Hamburg', keywords: ['Elbe'] }))
  photos.save(draft('/p/other.jpg'))
  for (const text of ['dsc', '0042', 'fisch', 'HAMB', 'elb ham', 'jpg dsc']) expect(names({ text })).toEqual(['DSC_0042.jpg'])
  expect(names({ text: 'ham lake' })).toEqual([])
  expect(names({ text: ' " ' })).toHaveLength(2)
})

test('no text breaks the search', () => {
  photos.save(draft('/p/a.jpg', { caption: 'x' }))
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
    photos.list({ text })
    return /^("[^"]+"\*( "[^"]+"\*)*)?$/.test(matchExpression(text))
  }))
  fc.assert(fc.property(fc.constantFrom('AND', 'OR', 'NOT', 'NEAR(', 'name:', '^', '*', '"', '(', '-', '+', '{a}'), (text) => {
    expect(() => photos.list({ text })).not.toThrow()
  }))
})

test('filters together, order and pages', () => {
  for (let index = 0; index < 10; index++) {
    photos.save(draft(`/p/${index}.jpg`, { rating: index % 6, capturedAt: `2024-01-${String(20 - index)}T00:00:00` }))
  }
  expect(names({ minRating: 4 })).toEqual(['4.jpg', '5.jpg'])
  expect(photos.list({ order: 'captured', limit: 3, offset: 1 }).map(({ name }) => name)).toEqual(['8.jpg', '7.jpg', '6.jpg'])
  expect(photos.count({ minRating: 4, under: '/p' })).toBe(2)
  expect(names({ ids: [1, 3, 99] })).toHaveLength(2)
})

test('moving, losing and finding', () => {
  const id = photos.save(draft('/p/a.jpg'))
  photos.markMissing([id])
  expect(names({ state: 'missing' })).toEqual(['a.jpg'])
  photos.relocate(id, '/p/q/z.jpg', '/p/q')
  expect(photos.byId(id)).toMatchObject({ path: '/p/q/z.jpg', folder: '/p/q', name: 'z.jpg', root: '/p/q', state: 'present' })
  photos.markUnreadable(id, { code: 'FILE_EMPTY', detail: { file: '/p/q/z.jpg' } })
  expect(photos.byId(id)).toMatchObject({ state: 'unreadable', error: { code: 'FILE_EMPTY' } })
  photos.touch(id, { bytes: 5, modifiedMs: 6, root: '/p' })
  expect(photos.byId(id)).toMatchObject({ state: 'present', error: null, bytes: 5 })
})

test('the same image, and none for files that never opened', () => {
  const first = photos.save(draft('/p/a.jpg'))
  const second = photos.save(draft('/p/b.jpg'))
  photos.save(draft('/p/c.jpg', { imageHash: '' }))
  expect(photos.bySameImage('i').map(({ id }) => id)).toEqual([first, second])
  expect(photos.bySameImage('')).toEqual([])
})

test('stored JSON that does not fit counts as unknown', () => {
  const id = photos.save(draft('/p/a.jpg', { keywords: ['k'] }))
  catalog.db.exec(`UPDATE photos SET facts = '{"width":1}', keywords = '{}'`)
  expect(photos.byId(id)).toMatchObject({ facts: unknownFacts, keywords: [] })
})

test('the queries that run for every photo use an index', () => {
  const plan = (sql: string, values: unknown[]): string =>
    catalog.db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values).map(({ detail }) => detail).join('; ')
  const filtered = (filter: PhotoFilter): string => {
    const { sql, values } = photoQuery('*', filter)
    return plan(sql, values)
  }
  expect(plan('SELECT * FROM photos WHERE path = ?', ['a'])).toMatch(/USING INDEX sqlite_autoindex_photos_1 \(path=\?\)/)
  expect(plan(`SELECT * FROM photos WHERE image_hash = ? AND image_hash <> '' ORDER BY id`, ['a']))
    .toBe('SEARCH photos USING INDEX photos_image_hash (image_hash=?)')
  expect(filtered({ folder: '/p' })).toBe('SEARCH photos USING INDEX photos_folder (folder=?)')
  expect(filtered({ under: '/p' })).toMatch(/SEARCH photos USING INDEX sqlite_autoindex_photos_1 \(path>\? AND path<\?\)/)
  expect(filtered({ order: 'captured', limit: 100 })).toBe('SCAN photos USING INDEX photos_captured')
  expect(filtered({ order: 'path', limit: 100 })).toBe('SCAN photos USING INDEX sqlite_autoindex_photos_1')
  expect(filtered({ text: 'a' })).toMatch(/SEARCH photos USING INTEGER PRIMARY KEY.*items_text VIRTUAL TABLE/)
})
