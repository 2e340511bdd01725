/** One pass over the tiles that a preview asks for: what is known is drawn, what is not is rendered, and every step is told. */
import type { Controls, Descriptor } from '../../shared/descriptor.ts'
import type { PreviewEvent, Rect } from '../../shared/preview.ts'
import { throwIfAborted } from '../image/abort.ts'
import { TileClock } from '../runtime/clock.ts'
import type { Place } from '../runtime/schedule.ts'
import { meanFigures } from '../runtime/tile-figures.ts'
import { mapsOf } from './maps.ts'
import { type TilePlace, tileOrder } from './order.ts'
import type { LiveRun } from './run.ts'

/** Most tiles that are drawn at once: a newer preview waits for them. */
const together = 64

export interface PassParts {
  descriptor: Descriptor, controls: Controls
  run: LiveRun
  /** Working scale against the photo. */
  scale: number
  photo: { readonly width: number, readonly height: number }
  /** Pixels of the photo. */
  visible: Rect
  whole: boolean
  device: string
  place: Place
  nextVersion: () => number
  tell: (event: PreviewEvent) => void
  signal: AbortSignal
}

/**
 * @param begun when the preview was asked for, by `performance.now()`
 * @returns seconds of a tile, null when none was rendered
 * @throws TileTooLarge; RestillError CANCELLED, PROVIDER_FAILED, DISK_FULL
 */
export async function passOverTiles(parts: PassParts, begun: number): Promise<number | null> {
  const { run, controls, scale, visible, place, signal, tell } = parts
  const area = { x: visible.x * scale, y: visible.y * scale, width: visible.width * scale, height: visible.height * scale }
  const order = tileOrder(run.plan, area).filter(tile => tile.visible || parts.whole)
  const total = order.filter(({ index }) => run.known(index, controls) === null).length
  const calls = run.worker.sessionCalls
  const clock = new TileClock()
  tell({ kind: 'begin', tilesTotal: total, device: parts.device, scale, reused: total === 0 })
  let done = 0
  let visibleLeft = order.filter(tile => tile.visible).length
  const render = async (tile: TilePlace) => {
    // Messages that came while the last tile ran are read here: a newer preview, a cancel.
    await new Promise(setImmediate)
    await place.giveWay(signal)
    throwIfAborted(signal)
    const before = performance.now()
    const callsThen = run.worker.sessionCalls
    const result = await run.render(tile, controls, signal)
    // What is held comes in no time: only tiles that ran say how long the others take.
    if (run.worker.sessionCalls > callsThen) clock.add((performance.now() - before) / 1000)
    done++
    return result
  }
  // Tiles that needed no run are drawn together: what a moved control shows of held pictures then costs little more than its pixels.
  let waiting: { tile: TilePlace, guarded: boolean }[] = []
  const draw = () => {
    const rect = run.draw(waiting.map(({ tile }) => tile), controls)
    if (rect !== null) {
      const guarded = waiting.some(each => each.guarded)
      tell({ kind: 'tile', rect, version: parts.nextVersion(), tilesDone: done, tilesTotal: total, secondsLeft: clock.left(total - done), guarded })
    }
    waiting = []
  }
  let mapped = -1
  const tellEnd = (kind: 'visible-done' | 'done') => {
    const results = run.results(controls)
    if (mapped !== done) for (const map of mapsOf(parts.descriptor, run.plan, scale, parts.photo, results)) tell({ kind: 'map', map })
    mapped = done
    const figures = meanFigures(results.values(), run.surveyFigures)
    tell({ kind, milliseconds: performance.now() - begun, sessionCalls: run.worker.sessionCalls - calls, figures })
  }
  for (const tile of order) {
    const before = run.worker.sessionCalls
    const { guarded } = run.known(tile.index, controls) ?? await render(tile)
    waiting.push({ tile, guarded: guarded !== null })
    const isLastVisible = tile.visible && --visibleLeft === 0
    if (isLastVisible || run.worker.sessionCalls > before || waiting.length === together) draw()
    if (isLastVisible) tellEnd('visible-done')
  }
  draw()
  tellEnd('done')
  return clock.left(1)
}
