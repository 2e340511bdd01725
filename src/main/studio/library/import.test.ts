import { chmod, copyFile, mkdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { beforeEach, expect, test } from 'vitest'
import { IdentifyHere } from '../../../../test/helpers/identify.ts'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { RestillError } from '../../../shared/errors.ts'
import { openCatalog, type Catalog } from '../catalog/open.ts'
import { PhotosRepo } from '../catalog/photos.repo.ts'
import { Previews } from '../catalog/previews.ts'
import { importPaths, thumbnailEdge, type ImportSummary } from './import.ts'
import { ownNamespace } from './own-results.ts'

let home: string
let folder: string
let catalog: Catalog
let photos: PhotosRepo
let previews: Previews
let pixels: IdentifyHere

beforeEach(async () => {
  const base = await tempFolder()
  home = join(base, 'home')
  folder = join(base, 'photos')
  await mkdir(folder)
  open()
  pixels = new IdentifyHere()
  return () => { catalog.close(); previews.close() }
})

function open(): void {
  catalog = openCatalog(join(home, 'catalog.restill'))
  photos = new PhotosRepo(catalog)
  previews = new Previews(join(home, 'previews.restill'))
}

async function run(paths = [folder], recursive = true, signal?: AbortSignal): Promise<ImportSummary> {
  return importPaths({ catalog, photos, previews, pixels }, { paths, recursive, ...(signal === undefined ? {} : { signal }) })
}

/** A photo of its own: `shade` decides its pixels. */
async function photo(path: string, shade = 100, exif: { Artist?: string, ImageDescription?: string } = {}): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  const picture = sharp({ create: { width: 48, height: 32, channels: 3, background: { r: shade, g: 90, b: 60 } } })
  const camera = { DateTimeOriginal: '2024:05:01 18:03:22', ExposureTime: '1/125' }
  await picture.withExif({ IFD0: { Make: 'Canon', Model: 'Canon EOS 40D', ...exif }, IFD2: camera }).toFile(path)
  return path
}

const outcomes = (summary: ImportSummary): Record<string, string> =>
  Object.fromEntries(summary.photos.map(({ path, outcome }) => [path.slice(folder.length + 1), outcome]))

const failures = (summary: ImportSummary): [string, string][] =>
  summary.failed.map(({ path, code }) => [path.slice(folder.length + 1), code])

test('a folder becomes photos with metadata and thumbnails', async () => {
  await photo(join(folder, 'a.jpg'), 10, { ImageDescription: 'the harbour' })
  await photo(join(folder, 'below', 'b.png'), 20)
  const summary = await run()
  expect(outcomes(summary)).toEqual({ 'a.jpg': 'new', 'below/b.png': 'new' })
  const first = photos.byPath(join(folder, 'a.jpg'))
  expect(first).toMatchObject({
    folder, name: 'a.jpg', root: folder, camera: 'Canon EOS 40D', capturedAt: '2024-05-01T18:03:22', shutterSeconds: 1 / 125,
    caption: 'the harbour', state: 'present', error: null, facts: { width: 48, height: 32, format: 'jpeg' },
  })
  expect(previews.get(first?.imageHash ?? '', thumbnailEdge)).toMatchObject({ width: 48, height: 32 })
  expect(photos.list({ text: 'harb' }).map(({ name }) => name)).toEqual(['a.jpg'])
})

test('a second import looks inside no file', async () => {
  await photo(join(folder, 'a.jpg'))
  await run()
  pixels.asked.length = 0
  expect(outcomes(await run())).toEqual({ 'a.jpg': 'known' })
  expect(pixels.asked).toEqual([])
})

test('thumbnails that were thrown away are made again', async () => {
  await photo(join(folder, 'a.jpg'))
  await run()
  previews.close()
  for (const suffix of ['', '-wal', '-shm']) await rm(join(home, `previews.restill${suffix}`), { force: true })
  previews = new Previews(join(home, 'previews.restill'))
  expect(outcomes(await run())).toEqual({ 'a.jpg': 'known' })
  expect(previews.has(photos.byPath(join(folder, 'a.jpg'))?.imageHash ?? '', thumbnailEdge)).toBe(true)
})

test('files of other kinds are named with the reason', async () => {
  await photo(join(folder, 'a.jpg'))
  const others = ['._a.jpg', '.DS_Store', 'Thumbs.db', 'desktop.ini', 'a.xmp', 'notes.txt', '.hidden.jpg', '.restill-5.part.jpg']
  for (const name of others) await writeFile(join(folder, name), 'x')
  const summary = await run()
  expect(outcomes(summary)).toEqual({ 'a.jpg': 'new' })
  expect(summary.ignored.map(({ path }) => path.slice(folder.length + 1)).sort()).toEqual(others.sort())
  expect(summary.failed).toEqual([])
})

test('a photo under a wrong or no extension is told by its content; a page named .jpg fails', async () => {
  await rename(await photo(join(folder, 'a.jpg')), join(folder, 'no-extension'))
  await writeFile(join(folder, 'page.jpg'), '<!doctype html><p>404')
  const summary = await run()
  expect(outcomes(summary)).toEqual({ 'no-extension': 'new' })
  expect(summary.failed.map(({ code }) => code)).toEqual(['IMAGE_CORRUPT'])
})

test('a bad file is told, kept as unreadable, and the rest goes on', async () => {
  await photo(join(folder, 'a.jpg'), 1)
  await writeFile(join(folder, 'b.jpg'), '')
  await writeFile(join(folder, 'c.jpg'), 'no picture')
  await photo(join(folder, 'd.jpg'), 2)
  const summary = await run()
  expect(Object.keys(outcomes(summary))).toEqual(['a.jpg', 'd.jpg'])
  expect(failures(summary)).toEqual([['b.jpg', 'FILE_EMPTY'], ['c.jpg', 'IMAGE_CORRUPT']])
  expect(photos.byPath(join(folder, 'b.jpg'))).toMatchObject({ state: 'unreadable', error: { code: 'FILE_EMPTY' } })
  await photo(join(folder, 'c.jpg'), 3)
  expect(outcomes(await run())).toMatchObject({ 'a.jpg': 'known', 'c.jpg': 'new' })
  expect(photos.byPath(join(folder, 'c.jpg'))).toMatchObject({ state: 'present', error: null })
})

test('a photo whose pixels cannot be opened keeps what its metadata say, and what was known of it', async () => {
  const path = await photo(join(folder, 'a.jpg'))
  pixels.before = (file) => { throw new RestillError('RAW_WITHOUT_PREVIEW', { detail: { file } }) }
  await run()
  expect(photos.byPath(path)).toMatchObject({ state: 'unreadable', camera: 'Canon EOS 40D' })
  pixels.before = () => undefined
  await run()
  photos.setRating(photos.byPath(path)?.id ?? 0, 5)
  await writeFile(path, 'cut off')
  await run()
  expect(photos.byPath(path)).toMatchObject({ state: 'unreadable', rating: 5, capturedAt: '2024-05-01T18:03:22' })
})

test('copies are photos of their own, told as duplicates', async () => {
  await photo(join(folder, 'a.jpg'))
  await copyFile(join(folder, 'a.jpg'), join(folder, 'b.jpg'))
  expect(Object.values(outcomes(await run())).sort()).toEqual(['duplicate', 'new'])
  expect(photos.count()).toBe(2)
})

test('a moved photo keeps its row', async () => {
  await photo(join(folder, 'a.jpg'))
  const before = (await run()).photos[0]?.id
  await mkdir(join(folder, 'later'))
  await rename(join(folder, 'a.jpg'), join(folder, 'later', 'z.jpg'))
  expect((await run()).photos).toEqual([{ id: before, path: join(folder, 'later', 'z.jpg'), root: folder, outcome: 'moved' }])
  expect(photos.count()).toBe(1)
  expect(photos.byId(before ?? 0)).toMatchObject({ name: 'z.jpg', folder: join(folder, 'later'), state: 'present' })
})

test('metadata written into the file leave the photo what it was; other pixels are told', async () => {
  const path = await photo(join(folder, 'a.png'), 10)
  const id = (await run()).photos[0]?.id ?? 0
  photos.setRating(id, 4)
  await photo(path, 10, { ImageDescription: 'a word added' })
  expect(outcomes(await run())).toEqual({ 'a.png': 'metadata' })
  expect(photos.byId(id)).toMatchObject({ caption: 'a word added', rating: 4 })
  await photo(path, 200)
  expect(outcomes(await run())).toEqual({ 'a.png': 'changed' })
  expect(photos.count()).toBe(1)
})

test('a file that was only touched is known', async () => {
  const path = await photo(join(folder, 'a.jpg'))
  await run()
  await utimes(path, 1_000_000, 1_000_000)
  expect(outcomes(await run())).toEqual({ 'a.jpg': 'known' })
  expect(photos.byPath(path)?.modifiedMs).toBe(1_000_000_000)
})

test('a deleted photo is missing, and present again when it comes back', async () => {
  const path = await photo(join(folder, 'a.jpg'))
  const bytes = await readFile(path)
  await run()
  await rm(path)
  await run()
  expect(photos.byPath(path)?.state).toBe('missing')
  await writeFile(path, bytes)
  expect(outcomes(await run())).toEqual({ 'a.jpg': 'known' })
  expect(photos.byPath(path)?.state).toBe('present')
})

test('a folder that is not there at all makes nothing missing', async () => {
  const path = await photo(join(folder, 'disk', 'a.jpg'))
  await run()
  await rename(join(folder, 'disk'), join(home, 'unplugged'))
  const summary = await run([join(folder, 'disk')])
  expect(summary.failed.map(({ code }) => code)).toEqual(['FILE_NOT_FOUND'])
  expect(photos.byPath(path)?.state).toBe('present')
})

test('a sidecar stands before the file, and a new one is noticed', async () => {
  await photo(join(folder, 'a.jpg'), 10, { ImageDescription: 'embedded' })
  await run()
  const description = '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">beside</rdf:li></rdf:Alt></dc:description>'
  await writeFile(join(folder, 'a.jpg.xmp'), sidecar(description, 'xmp:Rating="3"'))
  expect(outcomes(await run())).toEqual({ 'a.jpg': 'metadata' })
  expect(photos.byPath(join(folder, 'a.jpg'))).toMatchObject({ caption: 'beside', rating: 3 })
  await writeFile(join(folder, 'a.jpg.xmp'), '<x:xmpmeta xmlns:x="adobe:ns:meta/"><broken>')
  await run()
  expect(photos.byPath(join(folder, 'a.jpg'))).toMatchObject({ caption: 'embedded', rating: 3 })
  expect(photos.byPath(join(folder, 'a.jpg'))?.note).toContain('a.jpg.xmp')
})

test('what restill delivered is not imported, by its mark or by its place', async () => {
  await photo(join(folder, 'a.jpg'))
  const marked = await photo(join(folder, 'a_restored.jpg'), 99, { Artist: ownNamespace })
  const unmarked = await photo(join(folder, 'b_restored.jpg'), 98)
  const isOwnResult = (path: string): boolean => path === unmarked
  const summary = await importPaths({ catalog, photos, previews, pixels, isOwnResult }, { paths: [folder], recursive: true })
  expect(outcomes(summary)).toEqual({ 'a.jpg': 'new' })
  expect(summary.ignored.map(({ path }) => path).sort()).toEqual([marked, unmarked])
})

test('links in circles end; a link to nowhere is told', async () => {
  await photo(join(folder, 'real', 'a.jpg'))
  await symlink(folder, join(folder, 'real', 'up'))
  await symlink(join(folder, 'real'), join(folder, 'again'))
  await symlink(join(folder, 'self.jpg'), join(folder, 'self.jpg'))
  await symlink('/nowhere/at/all.jpg', join(folder, 'broken.jpg'))
  const summary = await run()
  expect(outcomes(summary)).toEqual({ 'real/a.jpg': 'new' })
  expect(summary.failed.map(({ code }) => code)).toEqual(['LINK_LOOP', 'LINK_LOOP'])
  expect(summary.ignored.map(({ path }) => path.slice(folder.length + 1)).sort()).toEqual(['again', 'real/up'])
})

test.skipIf(process.getuid?.() === 0)('a folder without permission is told and the others are read', async () => {
  await photo(join(folder, 'a.jpg'))
  await photo(join(folder, 'closed', 'b.jpg'))
  await chmod(join(folder, 'closed'), 0)
  const summary = await run()
  await chmod(join(folder, 'closed'), 0o755)
  expect(outcomes(summary)).toEqual({ 'a.jpg': 'new' })
  expect(summary.failed.map(({ code }) => code)).toEqual(['FOLDER_UNREADABLE'])
})

test('names of every kind, and hidden files that are given by name', async () => {
  const longest = `${'é'.repeat(125)}x.jpg`
  const names = ['-rf.jpg', '📷 café.jpg', 'cafe\u0301.jpg', 'two\nlines.jpg', longest, "quote'\"%_.jpg", '.hidden.jpg']
  for (const [index, name] of names.entries()) await photo(join(folder, name), index * 10)
  const given = [folder, join(folder, '.hidden.jpg')]
  expect(Object.keys(outcomes(await run(given))).sort()).toEqual([...names].sort())
  expect(Object.values(outcomes(await run(given)))).toEqual(names.map(() => 'known'))
})

test('several files are with the guest at once', async () => {
  for (let index = 0; index < 20; index++) await photo(join(folder, `${index}.jpg`), index)
  await run()
  expect(pixels.mostAtOnce).toBeGreaterThanOrEqual(3)
})

test('cancelling keeps what was read', async () => {
  for (let index = 0; index < 40; index++) await photo(join(folder, `${index}.jpg`), index)
  const stop = new AbortController()
  pixels.before = () => { if (pixels.asked.length === 20) stop.abort() }
  await expect(run([folder], true, stop.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(photos.count()).toBeGreaterThan(10)
  expect(photos.count()).toBeLessThan(40)
  expect(Object.values(outcomes(await run()))).toHaveLength(40)
})

test('the file that ends the guest fails alone', async () => {
  for (let index = 0; index < 8; index++) await photo(join(folder, `${index}.jpg`), index)
  let crashes = 0
  pixels.before = (file) => {
    const together = pixels.running > 1
    if (file.endsWith('3.jpg') || (together && crashes === 1)) {
      crashes++
      throw new RestillError('GUEST_CRASHED', { detail: { file } })
    }
  }
  const summary = await run()
  expect(failures(summary)).toEqual([['3.jpg', 'GUEST_CRASHED']])
  expect(summary.photos).toHaveLength(7)
})

function sidecar(elements: string, attributes: string): string {
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" ${attributes}>
      ${elements}
    </rdf:Description></rdf:RDF></x:xmpmeta>`
}
