/**
 * A large library for measuring: `node bench/make-catalog.ts --photos 100000 --home FOLDER`.
 * Photos of a made-up photographer, each with a thumbnail of its own: our samples, cut differently and with their quantisation tables
 * altered, so that every JPEG decodes to another picture at the cost of copying it. The files are links to the samples. Repeatable.
 */
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { openCatalog, type Catalog } from '../src/main/studio/catalog/open.ts'
import { PhotosRepo } from '../src/main/studio/catalog/photos.repo.ts'
import { Previews } from '../src/main/studio/catalog/previews.ts'
import { makeWork } from './catalog/make-work.ts'
import { photoNumber } from './catalog/make-photo.ts'
import { altered } from './catalog/altered-jpeg.ts'

const { values } = parseArgs({ options: { photos: { type: 'string', default: '100000' }, home: { type: 'string' } } })
const count = Number(values.photos)
if (values.home === undefined || !Number.isInteger(count) || count < 1) {
  console.error('usage: node bench/make-catalog.ts --photos 100000 --home FOLDER')
  process.exit(2)
}
const home = resolve(values.home)
mkdirSync(home, { recursive: true })
const started = performance.now()
const samples = readdirSync(join(import.meta.dirname, '../resources/samples')).filter((name) => name.endsWith('.jpg')).sort()
  .map((name) => join(import.meta.dirname, '../resources/samples', name))
const thumbnails = await bases()
const catalog = openCatalog(join(home, 'catalog.sqlite'))
const previews = new Previews(join(home, 'previews.sqlite'))
try {
  if (catalog.db.prepare('SELECT 1 FROM photos').get() !== undefined) throw new Error(`${home} holds photos already: name a new folder`)
  fill(catalog, previews)
} finally {
  previews.close()
  catalog.close()
}
console.log(`${count} photos in ${home}: ${((performance.now() - started) / 1000).toFixed(1)} s`)

/** Cuts of the samples in the shapes that cameras make, 320 pixels on the long side. */
async function bases(): Promise<{ jpeg: Buffer, width: number, height: number }[]> {
  const shapes = [[320, 213], [213, 320], [320, 240], [320, 180], [320, 107]] as const
  const cuts = samples.flatMap((file) => shapes.flatMap(([width, height]) => ['north', 'centre', 'south'].map((position) => ({ file, width, height, position }))))
  return Promise.all(cuts.map(async ({ file, width, height, position }) => ({
    width, height, jpeg: await sharp(file).rotate().resize(width, height, { fit: 'cover', position }).jpeg({ quality: 80 }).toBuffer(),
  })))
}

function fill(catalog: Catalog, previews: Previews): void {
  const photos = new PhotosRepo(catalog)
  const batch = 500
  for (let first = 1; first <= count; first += batch) {
    const made = Array.from({ length: Math.min(batch, count - first + 1) }, (_, index) => {
      const number = first + index
      const base = thumbnails[(number * 7919) % thumbnails.length]!
      return { number, base, photo: photoNumber(number, count, join(home, 'photos'), base) }
    })
    for (const folder of new Set(made.map(({ photo }) => photo.draft.folder))) mkdirSync(folder, { recursive: true })
    for (const { number, photo } of made) symlinkSync(samples[number % samples.length]!, photo.draft.path)
    catalog.writeRepeatable(() => {
      for (const { number, photo } of made) {
        const id = photos.save(photo.draft)
        makeWork(catalog, id, number, photo)
      }
    })
    previews.put(made.map(({ number, base, photo }) => ({
      imageHash: photo.draft.imageHash, thumbnails: [{ longEdge: 320, width: base.width, height: base.height, jpeg: altered(base.jpeg, number) }],
    })))
  }
}
