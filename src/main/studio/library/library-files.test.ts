import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addJob, deliverResult, draft, tempCatalog } from '../../../../test/helpers/library.ts'
import { RestillError } from '../../../shared/errors.ts'
import { ItemsRepo } from '../catalog/items.repo.ts'
import type { PhotoDraft } from '../catalog/photo.ts'
import { Copies } from './copies.ts'
import { describe } from './describe.ts'
import { Journal } from './journal.ts'
import { mark } from './marks.ts'
import { rename } from './rename.ts'
import { saveSidecars } from './save-sidecars.ts'
import { readSidecars, sidecarIndex } from './sidecars.ts'
import { StackKeeper } from './stacks.ts'

async function library() {
  const { catalog, photos, folder } = await tempCatalog()
  const items = new ItemsRepo(catalog)
  const journal = new Journal(catalog)
  await mkdir(join(folder, 'p'))
  const add = async (name: string, more: Partial<PhotoDraft> = {}): Promise<number> => {
    await writeFile(join(folder, 'p', name), name)
    return photos.save(draft(join(folder, 'p', name), more))
  }
  return {
    catalog, photos, items, journal, add, inside: join(folder, 'p'), names: () => readdir(join(folder, 'p')).then((found) => found.sort()),
    save: (ids: number[]) => saveSidecars({ catalog, photos, items }, ids),
    rename: (id: number, name: string) => rename(catalog, journal, id, name),
  }
}
const code = (expected: string) => expect.objectContaining({ code: expected }) as RestillError

test('what a person said is written beside the photo, once, and the photo is not touched', async () => {
  const { catalog, photos, journal, add, save, inside } = await library()
  const id = await add('a.jpg', { rating: 2, title: 'T', keywords: ['old'] })
  const before = await stat(join(inside, 'a.jpg'))
  mark(journal, [id], { stars: 5, label: 'purple' })
  describe(catalog, journal, [id], { caption: 'C', addKeywords: ['sea', 'OLD'] })
  expect(await save([id])).toEqual({ written: 1, failed: [] })
  const { fields } = await readSidecars('a.jpg', [join(inside, 'a.jpg.xmp')])
  expect(fields).toEqual({ rating: 5, label: 'Purple', caption: 'C', keywords: ['old', 'sea'] })
  expect(await stat(join(inside, 'a.jpg'))).toMatchObject({ mtimeMs: before.mtimeMs, size: before.size })
  expect(await save([id])).toEqual({ written: 0, failed: [] })
  const { stamp } = await sidecarIndex(inside, await readdir(inside)).of('a.jpg')
  expect(photos.byId(id)).toMatchObject({ rating: 5, label: 'Purple', caption: 'C', keywords: ['old', 'sea'], sidecars: stamp })
})

test('a star after saving outlives the next reading of the sidecar', async () => {
  const { photos, items, journal, add, save } = await library()
  const id = await add('a.jpg')
  mark(journal, [id], { stars: 3 })
  await save([id])
  mark(journal, [id], { stars: 5 })
  const read = photos.byId(id)
  if (read !== null) photos.save({ ...read, rating: 3, fileHash: 'new' })
  expect(items.byId(id)?.stars).toBe(5)
})

test('an existing sidecar is gone on with; one that cannot be understood is left alone and named', async () => {
  const { journal, add, save, inside } = await library()
  const good = await add('a.jpg')
  const bad = await add('b.jpg')
  const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description xmlns:mine="urn:mine" mine:kept="yes"/></rdf:RDF></x:xmpmeta>`
  await writeFile(join(inside, 'a.jpg.XMP'), xmp)
  await writeFile(join(inside, 'b.jpg.xmp'), 'no xmp')
  mark(journal, [good, bad], { stars: 1, flag: 'reject' })
  const { written, failed } = await save([good, bad])
  expect(written).toBe(1)
  expect(failed).toMatchObject([{ path: join(inside, 'b.jpg'), error: { code: 'SIDECAR_FAILED', detail: { file: join(inside, 'b.jpg.xmp') } } }])
  expect(await readFile(join(inside, 'a.jpg.XMP'), 'utf8')).toContain('mine:kept="yes"')
  expect((await readSidecars('a.jpg', [join(inside, 'a.jpg.XMP')])).fields.rating).toBe(-1)
  expect(await readFile(join(inside, 'b.jpg.xmp'), 'utf8')).toBe('no xmp')
  expect((await readdir(inside)).filter((name) => name.startsWith('.'))).toEqual([])
})

test('photos without a word of a person get no sidecar; a label in another language stays', async () => {
  const { journal, add, save, names, inside } = await library()
  const plain = await add('a.jpg', { rating: 3, title: 'T', label: 'Rot' })
  expect(await save([plain])).toEqual({ written: 0, failed: [] })
  expect(await names()).toEqual(['a.jpg'])
  mark(journal, [plain], { stars: 4 })
  await save([plain])
  expect((await readSidecars('a.jpg', [join(inside, 'a.jpg.xmp')])).fields).toEqual({ rating: 4 })
})

test('a new name is the file\'s, with its sidecars, and can be taken back', async () => {
  const { photos, items, journal, add, rename: name, names, inside } = await library()
  const id = await add('a.jpg')
  await writeFile(join(inside, 'a.jpg.xmp'), 'x')
  await writeFile(join(inside, 'a.xmp'), 'x')
  expect(name(id, 'boat')).toEqual({ changed: 1, undo: 'Renamed: a.jpg to boat.jpg' })
  expect(await names()).toEqual(['boat.jpg', 'boat.jpg.xmp', 'boat.xmp'])
  expect([photos.byId(id)?.path, items.byId(id)?.name, items.search('"boat"*')]).toEqual([join(inside, 'boat.jpg'), 'boat.jpg', [id]])
  journal.undo()
  expect(await names()).toEqual(['a.jpg', 'a.jpg.xmp', 'a.xmp'])
  expect([photos.byId(id)?.path, items.byId(id)?.name]).toEqual([join(inside, 'a.jpg'), 'a.jpg'])
  journal.redo()
  expect(items.byId(id)?.name).toBe('boat.jpg')
})

test('a sidecar that another file shares stays', async () => {
  const { add, rename: name, names, inside } = await library()
  const id = await add('a.jpg')
  await writeFile(join(inside, 'a.nef'), 'x')
  await writeFile(join(inside, 'a.xmp'), 'x')
  name(id, 'b.jpg')
  expect(await names()).toEqual(['a.nef', 'a.xmp', 'b.jpg'])
})

test('no name overwrites, leads elsewhere or is empty; what was half done is undone', async () => {
  const { catalog, items, journal, add, rename: name, names, inside } = await library()
  const id = await add('a.jpg')
  await add('b.jpg')
  expect(() => name(id, 'b.jpg')).toThrow(code('OUTPUT_EXISTS'))
  await writeFile(join(inside, 'a.jpg.xmp'), 'x')
  await writeFile(join(inside, 'c.jpg.xmp'), 'of another')
  expect(() => name(id, 'c.jpg')).toThrow(code('OUTPUT_EXISTS'))
  for (const bad of ['', ' ', '../x.jpg', 'a/b.jpg', 'x\\y', '.jpg', `${'n'.repeat(300)}.jpg`]) expect(() => name(id, bad)).toThrow(code('NAME_INVALID'))
  expect(await names()).toEqual(['a.jpg', 'a.jpg.xmp', 'b.jpg', 'c.jpg.xmp'])
  expect([items.byId(id)?.name, journal.undo()]).toEqual(['a.jpg', null])
  addJob(catalog, id, 'queued')
  expect(() => name(id, 'd.jpg')).toThrow(code('ITEM_BUSY'))
  expect(() => name(id + 50, 'd.jpg')).toThrow(code('ITEM_UNKNOWN'))
})

test('results get their new name on the disk, copies only in the library', async () => {
  const { catalog, items, journal, add, rename: name, names, inside } = await library()
  const id = await add('a.jpg')
  await writeFile(join(inside, 'a-restored.jpg'), 'r')
  const result = deliverResult(catalog, id, join(inside, 'a-restored.jpg'))
  name(result, 'z')
  expect([await names(), items.byId(result)?.name, items.pathOf(result)]).toEqual([['a.jpg', 'z.jpg'], 'z.jpg', join(inside, 'z.jpg')])
  const { ids: [copy = 0] } = new Copies(catalog, journal, new StackKeeper(catalog, journal)).copy([id])
  name(copy, 'the blue one')
  expect([items.byId(copy)?.name, await names()]).toEqual(['the blue one', ['a.jpg', 'z.jpg']])
  expect(items.byId(copy)).toMatchObject({ stack: id, position: 1 })
  expect(items.byId(result)).toMatchObject({ stack: id, position: 2 })
})
