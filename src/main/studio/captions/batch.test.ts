/** Captions and the engine that reads them, in one batch: a real engine with a tiny pack, and a server of ours with every known fault. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { type Bench, openBench } from '../../../../test/helpers/bench.ts'
import { closeExifTool, exiftool } from '../../../../test/helpers/metadata.ts'
import type { DevelopSettings } from '../../../shared/contract/develop.ts'
import { jobSettingsFor } from '../batches/enqueue-items.ts'
import { preferencesApi } from '../preferences.ts'
import { blind, type FakeBehaviour, fakeOllama, seeing } from './ollama.fixture.ts'

vi.setConfig({ testTimeout: 240_000 })

afterAll(closeExifTool)

const boat = 'a red boat on a beach'
const glow = { engine: 'glowdeblur', pack: 'test-glowdeblur' }

async function opened(behaviour: FakeBehaviour = {}, { address, names = ['a.jpg', 'b.jpg'] }: { address?: string, names?: string[] } = {}) {
  const bench = await openBench(names)
  const ollama = await fakeOllama(behaviour)
  preferencesApi(bench.parts.settings).set({ captionsHost: address ?? ollama.address })
  return { bench, ollama }
}

const captionsOf = (bench: Bench) => bench.parts.jobs.list({}).map(({ settings }) => settings.controls['caption'])
const noticesOf = (bench: Bench) => bench.events.flatMap(event => event.kind === 'notice' ? [event.notice] : [])
/** Random weights make nothing that a photo explains: some results are suspect. */
const madeOf = ({ counts }: { counts: { total: number, done: number, suspect: number } }) => [counts.total, counts.done + counts.suspect]

test('all captions come first, then the model leaves the memory, then photos are restored, each with its own', async () => {
  const { bench, ollama } = await opened({ say: asked => ({ content: JSON.stringify({ caption: `boat ${asked}` }) }) })
  const summary = await bench.fix({ ...glow, makeCaptions: true })
  expect(madeOf(summary)).toEqual([2, 2])
  expect(captionsOf(bench)).toEqual(['boat 0', 'boat 1'])
  expect(ollama.asked.slice(-4)).toEqual(['load', 'look', 'look', 'unload'])
  const kinds = bench.events.map(({ kind }) => kind)
  expect(kinds.lastIndexOf('caption')).toBeLessThan(kinds.indexOf('planned'))
  const again = await bench.fix({ ...glow, makeCaptions: true })
  expect([again.counts.skipped, ollama.pictures.length]).toEqual([2, 2])
})

test.each<[string, FakeBehaviour, string | null]>([
  ['a slow start', { loadMs: 300 }, null],
  ['an answer among its thoughts', { say: () => ({ thinking: `{"caption": "${boat}"}` }) }, null],
  ['an error line', { fault: () => 'error-line' }, 'CAPTION_SERVER_FAILED'],
  ['an error status', { fault: () => 'error-500' }, 'CAPTION_SERVER_FAILED'],
  ['a broken connection', { fault: () => 'drop' }, 'CAPTION_SERVER_FAILED'],
  ['an invented picture', { fault: () => 'blind' }, 'CAPTION_NOT_SEEN'],
  ['no sentence', { say: () => ({ content: 'Sure!' }) }, 'CAPTION_UNREADABLE'],
  ['no model that sees', { models: [blind('llama3')] }, 'CAPTION_NO_MODEL'],
  ['only a model in a cloud', { models: [{ ...seeing('big:cloud') }] }, 'CAPTION_NO_MODEL'],
  ['another program', { instead: (_, response) => void response.end('hello') }, 'CAPTION_SERVER_FAILED'],
])('%s: a clear message at most, and a finished batch', async (_, behaviour, code) => {
  const { bench } = await opened(behaviour, { names: ['a.jpg'] })
  expect(madeOf(await bench.fix({ ...glow, makeCaptions: true }))).toEqual([1, 1])
  const notices = noticesOf(bench)
  if (code === null) {
    expect([notices, captionsOf(bench)]).toEqual([[], [boat]])
    return
  }
  expect(captionsOf(bench)).toEqual([''])
  expect(notices.map(notice => notice.code)).toContain(code)
  for (const { text } of notices) expect(text).toMatch(/^\S.{20,}\.$/)
})

test('without a server one line says how to get it, and the batch ends well', async () => {
  const { bench } = await opened({}, { address: 'http://127.0.0.1:1' })
  expect(madeOf(await bench.fix({ ...glow, makeCaptions: true }))).toEqual([2, 2])
  expect(noticesOf(bench).map(({ text }) => text.includes('https://ollama.com'))).toEqual([true])
})

test('a caption typed by hand is used without a server; one for all, or none, goes before it; another caption is other work', async () => {
  const { bench } = await opened({}, { address: 'http://127.0.0.1:1' })
  const skipped = async (controls: DevelopSettings['controls'] = {}) =>
    (await bench.fix({ ...glow, controls, presetOverrides: { collision: 'unique' } })).counts.skipped
  expect([await skipped(), captionsOf(bench)]).toEqual([0, ['', '']])
  const [a] = bench.parts.photos.list({})
  bench.parts.captions.set([a!], 'my boat')
  expect([await skipped(), captionsOf(bench).filter(caption => caption === 'my boat')]).toEqual([1, ['my boat']])
  expect(await skipped({ caption: '' })).toBe(2)
  expect([await skipped({ caption: 'a wall' }), captionsOf(bench).filter(caption => caption === 'a wall')]).toEqual([0, ['a wall', 'a wall']])
  expect(noticesOf(bench)).toEqual([])
})

test('in the window\'s batches each photo has its own caption too, unless its settings have another', async () => {
  const { bench } = await opened()
  await bench.fix({ ...glow, dryRun: true })
  const photos = bench.parts.photos.list({})
  bench.parts.captions.set(photos.slice(0, 1), 'my boat')
  const settings: DevelopSettings = { ...glow, controls: {}, strength: 1, scale: 1, mask: null }
  const options = { providers: ['cpu' as const], keepMaster: false, copySkipped: false }
  const captions = async (controls: DevelopSettings['controls']) =>
    (await jobSettingsFor(bench.parts, photos, { ...settings, controls }, options)).map(each => each.controls['caption'])
  expect(await captions({})).toEqual(['my boat', ''])
  expect(await captions({ caption: 'a wall' })).toEqual(['a wall', 'a wall'])
})

test('the result does not tell the caption: files, their metadata and the engine\'s controls in it', async () => {
  const { bench } = await opened({}, { names: ['a.jpg'] })
  await bench.fix({ ...glow, controls: { caption: 'zanzibar' } })
  const file = join(bench.output, 'a_restored.jpg')
  expect((await readFile(file)).includes('zanzibar')).toBe(false)
  const [tags] = JSON.parse(await exiftool(['-json', '-XMP:all', file])) as { Controls: string, Engine: string }[]
  expect(tags!.Engine).toBe('glowdeblur')
  expect(JSON.parse(tags!.Controls)).toEqual({ captionWeight: 1, motion: true, motionWeight: 1, steps: '1' })
})

test('the motion map is stored with the result', async () => {
  const { bench } = await opened({}, { names: ['a.jpg'] })
  const { reports } = await bench.fix(glow)
  const { maps } = bench.parts.results.byJob(reports[0]!.jobId)!.made
  expect(maps.find(({ id }) => id === 'motion')).toMatchObject({ columns: { length: 11 }, rows: { length: 11 }, values: { length: 200 } })
})
