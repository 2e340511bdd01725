/** A 100-megapixel 16-bit TIFF within 3 GB of resident memory, over the guests together. Linux tells the peak of a process in /proc. */
import { join } from 'node:path'
import { peakBytes } from '../peak.ts'
import { makePhoto } from '../photos.ts'
import { atMost, figure, type BenchCase } from '../row.ts'

export const memory: BenchCase = async ({ studio, folder }) => {
  if (process.platform !== 'linux') return []
  const photo = await makePhoto(join(folder, 'photo.tif'), 11_600, 8_640)
  const { seconds } = await studio.restoreOnce(photo, join(folder, 'result.tif'), { engine: 'nafnet-edge', scale: 1 })
  const peak = await peakBytes()
  return [
    figure('memory: 100 MP 16-bit TIFF to TIFF', seconds.total, 's'),
    atMost('memory: peak of the guests', peak / 1e9, 'GB', 3),
  ]
}
