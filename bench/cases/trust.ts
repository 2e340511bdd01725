/**
 * What the trust map costs: its processor time over that of the restoration just before, in one process. At most 15 %. A difference of whole restorations
 * with and without it says less: two restorations of the same photo differ by more than the map takes.
 */
import { join } from 'node:path'
import sharp from 'sharp'
import type { PixelSource } from '../../src/inference/engines/engine.ts'
import { handlers } from '../../src/inference/guest/infer.ts'
import { trustOf } from '../../src/inference/trust/summary.ts'
import { restoreInputSchema } from '../../src/shared/guest.ts'
import { makePhoto } from '../photos.ts'
import { atMost, figure, median, type BenchCase } from '../row.ts'

const rounds = 5
const models = join(import.meta.dirname, '../../models')
const never = new AbortController().signal

export const trust: BenchCase = async ({ folder }) => {
  const source = await makePhoto(join(folder, 'photo.jpg'), 3000, 2000)
  const path = join(folder, 'result.jpg')
  const restore = () => handlers.restore(restoreInputSchema.parse({
    source, imageHash: null, engine: 'nafnet-edge', pack: 'nafnet-edge-mini', packFolders: [models], controls: {}, strength: 1, scale: 1,
    providers: ['cpu'], tile: null, output: { path, encode: {} }, trust: false, master: null, comparisonEdge: 0, home: folder,
  }), { signal: never, progress: () => undefined })
  await restore() // warms sessions and caches
  const [photo, result] = [await pixelsOf(source), await pixelsOf(path)]
  await trustOf(photo, result, 1, never)
  const plain: number[] = []
  const shares: number[] = []
  let explained = 0
  for (let round = 0; round < rounds; round++) {
    const restored = await processorSeconds(restore)
    const judged = await processorSeconds(async () => { explained = (await trustOf(photo, result, 1, never))?.figures.trust ?? 0 })
    plain.push(restored)
    shares.push(100 * judged / restored)
  }
  return [
    figure('trust: 6 MP JPEG restored, processor time, median of 5', median(plain), 's'),
    atMost('trust: what the map takes beside it, median of 5', median(shares), '%', 15),
    figure('trust: share that the photo explains', explained, ''),
  ]
}

async function processorSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

async function pixelsOf(file: string): Promise<PixelSource> {
  const { data, info } = await sharp(file).toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const row = 3 * info.width
  return { width: info.width, height: info.height, channels: 3, depth: 8, readRows: (y, count) => Promise.resolve(data.subarray(y * row, (y + count) * row)) }
}
