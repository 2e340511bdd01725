import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { emptyCounts, jobReport } from './sample-jobs.ts'
import { toCsv } from './csv.ts'
import { isReportFolder } from './folder-names.ts'
import { href } from './html.ts'
import { page } from './page.ts'
import { rowOf, type ReportHead } from './row.ts'
import { writeReport } from './write.ts'

const none = { before: null, after: null }
const head: ReportHead = {
  software: 'restill 0.0.0',
  batch: 7,
  started: '2026-11-21T10:00:00.000Z',
  finished: '2026-11-21T10:05:00.000Z',
  seconds: 300,
  destination: '/photos/out',
  stopped: false,
  counts: { ...emptyCounts, total: 2, done: 1, failed: 1 },
  ignored: [],
}
const picture = new Uint8Array([0xff, 0xd8, 0xff, 0xd9])

test('nothing of a file name reaches the page unescaped', () => {
  const evil = '/photos/<script>alert(1)</script>" onerror="x\n\u202e\'&.jpg'
  const html = [
    ...page(
      {
        head: { ...head, destination: evil, ignored: [{ path: evil, reason: '<b>' }] },
        rows: [
          rowOf(jobReport({ source: evil, state: 'failed', reason: `${evil} is damaged.` }), none),
          rowOf(jobReport({ source: evil, output: evil }), {
            before: 'restill-report-pictures/1-before.jpg',
            after: 'restill-report-pictures/1-after.jpg',
          }),
        ],
      },
      '/photos/out/restill-report',
    ),
  ].join('')
  expect(html).not.toContain('<script')
  expect(html).not.toContain('" onerror="')
  expect(html).not.toContain('\u202e')
  expect(html).not.toContain('<b></span>')
  expect(html).toContain('&lt;script&gt;')
  expect(html).toContain('\\n\\u{202e}')
})

test('failed comes first, then suspect, then done; the page needs nothing from outside', () => {
  const rows = (['done', 'skipped', 'suspect', 'failed'] as const).map((state, index) =>
    rowOf(jobReport({ jobId: index + 1, state }), none),
  )
  const html = [...page({ head, rows }, '/photos/out/restill-report')].join('')
  const at = (id: string) => html.indexOf(`<section id="${id}"`)
  expect([at('failed'), at('suspect'), at('done'), at('skipped')]).toEqual(
    [at('failed'), at('suspect'), at('done'), at('skipped')].sort((a, b) => a - b),
  )
  expect(at('failed')).toBeGreaterThan(0)
  expect(html).not.toMatch(/https?:/)
})

test('addresses are relative and encoded part by part', () => {
  expect(href('/photos/out/restill-report', '/photos/out/a b/100% #1?.jpg')).toBe('../a%20b/100%25%20%231%3F.jpg')
})

test('CSV quotes what needs quoting and defuses formulas', () => {
  const csv = toCsv([rowOf(jobReport({ source: '/a,"b"\nc.jpg', reason: '=HYPERLINK("x")', seconds: 1.5 }), none)])
  const [first] = csv.split('\r\n')
  expect(first).toBe(
    'source,output,state,reason,code,engine,pack,device,seconds,megapixels,width,height,scale,tiles,guarded,trust,choice,notices,not carried',
  )
  expect(csv).toContain('"/a,""b""\nc.jpg"')
  expect(csv).toContain('"\'=HYPERLINK(""x"")"')
})

test('the three files and the pictures are written, and written again for the same batch', async () => {
  const folder = join(await tempFolder(), 'restill-report')
  const jobs = [
    jobReport({ jobId: 1, before: picture, after: picture }),
    jobReport({ jobId: 2, state: 'failed', reason: 'Damaged.', code: 'IMAGE_CORRUPT' }),
  ]
  expect(await writeReport(folder, head, jobs)).toBe(join(folder, 'index.html'))
  await writeReport(folder, head, jobs)
  expect((await readdir(folder)).sort()).toEqual(['index.html', 'report.csv', 'report.json', 'restill-report-pictures'])
  expect((await readdir(join(folder, 'restill-report-pictures'))).sort()).toEqual(['1-after.jpg', '1-before.jpg'])
  const read = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Record<string, unknown>
  expect(read).toMatchObject({
    schema: 1,
    batch: 7,
    counts: { total: 2 },
    photos: [
      { job: 1, pictures: { before: 'restill-report-pictures/1-before.jpg' } },
      { job: 2, state: 'failed', code: 'IMAGE_CORRUPT' },
    ],
  })
})

test('a report without photos is valid JSON too', async () => {
  const folder = join(await tempFolder(), 'restill-report')
  await writeReport(folder, head, [])
  expect(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))).toMatchObject({ photos: [] })
})

test('the report of another batch is kept beside the new one', async () => {
  const root = await tempFolder()
  const folder = join(root, 'restill-report')
  await writeReport(folder, head, [jobReport({ before: picture, after: picture })])
  await writeReport(folder, { ...head, batch: 8 }, [])
  expect((await readdir(root)).sort()).toEqual(['restill-report', 'restill-report-batch-7'])
  expect((await readdir(join(root, 'restill-report-batch-7'))).sort()).toEqual([
    'index.html',
    'report.csv',
    'report.json',
    'restill-report-pictures',
  ])
  expect((await readdir(root)).every(isReportFolder)).toBe(true)
})
