/** Neighbouring photos overlap: a batch takes less than its photos one by one. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { makePhoto } from '../photos.ts'
import { atMost, figure, type BenchCase } from '../row.ts'

const count = 4

export const overlap: BenchCase = async ({ studio, folder }) => {
  const input = join(folder, 'in')
  await mkdir(input)
  const photos: string[] = []
  for (let i = 0; i < count; i++) photos.push(await makePhoto(join(input, `photo-${i}.jpg`), 3000, 2000, i))
  await studio.restoreOnce(photos[0]!, join(folder, 'warm.jpg'), { engine: 'nafnet-edge', scale: 1 })

  let start = performance.now()
  for (const photo of photos) await studio.restoreOnce(photo, join(folder, 'alone.jpg'), { engine: 'nafnet-edge', scale: 1 })
  const alone = (performance.now() - start) / 1000

  await studio.import({ paths: [input], recursive: true })
  start = performance.now()
  const summary = await studio.fix({
    paths: [input], recursive: true, outRoot: join(folder, 'out'), preset: 'restored', engine: 'nafnet-edge', controls: {}, strength: 1, scale: 1,
    providers: [], tile: null, resume: false, dryRun: false, copySkipped: false, keepMasters: false, comparisonEdge: 0,
  })
  const batch = (performance.now() - start) / 1000
  if (summary.counts.done + summary.counts.suspect !== count) throw new Error(`only ${summary.counts.done} of ${count} photos were restored`)
  return [
    figure(`overlap: ${count} photos of 6 MP one by one, without catalog and metadata`, alone, 's'),
    figure('overlap: the same as a batch, with catalog and metadata', batch, 's'),
    atMost('overlap: batch / one by one', batch / alone, 'x', 1),
  ]
}
