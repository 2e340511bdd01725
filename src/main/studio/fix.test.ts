import { chmod, copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { writePhoto } from '../../../test/helpers/photos.ts'
import { RestillError } from '../../shared/errors.ts'
import { endStates } from '../../shared/jobs.ts'
import { encodeSchema } from '../../shared/presets.ts'
import type { FixSummary } from './work.ts'
import { filesBelow, openBench } from '../../../test/helpers/bench.ts'

const sumOfEnds = ({ counts }: FixSummary) => endStates.reduce((sum, state) => sum + counts[state], 0)
const statesOf = (summary: FixSummary) => summary.reports.map(({ state, code }) => (code === null ? state : `${state} ${code}`))

test('a folder comes out restored: tree mirrored, bad ones failed with reasons, originals untouched', async () => {
  const bench = await openBench(['b.jpg', 'sub/c.png', 'sub/d.webp'])
  await writeFile(join(bench.input, 'a.jpg'), 'this is no photo')
  await writeFile(join(bench.input, 'sub', 'empty.jpg'), '')
  await writeFile(join(bench.input, 'notes.txt'), 'remember the milk')
  const before = await filesBelow(bench.input)
  const summary = await bench.fix({ comparisonEdge: 64 })
  expect(statesOf(summary)).toEqual(['failed IMAGE_UNSUPPORTED', 'done', 'done', 'done', 'failed FILE_EMPTY'])
  expect(summary.counts).toMatchObject({ total: 5, done: 3, failed: 2 })
  expect(sumOfEnds(summary)).toBe(5)
  expect(summary.reports.every(({ state, reason }) => (state === 'failed') === (reason !== null))).toBe(true)
  expect(summary.ignored.map(({ path }) => path)).toEqual([join(bench.input, 'notes.txt')])
  expect(Object.keys(await filesBelow(bench.output))).toEqual(['b_restored.jpg', 'sub/c_restored.png', 'sub/d_restored.webp'])
  expect(await filesBelow(bench.input)).toEqual(before)
  expect(summary).toMatchObject({ destination: bench.output, stopped: false })
  const [, done] = summary.reports
  expect(done).toMatchObject({ engine: 'nafnet-edge', pack: 'test-identity 1.0.0', width: 160, height: 120, scale: 1, code: null })
  expect(done?.device).toMatch(/^cpu/)
  expect((await sharp(done?.after ?? new Uint8Array()).metadata()).width).toBe(64)

  const kinds = bench.events.map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === 'finished')).toHaveLength(5)
  expect(kinds.filter((kind) => kind === 'started')).toHaveLength(3)
  expect(kinds.indexOf('planned')).toBeGreaterThan(kinds.lastIndexOf('import'))
  expect(bench.events.findLast(({ kind }) => kind === 'finished')).toMatchObject({ batch: { done: 5, total: 5, secondsLeft: 0 } })
})

test('the same command again does nothing again, and does what is missing', async () => {
  const bench = await openBench(['a.jpg', 'b.png'])
  await bench.fix()
  const first = await filesBelow(bench.output)
  const second = await bench.fix()
  expect(second.counts).toMatchObject({ total: 2, skipped: 2 })
  expect(second.reports.every(({ reason }) => reason?.startsWith('already restored'))).toBe(true)
  await rm(join(bench.output, 'a_restored.jpg'))
  await writePhoto(join(bench.input, 'c.jpg'), { seed: 9 })
  const third = await bench.fix()
  expect(statesOf(third)).toEqual(['done', 'skipped', 'done'])
  const after = await filesBelow(bench.output)
  expect(Object.keys(after)).toEqual(['a_restored.jpg', 'b_restored.png', 'c_restored.jpg'])
  expect(after['b_restored.png']).toBe(first['b_restored.png'])
})

test('results that are damaged count as suspect, with a reason', async () => {
  const bench = await openBench(['a.jpg'])
  const summary = await bench.fix({ pack: 'test-nan' })
  expect(summary.counts).toMatchObject({ total: 1, suspect: 1 })
  const [report] = summary.reports
  expect(report?.reason).toMatch(/tiles/)
  expect(report?.tiles?.guarded).toBe(report?.tiles?.total)
})

test('other settings never overwrite what is there, unless told so', async () => {
  const bench = await openBench(['a.jpg'])
  await bench.fix()
  const first = await filesBelow(bench.output)
  expect(statesOf(await bench.fix({ pack: 'test-sharpen' }))).toEqual(['skipped OUTPUT_EXISTS'])
  expect(await filesBelow(bench.output)).toEqual(first)
  await bench.fix({ pack: 'test-sharpen', presetOverrides: { collision: 'unique' } })
  expect(Object.keys(await filesBelow(bench.output))).toHaveLength(2)
  await bench.fix({ pack: 'test-sharpen', strength: 0.5, presetOverrides: { collision: 'overwrite' } })
  const last = await filesBelow(bench.output)
  expect(Object.keys(last)).toHaveLength(2)
  expect(last['a_restored.jpg']).not.toBe(first['a_restored.jpg'])
})

test('the same bytes in two places are computed once and delivered at each, with metadata of their own', async () => {
  const bench = await openBench(['a.jpg'])
  await mkdir(join(bench.input, 'sub'))
  await copyFile(join(bench.input, 'a.jpg'), join(bench.input, 'sub', 'b.jpg'))
  const summary = await bench.fix()
  expect(summary.counts).toMatchObject({ total: 2, done: 2 })
  const [first, second] = summary.reports
  expect([first?.notices.map(({ code }) => code), second?.notices.map(({ code }) => code)]).toEqual([[], ['RESULT_COPIED']])
  expect(await readFile(first?.output ?? '').then(String)).toContain('a.jpg')
  expect(await readFile(second?.output ?? '').then(String)).toContain('b.jpg')
  const pixels = (file: string) => sharp(file).raw().toBuffer()
  expect((await pixels(first?.output ?? '')).equals(await pixels(second?.output ?? ''))).toBe(true)
})

test('photos that want the same name get two names', async () => {
  const bench = await openBench(['a.jpg', 'a.png'])
  const summary = await bench.fix({ presetOverrides: { encode: encodeSchema.parse({ format: 'png' }) } })
  expect(summary.counts).toMatchObject({ done: 2 })
  expect(Object.keys(await filesBelow(bench.output))).toEqual(['a_restored-2.png', 'a_restored.png'])
})

test('a known photo into a new folder is written from what is stored', async () => {
  const bench = await openBench(['a.jpg'])
  await bench.fix()
  const elsewhere = join(bench.folder, 'elsewhere')
  const summary = await bench.fix({ outRoot: elsewhere })
  expect(summary.reports[0]).toMatchObject({ state: 'done', seconds: 0 })
  expect(await filesBelow(elsewhere)).toEqual(await filesBelow(bench.output))
  const anew = await bench.fix({ outRoot: elsewhere, resume: false, presetOverrides: { collision: 'overwrite' } })
  expect(anew.reports[0]?.state).toBe('done')
  expect(anew.reports[0]?.seconds).toBeGreaterThan(0)
})

test('a dry run says what would be done and writes nothing', async () => {
  const bench = await openBench(['a.jpg', 'b.png'])
  const summary = await bench.fix({ dryRun: true })
  expect(summary).toMatchObject({ batchId: null, counts: { total: 2, queued: 2 }, destination: bench.output })
  expect(summary.reports.map(({ output }) => output)).toEqual([join(bench.output, 'a_restored.jpg'), join(bench.output, 'b_restored.png')])
  expect(await filesBelow(bench.output)).toEqual({})
  expect(bench.jobs.batches()).toEqual([])
})

test('photos that vanish or change between import and restore fail, the rest goes on', async () => {
  const bench = await openBench(['a.jpg', 'b.jpg', 'c.jpg'])
  let changed: Promise<unknown> | undefined
  const spoil = () => Promise.all([rm(join(bench.input, 'b.jpg')), writePhoto(join(bench.input, 'c.jpg'), { seed: 77 })])
  const importPhotos = bench.parts.importPhotos.bind(bench.parts)
  bench.parts.importPhotos = async (...request) => {
    const imported = await importPhotos(...request)
    await (changed ??= spoil())
    return imported
  }
  expect(statesOf(await bench.fix())).toEqual(['done', 'failed FILE_NOT_FOUND', 'failed FILE_CHANGED'])
})

test('output inside the input folder is never taken for photos', async () => {
  const bench = await openBench(['a.jpg'])
  const inside = join(bench.input, 'restored')
  await bench.fix({ outRoot: inside })
  expect((await bench.fix({ outRoot: inside })).counts).toMatchObject({ total: 1, skipped: 1 })
  expect(Object.keys(await filesBelow(bench.input))).toEqual(['a.jpg', 'restored/a_restored.jpg'])
})

test('a name template that aims at the originals cannot touch them', async () => {
  const bench = await openBench(['a.jpg'])
  const before = await filesBelow(bench.input)
  const summary = await bench.fix({ outRoot: bench.input, presetOverrides: { naming: '{name}', collision: 'overwrite' } })
  expect(statesOf(summary)).toEqual(['failed TARGET_IS_SOURCE'])
  expect(await filesBelow(bench.input)).toEqual(before)
})

test.skipIf(process.getuid?.() === 0)('a target that cannot be written fails every photo with a reason', async () => {
  const bench = await openBench(['a.jpg'])
  await mkdir(bench.output)
  await chmod(bench.output, 0o500)
  expect(statesOf(await bench.fix())).toEqual(['failed TARGET_READ_ONLY'])
})

test('a file where the target folder should be fails with a reason', async () => {
  const bench = await openBench(['a.jpg'])
  await writeFile(bench.output, 'in the way')
  expect(statesOf(await bench.fix())).toEqual(['failed TARGET_READ_ONLY'])
})

test('nothing to do is no error, and unusable requests are', async () => {
  const bench = await openBench([])
  await mkdir(bench.input, { recursive: true })
  expect(await bench.fix()).toMatchObject({ batchId: null, reports: [], counts: { total: 0 } })
  const cases: [Parameters<typeof bench.fix>[0], string][] = [
    [{ preset: 'none such' }, 'PRESET_UNKNOWN'], [{ engine: 'none-such' }, 'ENGINE_UNKNOWN'], [{ pack: 'none-such' }, 'PACK_MISSING'],
    [{ controls: { nonsense: 1 } }, 'CONTROL_UNKNOWN'], [{ paths: [] }, 'USAGE'],
  ]
  for (const [changes, code] of cases) await expect(bench.fix(changes)).rejects.toMatchObject({ code })
})

test('names with newlines, emoji, leading dashes and 250 bytes come through', async () => {
  const long = `${'é'.repeat(120)}.jpg`
  const names = ['-rf.jpg', '🌊 wave.png', long, ...process.platform === 'win32' ? [] : ['two\nlines.jpg']]
  const bench = await openBench(names)
  const summary = await bench.fix()
  expect(summary.counts).toMatchObject({ total: names.length, done: names.length })
  for (const { output } of summary.reports) expect((await sharp(output ?? '').stats()).isOpaque).toBe(true)
})

test('a full disk fails the photo, stops the batch with a notice and keeps the rest for later', async () => {
  const bench = await openBench(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'])
  const { infer } = bench.parts
  const call = infer.call.bind(infer)
  onTestFinished(() => { infer.call = call })
  infer.call = (name, input, options) => name === 'restore'
    ? Promise.reject(new RestillError('DISK_FULL', { detail: { file: bench.output } })) : call(name, input, options)
  const full = await bench.fix()
  expect(full.stopped).toBe(true)
  expect(full.counts.queued).toBeGreaterThan(0)
  expect(full.counts.failed).toBeGreaterThan(0)
  expect(bench.events.filter(({ kind }) => kind === 'notice')).toMatchObject([{ notice: { code: 'DISK_FULL' } }])
  infer.call = call
  expect(await bench.fix()).toMatchObject({ batchId: full.batchId, stopped: false, counts: { total: 4, done: 4 } })
})

test('HEIC is skipped with its reason; its file is copied only when asked for', async () => {
  const bench = await openBench(['a.jpg', 'b.jpg'])
  const importPhotos = bench.parts.importPhotos.bind(bench.parts)
  bench.parts.importPhotos = async (...request) => {
    const imported = await importPhotos(...request)
    bench.parts.catalog.db.exec(`UPDATE photos SET facts = json_set(facts, '$.kind', 'heic') WHERE name = 'a.jpg'`)
    return imported
  }
  expect(statesOf(await bench.fix())).toEqual(['skipped HEIC_NOT_SUPPORTED', 'done'])
  expect(Object.keys(await filesBelow(bench.output))).toEqual(['b_restored.jpg'])
  expect(statesOf(await bench.fix({ copySkipped: true }))).toEqual(['skipped HEIC_NOT_SUPPORTED', 'skipped'])
  const after = await filesBelow(bench.output)
  expect(after['a.jpg']).toBe((await filesBelow(bench.input))['a.jpg'])
})

test('an altered pack is refused before anything is planned', async () => {
  const bench = await openBench(['a.jpg'])
  const packs = join(bench.folder, 'home', 'models')
  await cp(join(import.meta.dirname, '../../../test/packs/identity'), join(packs, 'altered'), { recursive: true })
  const manifest = join(packs, 'altered', 'pack.json')
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('"test-identity"', '"test-altered"'))
  await writeFile(join(packs, 'altered', 'card.md'), 'something else')
  await expect(bench.fix({ pack: 'test-altered' })).rejects.toMatchObject({ code: 'PACK_ALTERED' })
  expect(bench.jobs.batches()).toEqual([])
})
