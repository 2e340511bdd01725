/** Writes the report of one batch: report.json, report.csv, index.html and the before and after pictures. */
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import type { JobReport } from '../work.ts'
import { toCsv } from './csv.ts'
import { reportPicturesName } from './folder-names.ts'
import { page } from './page.ts'
import { rowOf, type Report, type ReportHead, type ReportRow } from './row.ts'

/** Version of the layout of report.json. */
const schema = 1
const parts = ['index.html', 'report.csv', 'report.json', reportPicturesName]

/**
 * Each file is written under a temporary name and renamed, report.json last. A report of another batch that lies in `folder` moves to
 * a folder beside it, `<folder>-batch-<number>`: as deep as before, so that its addresses of photos still lead to them.
 * @param jobs every photo of the batch; their pictures are read one after the other, so memory does not grow with the batch
 * @returns the path of the page
 */
export async function writeReport(folder: string, head: ReportHead, jobs: readonly JobReport[]): Promise<string> {
  await mkdir(folder, { recursive: true })
  await setAside(folder, head.batch)
  const rows: ReportRow[] = []
  for (const job of jobs) rows.push(rowOf(job, await writePictures(folder, job)))
  const report: Report = { head, rows }
  await replace(join(folder, 'report.csv'), [toCsv(rows)])
  await replace(join(folder, 'index.html'), page(report, folder))
  await replace(join(folder, 'report.json'), toJson(report))
  return join(folder, 'index.html')
}

function* toJson({ head, rows }: Report): Generator<string> {
  const opening = JSON.stringify({ schema, ...head }, null, 2)
  yield `${opening.slice(0, -2)},\n  "photos": [\n`
  for (const [index, row] of rows.entries()) yield `    ${JSON.stringify(row)}${index === rows.length - 1 ? '' : ','}\n`
  yield '  ]\n}\n'
}

async function writePictures(folder: string, job: JobReport): Promise<ReportRow['pictures']> {
  const { before, after } = job
  if (before === null || after === null) return { before: null, after: null }
  await mkdir(join(folder, reportPicturesName), { recursive: true })
  const names = { before: `${reportPicturesName}/${job.jobId}-before.jpg`, after: `${reportPicturesName}/${job.jobId}-after.jpg` }
  await replace(join(folder, names.before), before)
  await replace(join(folder, names.after), after)
  return names
}

async function setAside(folder: string, batch: number | null): Promise<void> {
  const text = await readFile(join(folder, 'report.json'), 'utf8').catch(() => null)
  if (text === null) return
  const earlier = batchOf(text)
  if (earlier !== null && earlier === batch) return
  const target = await freeName(`${resolve(folder)}-${earlier === null ? 'earlier' : `batch-${earlier}`}`)
  await mkdir(target, { recursive: true })
  for (const part of parts) {
    await rename(join(folder, part), join(target, part)).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    })
  }
}

function batchOf(text: string): number | null {
  try {
    return z.object({ batch: z.int().nullable() }).parse(JSON.parse(text)).batch
  } catch {
    return null
  }
}

async function freeName(folder: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? folder : `${folder}-${count}`
    if (
      await access(candidate).then(
        () => false,
        () => true,
      )
    )
      return candidate
  }
}

async function replace(file: string, content: Iterable<string> | Uint8Array): Promise<void> {
  const temporary = `${file}.part`
  try {
    await writeFile(temporary, content)
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
