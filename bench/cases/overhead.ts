/** What tiling, colour and encoding cost over the bare network runs of the same tiles: at most 10 %. */
import { join } from 'node:path'
import { makePhoto } from '../photos.ts'
import { atMost, figure, median, type BenchCase } from '../row.ts'

const rounds = 5

export const overhead: BenchCase = async ({ studio, folder }) => {
  const photo = await makePhoto(join(folder, 'photo.jpg'), 4000, 3000)
  const ratios: number[] = []
  let whole = 0
  let bare = 0
  for (let round = -1; round < rounds; round++) {
    const result = await studio.restoreOnce(photo, join(folder, 'result.jpg'), { engine: 'nafnet-edge', scale: 1 })
    const floor = await studio.bareTiles({ engine: result.engine, pack: result.pack, side: result.tiles.side, count: result.tiles.total })
    if (round < 0) continue // the first pair warms sessions and caches
    whole = result.seconds.total - result.seconds.waiting
    bare = floor
    ratios.push(whole / floor)
  }
  return [
    figure('overhead: 12 MP JPEG, whole restore, last round', whole, 's'),
    figure('overhead: the same tiles bare, last round', bare, 's'),
    atMost('overhead: whole / bare, median of 5 pairs', median(ratios), 'x', 1.1),
  ]
}
