/** A 100-megapixel 16-bit TIFF within 3 GB of resident memory, over the guests together. Linux tells the peak of a process in /proc. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
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

/** Sum over our child processes. This process made the photo itself, so its own peak would say nothing. */
async function peakBytes(): Promise<number> {
  let sum = 0
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const status = await readFile(join('/proc', name, 'status'), 'utf8').catch(() => '')
    if (!new RegExp(`^PPid:\\s+${process.pid}$`, 'm').test(status)) continue
    sum += Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
  }
  return sum
}
