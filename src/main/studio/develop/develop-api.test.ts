import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { openBench } from '../../../../test/helpers/bench.ts'
import { writePhoto } from '../../../../test/helpers/photos.ts'
import { itemId } from '../../../shared/contract/items.ts'
import type { DevelopSettings } from '../../../shared/contract/develop.ts'
import type { PreviewEvent } from '../../../shared/preview.ts'
import type { FixRequest } from '../work.ts'
import { ItemsRepo } from '../catalog/items.repo.ts'
import { developApi } from './develop-api.ts'
import { untouched } from './settings.repo.ts'

const never = new AbortController().signal
const box: DevelopSettings = { ...untouched, engine: 'nafnet-edge', pack: 'test-box', scale: 1 }
const whole = { x: 0, y: 0, width: 160, height: 120 }

async function openDevelop(names: readonly string[]) {
  const bench = await openBench(names)
  const { parts } = bench
  await parts.importPhotos([bench.input], true, {})
  const items = new ItemsRepo(parts.catalog)
  const develop = developApi(parts, {
    photoOf: (item) => {
      const photo = items.photoOf(item)
      return photo === null ? null : parts.photos.byId(photo)
    },
    providers: () => ['cpu'],
  })
  onTestFinished(() => develop.closeAll())
  const item = (name: string) => parts.photos.byPath(join(bench.input, name))!.id
  return { ...bench, fix: (changes: Partial<FixRequest>) => bench.fix(changes), develop, item }
}

async function read(stream: AsyncGenerator<PreviewEvent, void>) {
  const events: PreviewEvent[] = []
  for await (const event of stream) events.push(event)
  return events
}

const level = async (picture: { bytes: Uint8Array } | null) => (await sharp(picture!.bytes).raw().toBuffer()).toString('base64')

test('what is left to Auto is told: when the photo opens, and when a preview is asked for', async () => {
  const { develop, item } = await openDevelop(['a.png'])
  const { session, automatic, engines } = await develop.open(item('a.png'), never)
  expect(engines.map(({ descriptor }) => descriptor.id)).toContain(automatic?.engine)
  expect(automatic?.reason).not.toBe('')
  const events = (settings: DevelopSettings) => read(develop.preview(session, { settings, visible: whole, whole: true }, never))
  expect((await events(untouched))[0]).toEqual({ kind: 'auto', choice: automatic })
  expect((await events(box)).map(({ kind }) => kind)).not.toContain('auto')
})

test('a photo opens, is restored where it is looked at, and shows it; the speed is known from then on', async () => {
  const { develop, item } = await openDevelop(['a.png'])
  const session = await develop.open(item('a.png'), never)
  expect(session).toMatchObject({ width: 160, height: 120, tileSide: 512, levels: 1, settings: untouched, hasResult: false, history: [] })
  expect(session.engines.find(({ descriptor }) => descriptor.id === 'nafnet-edge')).toMatchObject({ seconds: null })
  const side = (which: 'source' | 'result') => develop.tile(session.session, which, 0, 0, 0)
  expect(await level(await side('result'))).toBe(await level(await side('source')))
  const events = await read(develop.preview(session.session, { settings: box, visible: whole, whole: true }, never))
  expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['begin', 'tile', 'visible-done', 'done']))
  expect(await level(await side('result'))).not.toBe(await level(await side('source')))
  expect((await develop.engines()).every(({ seconds }) => seconds === null)).toBe(true)
  const again = await develop.open(item('a.png'), never)
  expect(again.engines.find(({ descriptor }) => descriptor.id === 'nafnet-edge')!.seconds).toBeGreaterThan(0)
  expect((await develop.overlay(session.session, 'changed'))!.values.some((value) => value! > 0)).toBe(true)
  expect(await develop.overlay(session.session, 'suspect')).toMatchObject({ kind: 'classes' })
  expect(await develop.overlay(session.session, 'no-such-map')).toBeNull()
  expect((await develop.sharpness(item('a.png'))).width).toBe(10)
})

test('a stored result of the same settings shows at once, without the network', async () => {
  const { develop, item, fix, parts } = await openDevelop(['a.png', 'b.png'])
  await fix({ pack: 'test-box', engine: 'nafnet-edge', scale: 1 })
  const id = item('a.png')
  develop.stored.apply([id], box, ['engine', 'scale'], 'Box')
  const session = await develop.open(id, never)
  expect(session.hasResult).toBe(true)
  const shown = await level(await develop.tile(session.session, 'result', 0, 0, 0))
  const result = parts.results.newestOfPhoto(id)!
  expect(shown).toBe(await level(await develop.zoom(itemId('result', result.id), 0, 0, 0)))
  expect(shown).not.toBe(await level(await develop.tile(session.session, 'source', 0, 0, 0)))
  const events = await read(develop.preview(session.session, { settings: box, visible: whole, whole: true }, never))
  expect(events[0]).toMatchObject({ kind: 'begin', reused: true, tilesTotal: 0 })
  expect(events.at(-1)).toMatchObject({ kind: 'done', sessionCalls: 0 })
  // The result itself, opened, is what it was made with.
  const made = await develop.open(itemId('result', result.id), never)
  expect(made).toMatchObject({ hasResult: true, settings: { engine: 'nafnet-edge', pack: 'test-box', scale: 1, strength: 1 } })
  // Other settings are computed over it, and the way back shows it again.
  await read(develop.preview(session.session, { settings: { ...box, pack: 'test-sharpen' }, visible: whole, whole: true }, never))
  expect(await level(await develop.tile(session.session, 'result', 0, 0, 0))).not.toBe(shown)
  await read(develop.preview(session.session, { settings: box, visible: whole, whole: true }, never))
  expect(await level(await develop.tile(session.session, 'result', 0, 0, 0))).toBe(shown)
})

test('how far the photo explains a stored result is a map of it; what is computed anew has none', async () => {
  const { develop, item, fix, parts, input } = await openDevelop([])
  await writePhoto(join(input, 'large.png'), { width: 320, height: 240 })
  await fix({ pack: 'test-box', engine: 'nafnet-edge', scale: 1, trust: true })
  const id = item('large.png')
  expect(parts.results.newestOfPhoto(id)!.made.figures['trust']).toBeGreaterThan(0)
  develop.stored.apply([id], box, ['engine', 'scale'], 'Box')
  const { session } = await develop.open(id, never)
  expect(await develop.overlay(session, 'trust')).toMatchObject({ kind: 'levels', words: ['your photo explains it', 'it does not'] })
  const events = await read(develop.preview(session, { settings: { ...box, pack: 'test-sharpen' }, visible: whole, whole: true }, never))
  expect(events.find(event => event.kind === 'map' && event.map.id === 'trust')).toMatchObject({ map: { values: expect.not.arrayContaining([expect.any(Number)]) as unknown } })
  expect(await develop.overlay(session, 'trust')).toBeNull()
})

test('a result through a mask is not taken for the whole result', async () => {
  const { develop, item, fix, parts } = await openDevelop(['a.png'])
  const { batchId } = await fix({ pack: 'test-box', engine: 'nafnet-edge', scale: 1 })
  const nowhere = '{"shapes":[],"invert":true}'
  parts.catalog.db.prepare('UPDATE jobs SET settings = json_set(settings, \'$.mask\', json(?)) WHERE batch_id = ?').run(nowhere, batchId)
  develop.stored.apply([item('a.png')], box, ['engine', 'scale'], 'Box')
  expect((await develop.open(item('a.png'), never)).hasResult).toBe(false)
})

test('when the guest of the pixels dies, the photo is decoded again', async () => {
  const { develop, item, parts } = await openDevelop(['a.png'])
  const session = await develop.open(item('a.png'), never)
  const before = await level(await develop.tile(session.session, 'source', 0, 0, 0))
  process.kill(parts.pixels.pid!, 'SIGKILL')
  await expect.poll(() => parts.pixels.pid).toBeNull()
  await read(develop.preview(session.session, { settings: box, visible: whole, whole: true }, never))
  expect(await level(await develop.tile(session.session, 'result', 0, 0, 0))).not.toBe(before)
  expect(await level(await develop.tile(session.session, 'source', 0, 0, 0))).toBe(before)
})

test('when the guest of the network dies, the next preview starts it again', async () => {
  const { develop, item, parts } = await openDevelop(['a.png'])
  const session = await develop.open(item('a.png'), never)
  await read(develop.preview(session.session, { settings: box, visible: { ...whole, width: 20, height: 20 }, whole: false }, never))
  process.kill(parts.infer.pid!, 'SIGKILL')
  await expect.poll(() => parts.infer.pid).toBeNull()
  const events = await read(develop.preview(session.session, { settings: box, visible: whole, whole: true }, never))
  expect(events.at(-1)).toMatchObject({ kind: 'done' })
})

test('a session ends with its client; unknown items and sessions are told', async () => {
  const { develop, item } = await openDevelop(['a.png'])
  const closed = new AbortController()
  const { session } = await develop.open(item('a.png'), closed.signal)
  closed.abort()
  expect(await develop.tile(session, 'source', 0, 0, 0)).toBeNull()
  const request = { settings: box, visible: whole, whole: true }
  expect(() => develop.preview(session, request, never)).toThrow(expect.objectContaining({ code: 'SESSION_UNKNOWN' }))
  await expect(develop.open(999, never)).rejects.toMatchObject({ code: 'ITEM_UNKNOWN' })
  expect(await develop.zoom(999, 0, 0, 0)).toBeNull()
})

test('a superseded stream ends without an end, an engine without a pack throws', async () => {
  const { develop, item } = await openDevelop(['a.png'])
  const { session } = await develop.open(item('a.png'), never)
  const first = read(develop.preview(session, { settings: box, visible: whole, whole: true }, never))
  const second = read(develop.preview(session, { settings: { ...box, pack: 'test-sharpen' }, visible: whole, whole: true }, never))
  expect((await second).at(-1)).toMatchObject({ kind: 'done' })
  expect((await first).every(({ kind }) => kind !== 'done')).toBe(true)
  const missing = { settings: { ...box, pack: 'no-such-pack' }, visible: whole, whole: true }
  await expect(read(develop.preview(session, missing, never))).rejects.toMatchObject({ code: 'PACK_MISSING' })
})
