import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { filesBelow } from '../../../../test/helpers/bench.ts'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { unpackIndex } from '../../../shared/contract/columns.ts'
import { blurKinds } from '../../../shared/contract/items.ts'
import type { FixRequest } from '../work.ts'
import { openStudio, type Studio } from '../studio.ts'
import { triageCsv, triageRow } from './rows.ts'

const sample = join(import.meta.dirname, '../../../../resources/samples/street-sign.jpg')

/** The sample shrunk by four, which makes it sharp, and the same smoothed. */
async function openFolder(): Promise<{ studio: Studio, input: string, output: string, request: FixRequest }> {
  const folder = await tempFolder()
  const [input, output] = [join(folder, 'in'), join(folder, 'out')]
  await mkdir(input)
  const plain = await sharp(sample).resize(400).png().toBuffer()
  await sharp(plain).jpeg({ quality: 92 }).toFile(join(input, 'sharp.jpg'))
  await sharp(plain).blur(3).jpeg({ quality: 92 }).toFile(join(input, 'soft.jpg'))
  const studio = await openStudio({ home: join(folder, 'home') })
  onTestFinished(async () => {
    await studio.close()
    await rm(folder, { recursive: true, force: true })
  })
  const request: FixRequest = {
    paths: [input], recursive: true, outRoot: output, preset: 'restored', engine: 'auto', controls: {}, strength: 1, scale: 'auto', providers: [],
    tile: null, resume: true, dryRun: false, copySkipped: false, keepMasters: false, comparisonEdge: 0,
  }
  return { studio, input, output, request }
}

test('what was found is in the catalog, in the index of the window, and is not looked for again', async () => {
  const { studio, input } = await openFolder()
  const { photos } = await studio.import({ paths: [input], recursive: true })
  const ids = photos.map(({ id }) => id)
  const told: number[] = []
  const first = await studio.triage(ids, { onProgress: ({ done }) => told.push(done) })
  expect(told).toEqual([1, 2])
  const byName = Object.fromEntries(first.map((outcome) => [outcome.photo.name, outcome]))
  expect(byName['sharp.jpg']?.report).toMatchObject({ kind: 'sharp', severity: 0 })
  expect(byName['soft.jpg']?.report?.kind).not.toBe('sharp')

  const { columns } = unpackIndex(studio.library.index().buffer)
  const shown = Object.fromEntries([...columns.id].map((id, row) => [id, { kind: blurKinds[columns.kind[row]!], gain: columns.gain[row], severity: columns.severity[row] }]))
  for (const { photo, report } of first) expect(shown[photo.id]).toMatchObject({ kind: report?.kind, severity: expect.closeTo(report?.severity ?? -1, 5) as number })

  const again = await studio.triage(ids)
  expect(again.map(({ report }) => report)).toEqual(first.map(({ report }) => report))

  const rows = first.map(triageRow)
  const lines = triageCsv(rows).trim().split('\r\n')
  expect(lines).toHaveLength(3)
  expect(lines[0]).toMatch(/^source,kind,probability/)
})

test('Auto restores what is blurred and says why, and leaves what is sharp alone', async () => {
  const { studio, output, request } = await openFolder()
  const summary = await studio.fix(request)
  const [plain, soft] = summary.reports
  expect([plain?.state, soft?.state]).toEqual(['skipped', 'done'])
  expect(plain?.reason).toMatch(/^it is sharp/)
  expect(soft?.choice).toMatch(/\(\d+ %\)/)
  expect(soft?.notices.map(({ code }) => code)).not.toContain('AUTO_CHOICE')
  expect(Object.keys(await filesBelow(output))).toEqual(['soft_restored.jpg'])
  const second = await studio.fix(request)
  expect(second.counts).toMatchObject({ total: 2, skipped: 2 })
})

test('what is left alone is copied where that is asked for', async () => {
  const { studio, input, output, request } = await openFolder()
  const summary = await studio.fix({ ...request, copySkipped: true })
  expect(summary.counts).toMatchObject({ skipped: 1, done: 1 })
  expect(await readFile(join(output, 'sharp.jpg'))).toEqual(await readFile(join(input, 'sharp.jpg')))
})

test('who names an engine gets it for every photo', async () => {
  const { studio, request } = await openFolder()
  const summary = await studio.fix({ ...request, engine: 'nafnet-edge' })
  expect(summary.reports.map(({ state, choice }) => [state, choice])).toEqual([['done', null], ['done', null]])
})

test('a budget that nothing fits leaves photos alone and says so', async () => {
  const { studio, request } = await openFolder()
  const summary = await studio.fix({ ...request, budget: { seconds: 0.001, per: 'photo' } })
  expect(summary.reports.map(({ state }) => state)).toEqual(['skipped', 'skipped'])
  expect(summary.reports[1]?.reason).toMatch(/over the budget/)
})
