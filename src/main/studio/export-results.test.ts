import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { ExportRequest } from './work.ts'
import { exportResults } from './export-results.ts'
import { filesBelow, openBench, type Bench } from '../../../test/helpers/bench.ts'

const exported = (bench: Bench, changes: Partial<ExportRequest> = {}) =>
  exportResults(bench.parts, { preset: 'jpeg-web', outRoot: join(bench.folder, 'web'), ...changes }, {
    onEvent: (event) => { bench.events.push(event) },
  })
const restorations = (bench: Bench) => bench.events.filter(({ kind }) => kind === 'progress').length

test('from a kept master: encoded anew, not restored anew', async () => {
  const bench = await openBench(['a.png', 'sub/b.jpg'])
  await bench.fix({ keepMasters: true, pack: 'test-sharpen' })
  expect(Object.keys(await filesBelow(join(bench.folder, 'home', 'masters')))).toHaveLength(2)
  bench.events.length = 0
  const summary = await exported(bench, { preset: 'tiff-16' })
  expect(summary.counts).toMatchObject({ total: 2, queued: 0, running: 0, failed: 0, skipped: 0 })
  expect(restorations(bench)).toBe(0)
  const files = Object.keys(await filesBelow(join(bench.folder, 'web')))
  expect(files).toEqual(['a_restored.tif', 'sub/b_restored.tif'])
  const pixelsOf = (file: string) => sharp(file).toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer()
  const first = await pixelsOf(join(bench.output, 'a_restored.png'))
  expect(first.equals(await pixelsOf(join(bench.folder, 'web', 'a_restored.tif')))).toBe(true)
})

test('without a master: restored anew, with the settings of the last time', async () => {
  const bench = await openBench(['a.png'])
  await bench.fix({ pack: 'test-sharpen' })
  bench.events.length = 0
  const summary = await exported(bench)
  expect(summary.reports[0]).toMatchObject({ pack: 'test-sharpen 1.0.0', output: join(bench.folder, 'web', 'a_restored.jpg') })
  expect(restorations(bench)).toBeGreaterThan(0)
})

test('only what was asked for, by path or number; what is not in the catalog is an error', async () => {
  const bench = await openBench(['a.png', 'sub/b.png', 'sub/c.png'])
  await bench.fix()
  expect((await exported(bench, { paths: [join(bench.input, 'sub')] })).counts.total).toBe(2)
  expect((await exported(bench, { ids: [1], outRoot: join(bench.folder, 'one') })).counts.total).toBe(1)
  await expect(exported(bench, { paths: ['/nowhere.jpg'] })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  await expect(exported(bench, { preset: 'none such' })).rejects.toMatchObject({ code: 'PRESET_UNKNOWN' })
  expect((await exported(bench, { ids: [] })).counts.total).toBe(0)
})
