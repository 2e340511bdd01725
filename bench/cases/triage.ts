/** The blur report: photos of 24 megapixels a second, two under way at once as `restill triage` has them. */
import { join } from 'node:path'
import { makePhoto } from '../photos.ts'
import { atLeast, type BenchCase, figure } from '../row.ts'

const photos = 8
const leastPerSecond = 2

export const triage: BenchCase = async ({ studio, folder }) => {
  const files: string[] = []
  for (let index = 0; index <= photos; index++) files.push(await makePhoto(join(folder, `photo-${index}.jpg`), 6000, 4000, index))
  const { photos: imported } = await studio.import({ paths: files, recursive: false })
  const ids = imported.map(({ id }) => id)
  // The first loads the networks.
  await studio.triage(ids.slice(0, 1))
  const started = performance.now()
  const outcomes = await studio.triage(ids.slice(1))
  const seconds = (performance.now() - started) / 1000
  const again = performance.now()
  await studio.triage(ids)
  return [
    atLeast('triage: photos of 24 MP', outcomes.filter(({ report }) => report !== null).length / seconds, 'per s', leastPerSecond),
    figure('triage: 9 photos whose reports are known', performance.now() - again, 'ms'),
  ]
}
