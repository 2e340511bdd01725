/**
 * Sends a picture through an engine tile by tile: rows in, tile, guard, blend, finished rows out. Memory is one row of tiles, whatever the photo.
 */
import type { RestoreOutput } from '../../shared/guest.ts'
import { RestillError } from '../../shared/errors.ts'
import type { PixelSource, RenderedTile, Tile } from '../engines/engine.ts'
import { type BlendedRows, BlendStrip } from './blend.ts'
import { guardTile } from './guard.ts'
import { cutTile, type Rows } from './layout.ts'
import type { ToldOfTile } from './tile-figures.ts'
import type { TilePlan } from './tiles.ts'

/** Finished rows with the same rows of the source as stored. */
export interface FinishedRows extends BlendedRows { source: Rows }

export type GuardedTile = RestoreOutput['guarded'][number]

interface TileRun {
  source: PixelSource
  plan: TilePlan
  padding: 'reflect' | 'zero'
  /** Restores one tile: float32 planar of the tile's size, not kept beyond the next call. */
  restore(tile: Tile): Promise<RenderedTile>
  /** Takes finished rows, in order from the top: done with `data` when it returns, with the rest when its promise resolves. */
  accept(rows: FinishedRows): Promise<void>
  /** After every tile, with the tiles done so far. */
  onTile(done: number): void
  /** Between two tiles: a chance for messages, beats and more urgent work. */
  pause(): Promise<void>
  signal: AbortSignal
}

/** What became of the tiles: those that kept their input, places in pixels of the source; what was told of all, row by row. */
export interface TileOutcome { guarded: GuardedTile[], told: ToldOfTile[] }

/** @throws RestillError CANCELLED within one tile; what `restore` throws */
export async function runTiles(run: TileRun): Promise<TileOutcome> {
  const { source, plan } = run
  const { width, channels, depth } = source
  const blend = new BlendStrip(width, plan)
  const data = new Float32Array(3 * plan.tileWidth * plan.tileHeight)
  const guarded: GuardedTile[] = []
  const told: ToldOfTile[] = []
  let done = 0
  const read = (index: number) => {
    const row = plan.rows[index]
    const rows = row === undefined ? undefined : source.readRows(row.start, row.end - row.start)
    rows?.catch(() => undefined)
    return rows
  }
  // The disk works while the tiles do: the next rows are read ahead, the last ones written behind.
  let ahead = read(0)
  let behind: Promise<void> = Promise.resolve()
  try {
    for (const [index, row] of plan.rows.entries()) {
      const height = row.end - row.start
      const rows = (await ahead)!
      ahead = read(index + 1)
      const band = { rows, width, height, channels, depth }
      blend.beginRow(row)
      for (const column of plan.columns) {
        await run.pause()
        if (run.signal.aborted) throw new RestillError('CANCELLED')
        const place = { x: column.start, y: row.start, width: column.end - column.start, height }
        cutTile(band, column.start, place.width, plan.tileWidth, plan.tileHeight, run.padding, data)
        const { x, y } = place
        const { data: restored, ...rest } = await run.restore({ x, y, width: plan.tileWidth, height: plan.tileHeight, data })
        const reason = guardTile(data, restored, plan.tileWidth, plan.tileHeight)
        if (reason !== null) guarded.push({ ...place, reason })
        told.push(rest)
        blend.add(column, reason === null ? restored : data)
        run.onTile(++done)
      }
      const finished = blend.endRow()
      if (finished.count > 0) {
        await behind
        const first = (finished.y - row.start) * width * channels
        behind = run.accept({ ...finished, source: rows.subarray(first, first + finished.count * width * channels) })
        behind.catch(() => undefined)
      }
      blend.advance()
    }
    await behind
  } finally {
    // Nobody closes a file that is still being read or written.
    await Promise.allSettled([ahead, behind])
  }
  return { guarded, told }
}
