import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { unpackIndex } from '../../../shared/contract/columns.ts'
import { samplesFolder } from '../../cli/door.ts'
import { openStudio } from '../studio.ts'

async function studioWith(names: string[]) {
  const folder = await tempFolder()
  const studio = await openStudio({ home: join(folder, 'home') })
  onTestFinished(() => studio.close())
  await mkdir(join(folder, 'photos'))
  for (const name of names) await cp(join(samplesFolder(), name), join(folder, 'photos', name), { recursive: true })
  await studio.import({ paths: [join(folder, 'photos')], recursive: true })
  return { studio, library: studio.library, folder, photos: join(folder, 'photos') }
}

test('an imported photo has a thumbnail, a preview, and details with a histogram', async () => {
  const { library, photos } = await studioWith(['canal-houses.jpg'])
  const thumbnail = await library.thumbnail(1)
  expect(await sharp(thumbnail?.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 320, height: 240 })
  const [kept, unknown] = library.keptThumbnails([1, 77])
  expect([kept?.length, unknown]).toEqual([thumbnail?.bytes.length, null])
  const [first, second] = await Promise.all([library.preview(1), library.preview(1)])
  const { width } = await sharp(first?.bytes).metadata()
  expect(width).toBe(1600)
  expect(second?.bytes).toBe(first?.bytes)
  await rm(join(photos, 'canal-houses.jpg'))
  expect((await library.preview(1))?.bytes).toEqual(Buffer.from(first?.bytes ?? []))
  const details = await library.details(1)
  expect(details).toMatchObject({ path: join(photos, 'canal-houses.jpg'), facts: { width: 1600, height: 1200 }, problem: null, made: null })
  const { red = [], green = [], blue = [] } = details.histogram ?? {}
  expect([red.length, green.length, blue.length, Math.max(...red, ...green, ...blue)]).toEqual([256, 256, 256, 1])
  await expect(library.details(77)).rejects.toMatchObject({ code: 'ITEM_UNKNOWN' })
  expect([await library.thumbnail(77), await library.preview(1_400_000_001)]).toEqual([null, null])
})

test('pictures that nobody waits for any more are not made', async () => {
  const { library } = await studioWith(['canal-houses.jpg', 'bookshelf.jpg', 'flower-bed.jpg', 'street-sign.jpg', 'blackboard.jpg', 'harbour-night.jpg'])
  const gone = new AbortController()
  const asked = [1, 2, 3, 4, 5, 6].map((id) => library.preview(id, gone.signal).then(() => 'made', (error: unknown) => (error as { code: string }).code))
  gone.abort()
  const ends = await Promise.all(asked)
  expect(ends.filter((end) => end === 'made').length).toBeLessThanOrEqual(4)
  expect(new Set(ends)).toEqual(new Set(['made', 'CANCELLED']))
  expect(await library.preview(6)).not.toBeNull()
})

test('an unreadable photo says why, and has no picture', async () => {
  const { studio, library, photos } = await studioWith([])
  await cp(join(samplesFolder(), 'canal-houses.jpg'), join(photos, 'ok.jpg'))
  await writeFile(join(photos, 'bad.jpg'), 'this is no photo at all')
  await studio.import({ paths: [photos], recursive: true })
  const [bad = 0] = library.search('bad')
  expect((await library.details(bad)).problem?.message).toContain('bad.jpg')
  expect((await library.details(bad)).histogram).toBeNull()
  await expect(library.thumbnail(bad)).rejects.toMatchObject({ code: 'IMAGE_UNSUPPORTED' })
})

test('a photo that was removed comes back when its folder is imported again', async () => {
  const { studio, library, photos } = await studioWith(['canal-houses.jpg'])
  library.mark([1], { stars: 4 })
  library.remove([1])
  expect([unpackIndex(library.index().buffer).columns.id.length, library.tree().folders]).toEqual([0, []])
  await studio.import({ paths: [photos], recursive: true })
  expect(library.item(1)).toMatchObject({ stars: 4 })
})

test('the samples are copied once, and stay as they are then', async () => {
  const { library } = await studioWith([])
  const folder = await library.samples()
  expect(await readdir(folder)).toEqual(await readdir(samplesFolder()))
  const [first = ''] = await readdir(folder)
  await writeFile(join(folder, first), 'mine')
  expect(await library.samples()).toBe(folder)
  expect(await readFile(join(folder, first), 'utf8')).toBe('mine')
})
