/** Import (hashes, metadata, catalog, thumbnails) against bare sharp thumbnails of the same files: at least 0.8 of their rate. */
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { makePhoto } from '../photos.ts'
import { atLeast, figure, median, type BenchCase } from '../row.ts'

const count = 60
const rounds = 3

export const importRate: BenchCase = async ({ studio, folder }) => {
  const originals: string[] = []
  for (let i = 0; i < 6; i++) originals.push(await makePhoto(join(folder, `photo-${i}.jpg`), 4000, 3000, i))
  const warm = join(folder, 'warm')
  await mkdir(warm)
  await copyFile(originals[0]!, join(warm, 'photo.jpg'))
  await studio.import({ paths: [warm], recursive: true })

  const ratios: number[] = []
  let rate = 0
  for (let round = 0; round < rounds; round++) {
    const input = join(folder, `in-${round}`)
    await mkdir(input)
    const files: string[] = []
    // Every file differs in its bytes, so that nothing is recognised as imported before.
    for (let i = 0; i < count; i++) {
      const file = join(input, `photo-${i}.jpg`)
      await sharp(originals[i % originals.length]).withExif({ IFD0: { ImageDescription: `round ${round} photo ${i}` } }).jpeg({ quality: 92 - round }).toFile(file)
      files.push(file)
    }
    const bare = await seconds(() => thumbnails(files))
    const ours = await seconds(() => studio.import({ paths: [input], recursive: true }))
    ratios.push(bare / ours)
    rate = count / ours
  }
  return [
    figure('import-rate: 12 MP JPEGs imported a second, last round', rate, 'photos/s'),
    atLeast('import-rate: import / bare sharp thumbnails, median of 3', median(ratios), 'x', 0.8),
  ]
}

async function thumbnails(files: string[]): Promise<void> {
  const queue = [...files]
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      await sharp(file).resize(512, 512, { fit: 'inside' }).jpeg({ quality: 80 }).toBuffer()
    }
  }))
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}
