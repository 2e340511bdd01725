/** What the trust map costs: processor time of restorations with and without it, in one process. At most 15 % of a restoration. */
import { join } from 'node:path'
import { handlers } from '../../src/inference/guest/infer.ts'
import { restoreInputSchema } from '../../src/shared/guest.ts'
import { makePhoto } from '../photos.ts'
import { atMost, figure, median, type BenchCase } from '../row.ts'

const rounds = 3
const models = join(import.meta.dirname, '../../models')
const never = new AbortController().signal

export const trust: BenchCase = async ({ folder }) => {
  const source = await makePhoto(join(folder, 'photo.jpg'), 3000, 2000)
  const restore = async (measured: boolean) => {
    const before = process.cpuUsage()
    const output = await handlers.restore(restoreInputSchema.parse({
      source, imageHash: null, engine: 'nafnet-edge', pack: 'nafnet-edge-mini', packFolders: [models], controls: {}, strength: 1, scale: 1,
      providers: ['cpu'], tile: null,
      output: { path: join(folder, 'result.jpg'), encode: {} }, trust: measured, master: null, comparisonEdge: 0, home: folder,
    }), { signal: never, progress: () => undefined })
    const { user, system } = process.cpuUsage(before)
    return { seconds: (user + system) / 1e6, figures: output.figures }
  }
  await restore(true) // warms sessions and caches
  const plain: number[] = []
  const shares: number[] = []
  let explained = 0
  for (let round = 0; round < rounds; round++) {
    const without = await restore(false)
    const measured = await restore(true)
    plain.push(without.seconds)
    shares.push(100 * (measured.seconds - without.seconds) / without.seconds)
    explained = measured.figures['trust'] ?? 0
  }
  return [
    figure('trust: 6 MP JPEG without, processor time, median of 3', median(plain), 's'),
    atMost('trust: what the map adds, median of 3 pairs', median(shares), '%', 15),
    figure('trust: share that the photo explains', explained, ''),
  ]
}
