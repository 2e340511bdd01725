import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { Guest } from '../../../inference/client/client.ts'
import { openCatalog } from '../catalog/open.ts'
import { PhotosRepo } from '../catalog/photos.repo.ts'
import { Previews } from '../catalog/previews.ts'
import { importPaths, thumbnailEdge, type ImportSummary } from './import.ts'

/** A folder of camera originals with a listing beside them; asked for by name, as in metadata/camera-files.test.ts. */
const camera = process.env['RESTILL_CAMERA_FILES'] ?? ''
const broken = fileURLToPath(new URL('../../../../../shared/data/broken', import.meta.url))

async function studio() {
  const home = await tempFolder()
  const catalog = openCatalog(join(home, 'catalog.restill'))
  const previews = new Previews(join(home, 'previews.restill'))
  const pixels = new Guest({ role: 'pixels' })
  const photos = new PhotosRepo(catalog)
  onTestFinished(async () => {
    await pixels.stop()
    previews.close()
    catalog.close()
  })
  const deps = { catalog, photos, previews, pixels }
  const run = (folder: string): Promise<ImportSummary> => importPaths(deps, { paths: [folder], recursive: true })
  return { photos, previews, run }
}

test('photos of every format, read by the real guest', async () => {
  const { photos, previews, run } = await studio()
  const folder = await tempFolder()
  const formats = ['jpeg', 'png', 'tiff', 'webp', 'avif'] as const
  for (const [index, format] of formats.entries()) {
    const background = { r: 40 * index, g: 9, b: 9 }
    await sharp({ create: { width: 60, height: 40, channels: 3, background } }).toFormat(format).toFile(join(folder, `a.${format}`))
  }
  await writeFile(join(folder, 'z.jpg'), 'no picture')
  const summary = await run(folder)
  expect(summary.photos.map(({ outcome }) => outcome)).toEqual(formats.map(() => 'new'))
  expect(summary.failed.map(({ code }) => code)).toEqual(['IMAGE_UNSUPPORTED'])
  for (const { id } of summary.photos) {
    const photo = photos.byId(id)
    expect(photo?.facts).toMatchObject({ width: 60, height: 40, kind: 'photo' })
    expect(previews.has(photo?.imageHash ?? '', thumbnailEdge)).toBe(true)
  }
  expect((await run(folder)).photos.map(({ outcome }) => outcome)).toEqual(formats.map(() => 'known'))
})

test.skipIf(camera === '')('camera files: few fail, each for a reason, and HEIC say what they are', async () => {
  const { photos, run } = await studio()
  const summary = await run(camera)
  const all = photos.list()
  for (const { code } of summary.failed) expect(code).toMatch(/^(IMAGE_TOO_SMALL|IMAGE_CORRUPT|RAW_WITHOUT_PREVIEW)$/)
  expect(summary.failed.length).toBeLessThan(8)
  expect(summary.ignored.map(({ path }) => path)).toEqual([join(camera, 'SOURCES.tsv')])
  expect(summary.photos.length + summary.failed.length).toBe((await readdir(camera)).length - 1)
  const heic = all.filter(({ facts }) => facts.kind === 'heic')
  expect(heic.length).toBeGreaterThan(0)
  for (const { note, facts } of heic) expect([note?.includes('HEIC'), facts.width > 0]).toEqual([true, true])
  expect((await run(camera)).photos.every(({ outcome }) => outcome === 'known')).toBe(true)
})

test.skipIf(!existsSync(broken))('broken files: each is told or opened, none stops the others', async () => {
  const { photos, run } = await studio()
  const summary = await run(broken)
  expect(summary.photos.length + summary.failed.length + summary.ignored.length).toBe((await readdir(broken)).length)
  expect(summary.failed.length).toBeGreaterThan(20)
  for (const { code } of summary.failed) expect(code).toMatch(/^(IMAGE|FILE|RAW)_/)
  expect(photos.count({ state: 'unreadable' })).toBe(summary.failed.length)
})
