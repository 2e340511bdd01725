/** Neighbouring photos overlap: a batch takes less than the same photos in batches of one. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FixRequest, Studio } from '../../src/main/studio/api.ts'
import { makePhoto } from '../photos.ts'
import { atMost, figure, median, type BenchCase } from '../row.ts'

const count = 4
const rounds = 3

export const overlap: BenchCase = async ({ studio, folder }) => {
  const input = join(folder, 'in')
  await mkdir(input)
  const photos: string[] = []
  for (let i = 0; i < count; i++) photos.push(await makePhoto(join(input, `photo-${i}.jpg`), 3000, 2000, i))
  await fix(studio, [photos[0]!], join(folder, 'warm'))

  const ratios: number[] = []
  let alone = 0
  let batch = 0
  for (let round = 0; round < rounds; round++) {
    alone = 0
    for (const photo of photos) alone += await fix(studio, [photo], join(folder, `alone-${round}`))
    batch = await fix(studio, photos, join(folder, `batch-${round}`))
    ratios.push(batch / alone)
  }
  return [
    figure(`overlap: ${count} photos of 6 MP in batches of one, last round`, alone, 's'),
    figure('overlap: the same as one batch, last round', batch, 's'),
    atMost('overlap: one batch / batches of one, median of 3 pairs', median(ratios), 'x', 1),
  ]
}

/** Seconds of a batch, from planning to the last row. */
async function fix(studio: Studio, paths: string[], outRoot: string): Promise<number> {
  const request: FixRequest = {
    paths, recursive: true, outRoot, preset: 'restored', engine: 'nafnet-edge', controls: {}, strength: 1, scale: 1,
    providers: [], tile: null, resume: false, dryRun: false, copySkipped: false, keepMasters: false, comparisonEdge: 0,
  }
  const { counts, seconds } = await studio.fix(request)
  if (counts.done + counts.suspect !== paths.length) throw new Error(`only ${counts.done} of ${paths.length} photos were restored`)
  return seconds
}
