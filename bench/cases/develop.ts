/** Develop on a 24-megapixel photo: how soon something shows, how soon a newer preview takes over, and what a control costs that only renders. */
import { join } from 'node:path'
import type { DevelopSettings, Session } from '../../src/shared/contract/develop.ts'
import type { PreviewEvent, Rect } from '../../src/shared/preview.ts'
import type { Studio } from '../../src/main/studio/api.ts'
import { makePhoto } from '../photos.ts'
import { atMost, type BenchCase, figure, median, type Row } from '../row.ts'

const rounds = 5
/** Two megapixels. */
const screen: Rect = { x: 2000, y: 1300, width: 1720, height: 1170 }
const fit = { level: 2, columns: [0, 1, 2], rows: [0, 1] }

export const develop: BenchCase = async ({ studio, folder }) => {
  const file = await makePhoto(join(folder, 'photo.jpg'), 6000, 4000)
  await studio.import({ paths: [file], recursive: false })
  const item = studio.photos.list({})[0]!.id
  const client = new AbortController()
  const settings: DevelopSettings = { engine: 'nafnet-edge', pack: null, controls: {}, strength: 1, scale: 1, mask: null }
  await studio.develop.close((await studio.develop.open(item, client.signal)).session)

  const opened = performance.now()
  const session = await studio.develop.open(item, client.signal)
  const open = performance.now() - opened
  await Promise.all(fit.rows.flatMap(row => fit.columns.map(column => studio.develop.tile(session.session, 'source', fit.level, column, row))))
  const whole = performance.now() - opened
  const rows: Row[] = [
    figure('develop: a 24 MP JPEG opened again', open, 'ms'),
    figure('develop: until its six squares for the fit view are there', whole, 'ms'),
  ]

  await preview(studio, session, settings, { ...screen, width: 100, height: 100 })
  const tile = median(await timesOfTiles(studio, session, settings))
  rows.push(figure('develop: one tile', tile, 'ms'))
  const begins: number[] = []
  const firsts: number[] = []
  for (let round = 0; round < rounds; round++) {
    const controller = new AbortController()
    const going = preview(studio, session, settings, { x: 0, y: 500 * round, width: 6000, height: 500 }, { whole: true, signal: controller.signal })
    await new Promise(resolve => setTimeout(resolve, 3 * tile))
    const asked = performance.now()
    const visible = { x: 1000 * round, y: 3300, width: 100, height: 100 }
    const newer = studio.develop.preview(session.session, { settings, visible, whole: false }, client.signal)
    for await (const event of newer) {
      if (event.kind === 'begin') begins.push(performance.now() - asked)
      if (event.kind === 'tile' && firsts.length === round) firsts.push(performance.now() - asked)
    }
    controller.abort()
    await going
  }
  rows.push(
    atMost('develop: a newer preview begins, tiles of the older one', median(begins) / tile, 'x', 2),
    figure('develop: the same', median(begins), 'ms'),
    figure('develop: until its first tile shows', median(firsts), 'ms'),
  )
  rows.push(...await renderOnly(studio, session))
  client.abort()
  return rows
}

/** A moved control that only renders, after a full pass over the screen. */
async function renderOnly(studio: Studio, session: Session): Promise<Row[]> {
  for (const { descriptor } of await studio.develop.engines()) {
    const control = descriptor.controls.find(each => each.invalidates === 'render' && each.kind === 'number')
    if (control?.kind !== 'number') continue
    const engine = { engine: descriptor.id, pack: null, strength: 1, scale: 1, mask: null } as const
    const at = (value: number): DevelopSettings => ({ ...engine, controls: { [control.id]: value } })
    const first = await preview(studio, session, at(control.min), screen)
    const times: number[] = []
    let calls = 0
    for (let step = 1; step <= 2 * rounds; step++) {
      const moved = await preview(studio, session, at(control.min + (control.max - control.min) * (step % rounds) / rounds), screen)
      times.push(moved.milliseconds)
      calls += moved.calls
    }
    const squares = performance.now()
    await squaresOf(studio, session, screen)
    return [
      figure(`develop: ${descriptor.id}, the screen for the first time, ${first.calls} runs`, first.milliseconds, 'ms'),
      atMost(`develop: ${control.id} moved after a full pass, runs`, calls, '', 0),
      atMost('develop: until map, figures and 2 megapixels are there', median(times), 'ms', 100),
      figure('develop: the slowest of those moves', Math.max(...times), 'ms'),
      figure('develop: the squares of the screen, encoded', performance.now() - squares, 'ms'),
    ]
  }
  return []
}

async function squaresOf(studio: Studio, { session, tileSide }: Session, { x, y, width, height }: Rect): Promise<void> {
  const places: Promise<unknown>[] = []
  for (let row = Math.floor(y / tileSide); row * tileSide < y + height; row++) {
    for (let column = Math.floor(x / tileSide); column * tileSide < x + width; column++) {
      places.push(studio.develop.tile(session, 'result', 0, column, row))
    }
  }
  await Promise.all(places)
}

/** One preview from asking to its end: time and runs of graphs. */
export async function preview(
  studio: Studio, { session }: Session, settings: DevelopSettings, visible: Rect, options: { whole?: boolean, signal?: AbortSignal } = {},
): Promise<{ milliseconds: number, calls: number }> {
  const begun = performance.now()
  let last: PreviewEvent | undefined
  const { whole = false, signal = new AbortController().signal } = options
  for await (const event of studio.develop.preview(session, { settings, visible, whole }, signal)) last = event.kind === 'done' ? event : last
  return { milliseconds: performance.now() - begun, calls: last?.kind === 'done' ? last.sessionCalls : 0 }
}

async function timesOfTiles(studio: Studio, { session }: Session, settings: DevelopSettings): Promise<number[]> {
  const times: number[] = []
  let before: number | undefined
  for await (const event of studio.develop.preview(session, { settings, visible: screen, whole: false }, new AbortController().signal)) {
    if (event.kind !== 'tile') continue
    const now = performance.now()
    if (before !== undefined) times.push(now - before)
    before = now
  }
  return times
}
