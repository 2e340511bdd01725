/** A 24-megapixel JPEG from file to file. */
import { join } from 'node:path'
import { makePhoto } from '../photos.ts'
import { atMost, figure, type BenchCase } from '../row.ts'

export const photo24: BenchCase = async ({ studio, folder }) => {
  const photo = await makePhoto(join(folder, 'photo.jpg'), 6000, 4000)
  const { seconds, tiles, device } = await studio.restoreOnce(photo, join(folder, 'result.jpg'), { engine: 'nafnet-edge', scale: 1 })
  const unsharp = await unsharpSeconds(photo)
  return [
    atMost(`photo-24: 24 MP JPEG to JPEG on ${device}, ${tiles.total} tiles of ${tiles.side}`, seconds.total, 's', 60),
    ...(['decode', 'survey', 'infer', 'blend', 'encode'] as const).map(stage => figure(`photo-24: of it ${stage}`, seconds[stage], 's')),
    figure('photo-24: an unsharp mask by sharp, for comparison', unsharp, 's'),
  ]
}

async function unsharpSeconds(photo: string): Promise<number> {
  const { default: sharp } = await import('sharp')
  const start = performance.now()
  await sharp(photo).sharpen({ sigma: 2 }).jpeg({ quality: 95 }).toBuffer()
  return (performance.now() - start) / 1000
}
