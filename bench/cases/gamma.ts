/** OSDD's gamma on a 12-megapixel photo: a moved one over a visible megapixel beside the whole photo anew, and beside the same megapixel anew. */
import { join } from 'node:path'
import type { DevelopSettings } from '../../src/shared/contract/develop.ts'
import type { Rect } from '../../src/shared/preview.ts'
import { makePhoto } from '../photos.ts'
import { atLeast, type BenchCase, figure, median } from '../row.ts'
import { preview } from './develop.ts'

/** One megapixel. */
const visible: Rect = { x: 1400, y: 1000, width: 1152, height: 868 }
const rounds = 5

export const gamma: BenchCase = async ({ studio, folder }) => {
  const file = await makePhoto(join(folder, 'photo.jpg'), 4000, 3000)
  await studio.import({ paths: [file], recursive: false })
  const item = studio.photos.list({})[0]!.id
  const client = new AbortController()
  const session = await studio.develop.open(item, client.signal)
  const at = (value: number): DevelopSettings => ({ engine: 'osdd', pack: null, controls: { gamma: value }, strength: 1, scale: 1, mask: null })
  // Opens the sessions, so that no time below holds that.
  await preview(studio, session, at(1), { x: 0, y: 0, width: 100, height: 100 })
  const region = await preview(studio, session, at(0.7), visible)
  const times: number[] = []
  for (let round = 0; round < rounds; round++) times.push((await preview(studio, session, at(0.1 * (round + 1)), visible)).milliseconds)
  const whole = await preview(studio, session, at(0.7), { x: 0, y: 0, width: 4000, height: 3000 }, { whole: true })
  client.abort()
  const moved = median(times)
  return [
    figure('gamma: a 12 MP photo anew', whole.milliseconds, 'ms'),
    figure('gamma: a visible megapixel of it anew', region.milliseconds, 'ms'),
    figure('gamma: the same after a moved gamma', moved, 'ms'),
    atLeast('gamma: the photo anew over the moved gamma', whole.milliseconds / moved, 'x', 4),
    figure('gamma: the same megapixel anew over the moved gamma', region.milliseconds / moved, 'x'),
  ]
}
