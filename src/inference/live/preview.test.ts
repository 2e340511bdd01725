import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { type PictureShape, scene } from '../../../test/helpers/pictures.ts'
import { livePreviewSchema, restoreInputSchema, type LivePreview } from '../../shared/guest.ts'
import type { PreviewEvent } from '../../shared/preview.ts'
import { handlers } from '../guest/infer.ts'
import { pictureHandlers } from '../image/picture-handlers.ts'
import { openSpool } from '../image/spool.ts'

const packs = join(import.meta.dirname, '../../../test/packs')
const never = new AbortController().signal
let count = 0

/** Shared by the tests of this file: judging the device costs more than these photos. */
const home = await mkdtemp(join(tmpdir(), 'restill-test-'))
afterAll(() => rm(home, { recursive: true, force: true }))

/** A photo of our own, held as the studio holds it. */
async function look(shape: PictureShape) {
  const file = join(home, `photo-${++count}.png`)
  const { width, height, channels } = shape
  const spaces = { 1: ['b-w', 'grey16'], 2: ['b-w', 'grey16'], 3: ['srgb', 'rgb16'], 4: ['srgb', 'rgb16'] } as const
  const space = spaces[channels][shape.depth === 8 ? 0 : 1]
  await sharp(scene(shape).samples, { raw: { width, height, channels } }).toColourspace(space).png().toFile(file)
  const session = `session-${count}`
  const held = await pictureHandlers.holdPhoto({ session, file, home })
  onTestFinished(async () => {
    await handlers.closeLive({ session })
    await pictureHandlers.letGoPhoto({ session })
  })
  const input = livePreviewSchema.parse({
    session, source: held.source, result: held.result, drawings: 0, engine: 'nafnet-edge', pack: 'test-sharpen', packFolders: [packs], controls: {},
    scale: 1, providers: ['cpu'], visible: { x: 0, y: 0, width, height }, whole: true, home,
  })
  return { file, held, input }
}

async function preview(input: LivePreview, signal = never) {
  const events: PreviewEvent[] = []
  const output = await handlers.livePreview(input, { signal, progress: event => events.push(event) })
  const of = <K extends PreviewEvent['kind']>(kind: K) => events.filter((event): event is Extract<PreviewEvent, { kind: K }> => event.kind === kind)
  return { events, output, of }
}

async function pixels(file: string, borrowed = true) {
  const spool = await openSpool(file, borrowed)
  try {
    return await spool.readRows(0, spool.height)
  } finally {
    await spool.dispose()
  }
}

/** The restoration of the same photo, from file to file. */
async function restored({ file }: { file: string }, pack: string, scale: 1 | 0.5 | 0.25) {
  const path = join(home, `restored-${count}.tif`)
  await handlers.restore(restoreInputSchema.parse({
    source: file, imageHash: null, engine: 'nafnet-edge', pack, packFolders: [packs], controls: {}, strength: 1, scale, providers: ['cpu'],
    tile: null, output: { path, encode: { format: 'tiff' } }, master: null, comparisonEdge: 0, home,
  }), { signal: never, progress: () => undefined })
  const session = `restored-${count}`
  const { source } = await pictureHandlers.holdPhoto({ session, file: path, home })
  try {
    return await pixels(source)
  } finally {
    await pictureHandlers.letGoPhoto({ session })
  }
}

const shapes: [PictureShape, 1 | 0.5 | 0.25, string][] = [
  [{ width: 210, height: 133, channels: 3, depth: 8 }, 1, 'test-sharpen'], [{ width: 190, height: 161, channels: 3, depth: 16 }, 1, 'test-box'],
  [{ width: 150, height: 99, channels: 1, depth: 8 }, 1, 'test-box'], [{ width: 133, height: 140, channels: 4, depth: 16 }, 1, 'test-sharpen'],
  [{ width: 50, height: 40, channels: 3, depth: 8 }, 1, 'test-box'],
  [{ width: 301, height: 223, channels: 3, depth: 8 }, 0.5, 'test-sharpen'], [{ width: 401, height: 330, channels: 3, depth: 16 }, 0.5, 'test-box'],
  [{ width: 600, height: 301, channels: 1, depth: 16 }, 0.25, 'test-box'],
]

test.each(shapes)('a whole preview is the restoration, pixel for pixel: %o at scale %d with %s', async (shape, scale, pack) => {
  const photo = await look(shape)
  const corner = { x: shape.width - 20, y: shape.height - 20, width: 20, height: 20 }
  const { of, output } = await preview({ ...photo.input, pack, scale, visible: corner })
  expect(of('begin')).toMatchObject([{ scale, reused: false }])
  expect(output.secondsPerMegapixel).toBeGreaterThan(0)
  expect(Buffer.compare(await bytes(photo.held.result), Buffer.from((await restored(photo, pack, scale)).buffer))).toBe(0)
})

async function bytes(file: string) {
  return Buffer.from((await pixels(file)).buffer)
}

test('what is visible comes first; the rest is not touched when it is not asked for', async () => {
  const { input, held } = await look({ width: 400, height: 300, channels: 3, depth: 8 })
  const visible = { x: 200, y: 150, width: 30, height: 30 }
  const { of, events } = await preview({ ...input, visible, whole: false })
  const first = of('tile')[0]!.rect
  expect(Math.abs(first.x + first.width / 2 - 215)).toBeLessThan(64)
  expect(Math.abs(first.y + first.height / 2 - 165)).toBeLessThan(64)
  expect(events.findIndex(({ kind }) => kind === 'visible-done')).toBeLessThan(events.findIndex(({ kind }) => kind === 'done'))
  const [before, after] = [await pixels(held.source), await pixels(held.result)]
  expect(after.subarray(0, 400 * 3 * 20)).toEqual(before.subarray(0, 400 * 3 * 20))
  const at = (165 * 400 + 215) * 3
  expect(after.subarray(at - 60, at + 60)).not.toEqual(before.subarray(at - 60, at + 60))
})

test('a tile that is known is not run again; every change has its own version', async () => {
  const { input } = await look({ width: 300, height: 200, channels: 3, depth: 8 })
  const left = await preview({ ...input, visible: { x: 0, y: 0, width: 100, height: 200 }, whole: false })
  const rest = await preview(input)
  const calls = left.of('done')[0]!.sessionCalls
  expect(calls).toBeGreaterThan(0)
  expect(rest.of('begin')[0]!.tilesTotal).toBe(rest.of('done')[0]!.sessionCalls)
  const versions = [...left.of('tile'), ...rest.of('tile')].map(({ version }) => version)
  expect(new Set(versions).size).toBe(versions.length)
  const again = await preview(input)
  expect(again.of('begin')[0]).toMatchObject({ reused: true, tilesTotal: 0 })
  expect(again.of('done')[0]).toMatchObject({ sessionCalls: 0 })
  expect(again.of('tile')).toEqual([])
})

test('a newer preview supersedes within a tile, and goes on from what is there', async () => {
  const { input, held } = await look({ width: 500, height: 400, channels: 3, depth: 8 })
  const tiles: number[] = []
  let second: ReturnType<typeof preview> | undefined
  const first = handlers.livePreview(input, {
    signal: never,
    progress(event) {
      if (event.kind !== 'tile') return
      tiles.push(event.version)
      second ??= preview(input)
    },
  })
  await expect(first).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(tiles.length).toBeLessThanOrEqual(2)
  const { of } = await second!
  expect(of('done')).toHaveLength(1)
  expect(of('begin')[0]!.tilesTotal).toBeGreaterThan(0)
  expect(await pixels(held.result)).not.toEqual(await pixels(held.source))
})

test('a control that only renders runs nothing for tiles that are held; one step further runs what is missing', async () => {
  const { input, held } = await look({ width: 200, height: 150, channels: 3, depth: 8 })
  const adarevd = { ...input, engine: 'adarevd', pack: 'test-adarevd' }
  const deep = await preview({ ...adarevd, controls: { depth: '3' } })
  const tiles = deep.of('begin')[0]!.tilesTotal
  const full = await pixels(held.result)
  // Encoder, classifier and three sub-decoders a tile.
  expect(deep.of('done')[0]).toMatchObject({ sessionCalls: tiles * 5, figures: { exit: 3, dRate: 1 } })
  const first = await preview({ ...adarevd, controls: { depth: '1' } })
  expect(first.of('done')[0]).toMatchObject({ sessionCalls: 0, figures: { exit: 1 } })
  expect(first.of('begin')[0]).toMatchObject({ tilesTotal: tiles })
  // What is held is drawn at once, and mapped once.
  expect(first.of('tile').map(({ rect }) => rect)).toEqual([{ x: 0, y: 0, width: 200, height: 150 }])
  expect(first.of('map').filter(({ map: { id } }) => id === 'exit')).toHaveLength(1)
  const map = first.of('map').findLast(({ map: { id } }) => id === 'exit')!.map
  expect(new Set(map.values)).toEqual(new Set([1]))
  expect(await pixels(held.result)).not.toEqual(full)
  const still = await preview({ ...adarevd, controls: { depth: '1', tau: 0.2 } })
  expect(still.of('done')[0]).toMatchObject({ sessionCalls: 0, figures: { exit: 1 } })
  // The same pictures: nothing is drawn anew.
  expect(still.of('tile')).toEqual([])
  const back = await preview({ ...adarevd, controls: { depth: '3' } })
  expect(back.of('done')[0]).toMatchObject({ sessionCalls: 0 })
  expect(await pixels(held.result)).toEqual(full)
})

test('another engine begins anew', async () => {
  const { input } = await look({ width: 150, height: 100, channels: 3, depth: 8 })
  await preview(input)
  const { of } = await preview({ ...input, engine: 'demoe', pack: 'test-demoe' })
  expect(of('begin')[0]).toMatchObject({ reused: false })
  expect(of('map').map(({ map }) => map.id)).toContain('expert')
})

test('a closed stream stops within a tile', async () => {
  const { input } = await look({ width: 500, height: 400, channels: 3, depth: 8 })
  const controller = new AbortController()
  let tiles = 0
  const run = handlers.livePreview(input, {
    signal: controller.signal,
    progress(event) {
      if (event.kind === 'tile' && ++tiles === 2) controller.abort()
    },
  })
  await expect(run).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(tiles).toBe(2)
})

test('beside a batch what is looked at comes before the next tile of the batch, which then goes on', async () => {
  const { input, file } = await look({ width: 1500, height: 1200, channels: 3, depth: 8 })
  const told: string[] = []
  let looking: Promise<unknown> | undefined
  await handlers.restore(restoreInputSchema.parse({
    source: file, imageHash: null, engine: 'nafnet-edge', pack: 'test-box', packFolders: [packs], controls: {}, strength: 1, scale: 1,
    providers: ['cpu'], tile: null, output: { path: join(home, 'out.png'), encode: { format: 'png' } }, master: null, comparisonEdge: 0, home,
  }), {
    signal: never,
    progress({ stage, tilesDone }) {
      if (stage !== 'tiles') return
      told.push('batch')
      if (tilesDone < 5) return
      looking ??= handlers.livePreview({ ...input, visible: { x: 100, y: 100, width: 60, height: 60 }, whole: false }, {
        signal: never,
        progress(event) {
          if (event.kind === 'begin') told.length = 0
          told.push(event.kind)
        },
      })
    },
  })
  await looking
  const end = told.indexOf('done')
  expect(told.slice(0, end)).not.toContain('batch')
  expect(told.slice(end)).toContain('batch')
})

test('tiles that the guard refuses keep the photo and are mapped', async () => {
  const { input, held } = await look({ width: 200, height: 100, channels: 3, depth: 8 })
  const { of } = await preview({ ...input, pack: 'test-shift' })
  expect(of('tile').every(({ guarded }) => guarded)).toBe(true)
  const suspect = of('map').findLast(({ map }) => map.id === 'suspect')!.map
  expect([suspect.width, suspect.height]).toEqual([128, 64])
  expect(new Set(suspect.values)).toEqual(new Set([1]))
  expect(await pixels(held.result)).toEqual(await pixels(held.source))
})

test('a stored picture drawn over the result is drawn over again by the next preview', async () => {
  const photo = await look({ width: 200, height: 150, channels: 3, depth: 8 })
  await preview(photo.input)
  const wanted = await pixels(photo.held.result)
  expect(await pictureHandlers.drawStored({ session: photo.input.session, file: photo.file, home })).toEqual({ drawn: true })
  expect(await pixels(photo.held.result)).toEqual(await pixels(photo.held.source))
  const { of } = await preview({ ...photo.input, drawings: 1 })
  expect(of('done')[0]!.sessionCalls).toBe(0)
  expect(await pixels(photo.held.result)).toEqual(wanted)
})

test('when a photo is let go nothing of it lies on disk but its decoded pixels', async () => {
  const before = new Set(await readdir(join(home, 'spool')).catch(() => []))
  const { input, held } = await look({ width: 200, height: 150, channels: 3, depth: 8 })
  await preview({ ...input, scale: 0.5 })
  await handlers.closeLive({ session: input.session })
  await pictureHandlers.letGoPhoto({ session: input.session })
  const left = (await readdir(join(home, 'spool'))).filter(name => !before.has(name))
  expect(left.map(name => join(home, 'spool', name))).toEqual([held.source])
})
