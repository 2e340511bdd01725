import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { filesBelow, openBench, type Bench } from '../../../../test/helpers/bench.ts'
import { writePhoto } from '../../../../test/helpers/photos.ts'
import type { DevelopSettings } from '../../../shared/contract/develop.ts'
import { itemId, itemState } from '../../../shared/contract/items.ts'
import { endStates } from '../../../shared/jobs.ts'
import { presetSchema } from '../../../shared/presets.ts'
import { Previews } from '../catalog/previews.ts'
import { libraryApi } from '../library/library-api.ts'
import { preferencesApi } from '../preferences.ts'
import { openBatches } from './open-batches.ts'

const settings: DevelopSettings = { engine: 'nafnet-edge', pack: 'test-identity', controls: {}, strength: 1, scale: 1, mask: null }
const untilDone = { timeout: 30_000, interval: 20 }

async function open(names: readonly string[], own: (item: number) => DevelopSettings = () => settings) {
  const bench = await openBench(names)
  const { photos } = await bench.parts.importPhotos([bench.input], true, {})
  const batches = openBatches(bench.parts, bench.jobs, preferencesApi(bench.parts.settings), { photoOf: (item) => bench.parts.photos.byId(item), settingsOf: own })
  onTestFinished(() => batches.close())
  return { bench, batches, ids: photos.map(({ id }) => id), ended: (batch: number | null) => ended(bench, batch) }
}

async function ended({ jobs }: Bench, batch: number | null): Promise<void> {
  await vi.waitFor(() => {
    const counts = jobs.counts(batch ?? 0)
    expect(endStates.reduce((sum, state) => sum + counts[state], 0)).toBe(counts.total)
    expect(counts.total).toBeGreaterThan(0)
  }, untilDone)
}
const restoring = { settings: null, preset: '', batch: null, copySkipped: false }

test('items are restored in the background, each with its own settings, into the default preset', async () => {
  const { bench, batches, ids, ended } = await open(['a.jpg', 'b.jpg', 'c.jpg'], (item) => ({ ...settings, strength: item === 2 ? 0.5 : 1 }))
  const { batch, counts } = await batches.restore(ids, restoring)
  expect(counts).toMatchObject({ total: 3 })
  await ended(batch)
  expect(Object.keys(await filesBelow(bench.output)).sort()).toEqual(['a_restored.jpg', 'b_restored.jpg', 'c_restored.jpg'])
  const jobs = batches.jobs(batch ?? 0, 0, 10)
  expect(jobs.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ state, name, tilesDone, tilesTotal }) => ({ state, name, whole: tilesDone === tilesTotal && tilesTotal > 0 })))
    .toEqual(['a.jpg', 'b.jpg', 'c.jpg'].map((name) => ({ state: 'done', name, whole: true })))
  expect(jobs.map(({ result }) => result).sort()).toEqual([1, 2, 3].map((row) => itemId('result', row)))
  expect(bench.parts.jobs.list({}).map((job) => job.settings.strength).sort()).toEqual([0.5, 1, 1])
  await vi.waitFor(() => { expect(batches.list()).toMatchObject([{ id: batch, kind: 'restore', running: false, counts: { done: 3 } }]) }, untilDone)
})

test('a photo that could not be opened fails with the reason its file gives', async () => {
  const { bench, batches, ended } = await open(['a.jpg'])
  const broken = join(bench.input, 'broken.jpg')
  await writeFile(broken, 'no picture')
  await bench.parts.importPhotos([bench.input], true, {})
  const { batch } = await batches.restore([bench.parts.photos.byPath(broken)?.id ?? 0], restoring)
  await ended(batch)
  expect(batches.jobs(batch ?? 0, 0, 10)).toMatchObject([{ state: 'failed', reason: expect.stringMatching(/broken\.jpg/) as string }])
  expect(bench.parts.jobs.list({})[0]?.code).not.toBe('INTERNAL')
})

test('two versions of one photo make two files', async () => {
  const { bench, batches, ids, ended } = await open(['a.jpg'])
  const first = await batches.restore(ids, restoring)
  await ended(first.batch)
  const second = await batches.restore(ids, { ...restoring, settings: { ...settings, strength: 0.3 } })
  await ended(second.batch)
  expect(Object.keys(await filesBelow(bench.output)).sort()).toEqual(['a_restored-2.jpg', 'a_restored.jpg'])
  const again = await batches.restore([...ids, ...ids], restoring)
  await ended(again.batch)
  expect(again.counts).toMatchObject({ total: 1, skipped: 1 })
})

test('work on a virtual copy shows at the copy, and what is made of its result, too', async () => {
  const bench = await openBench(['a.jpg'])
  await bench.parts.importPhotos([bench.input], true, {})
  const previews = new Previews(join(bench.folder, 'home', 'previews.sqlite'))
  onTestFinished(() => { previews.close() })
  const library = libraryApi({ ...bench.parts, previews })
  const batches = openBatches(bench.parts, bench.jobs, preferencesApi(bench.parts.settings), { photoOf: (item) => library.photoOf(item), settingsOf: () => settings })
  onTestFinished(() => batches.close())
  const { ids: [copy = 0] } = library.copy([1])
  const states = (): unknown[] => [1, copy].map((id) => (library.item(id)?.state ?? 0) & (itemState.restored | itemState.skipped))
  const { batch } = await batches.restore([copy], restoring)
  await ended(bench, batch)
  expect(states()).toEqual([0, itemState.restored])
  const again = await batches.restore([itemId('result', 1)], restoring)
  await ended(bench, again.batch)
  expect(states()).toEqual([0, itemState.restored | itemState.skipped])
})

test('pause, cancel, reorder, retry and clear', async () => {
  const { bench, batches, ids, ended } = await open(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'])
  await writeFile(join(bench.input, 'b.jpg'), 'no photo any more')
  const { batch } = await batches.restore(ids, restoring)
  if (batch === null) throw new Error('no batch')
  batches.pause(batch, 'now')
  await vi.waitFor(() => { expect(batches.list()[0]).toMatchObject({ running: false, paused: 'now' }) }, untilDone)
  const queued = bench.parts.jobs.list({ batchId: batch, state: 'queued' })
  const last = queued.at(-1)?.id ?? 0
  batches.reorder([last], 'first')
  expect(batches.jobs(batch, 0, 10)[0]?.id).toBe(last)
  expect(batches.cancel({ jobs: [last] })).toBe(1)
  expect(batches.clear(batch)).toBe(0)
  batches.resume(batch)
  await ended(batch)
  expect(bench.jobs.counts(batch)).toMatchObject({ cancelled: 1, failed: 1 })
  const failed = batches.jobs(batch, 0, 10).find(({ state }) => state === 'failed')
  expect(failed?.reason).toMatch(/b\.jpg.*\. .+/s)
  await rm(join(bench.input, 'b.jpg'))
  await writePhoto(join(bench.input, 'b.jpg'), { seed: 2 })
  await vi.waitFor(() => { expect(batches.list()[0]?.running).toBe(false) }, untilDone)
  expect(batches.retry(batch, ['failed'])).toBe(1)
  await ended(batch)
  expect(bench.jobs.counts(batch)).toMatchObject({ failed: 0 })
  await vi.waitFor(() => { expect(batches.clear(batch)).toBe(1) }, untilDone)
  expect(batches.list()).toEqual([])
})

test.each(['after-current', 'now'] as const)('what is resumed while its pause (%s) takes hold goes on to its end', async (kind) => {
  const { bench, batches, ids, ended } = await open(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'])
  const { batch } = await batches.restore(ids, restoring)
  if (batch === null) throw new Error('no batch')
  for (let turn = 0; turn < 3; turn++) {
    await vi.waitFor(() => { expect(batches.list()[0]?.running).toBe(true) }, untilDone)
    batches.pause(batch, kind)
    batches.resume(batch)
  }
  await ended(batch)
  expect(bench.jobs.counts(batch)).toMatchObject({ done: 4 })
})

test('progress tells everything first, then what moves, and ends with its signal', async () => {
  const { batches, ids } = await open(['a.jpg', 'b.jpg'])
  const stop = new AbortController()
  const heard: { done: number, jobs: string[] }[] = []
  const listening = (async () => {
    for await (const { batches: rows, jobs } of batches.progress(stop.signal)) {
      heard.push({ done: rows[0]?.counts.done ?? 0, jobs: jobs.map(({ state }) => state) })
      if (rows[0]?.counts.done === 2 && !rows[0].running) stop.abort()
    }
  })()
  await batches.restore(ids, restoring)
  await listening
  expect(heard.at(-1)?.done).toBe(2)
  expect(heard.flatMap(({ jobs }) => jobs)).toContain('done')
})

test('an export says its names before it starts, and clashes', async () => {
  const { bench, batches, ids, ended } = await open(['a.jpg', 'sub/a.png', 'b.jpg'])
  const out = join(bench.folder, 'out')
  const preset = presetSchema.parse({ name: 'mine', encode: { format: 'png' }, naming: '{name}_{seq:3}', mirror: false })
  expect(await batches.exportNames(ids, preset, out)).toEqual({ names: ['a_001.png', 'b_002.png', 'a_003.png'], clashes: 0, existing: 0, folder: out, problem: null })
  expect(await batches.exportNames(ids, { ...preset, naming: '{name}' }, out)).toMatchObject({ clashes: 1 })
  expect((await batches.exportNames(ids, { ...preset, naming: '{nome}' }, out)).problem).toMatch(/nome/)
  const { batch } = await batches.export(ids, preset, out)
  await ended(batch)
  expect(Object.keys(await filesBelow(out)).sort()).toEqual(['a_001.png', 'a_003.png', 'b_002.png'])
  expect(await batches.exportNames(ids, preset, out)).toMatchObject({ existing: 3 })
})

test('a report is read by its token alone', async () => {
  const { batches, ids, ended } = await open(['a.jpg'])
  const { batch } = await batches.restore(ids, restoring)
  await ended(batch)
  const { token, folder } = await batches.report(batch ?? 0)
  const page = await batches.reportFile(token, 'index.html')
  expect(page).toMatchObject({ type: 'text/html; charset=utf-8' })
  expect(await readFile(join(folder, 'report.csv'), 'utf8')).toContain('a.jpg')
  for (const [given, name] of [['other', 'index.html'], [token, '../catalog.sqlite'], [token, 'catalog.sqlite']] as const) expect(await batches.reportFile(given, name)).toBeNull()
  await expect(batches.report(999)).rejects.toMatchObject({ code: 'USAGE' })
})

test('a watched folder restores what comes in, once, and leaves what was there', async () => {
  const { bench, batches } = await open(['old.jpg'])
  const inbox = join(bench.folder, 'inbox')
  await mkdir(inbox)
  await copyFile(join(bench.input, 'old.jpg'), join(inbox, 'old.jpg'))
  const id = await batches.watches.add(inbox, 'restored', settings)
  await writePhoto(join(inbox, 'new.jpg'), { seed: 77 })
  await writeFile(join(inbox, '._new.jpg'), 'x')
  await vi.waitFor(async () => { expect(Object.keys(await filesBelow(`${inbox}-restored`))).toEqual(['new_restored.jpg']) }, untilDone)
  await vi.waitFor(() => { expect(batches.watches.list()).toMatchObject([{ id, active: true, seen: 2, restored: 1, problem: null }]) }, untilDone)
  expect(batches.list()).toMatchObject([{ kind: 'watch', counts: { total: 1 } }])
  await batches.watches.set(id, false)
  await batches.watches.set(id, true)
  await batches.watches.remove(id)
  expect(batches.watches.list()).toEqual([])
}, 60_000)
