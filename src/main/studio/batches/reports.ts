/** Reports that the window asks for: written below the home folder, read by token. */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { RestillError } from '../../../shared/errors.ts'
import type { JobsApi } from '../work.ts'
import type { JobParts } from '../jobs/parts.ts'
import type { Picture } from '../picture.ts'
import { reportPicturesName } from '../report/folder-names.ts'
import { writeReport } from '../report/write.ts'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.json': 'application/json', '.csv': 'text/csv; charset=utf-8', '.jpg': 'image/jpeg',
}
const picturePrefix = `${reportPicturesName}/`

export class Reports {
  readonly #parts: JobParts
  readonly #jobs: JobsApi
  readonly #folders = new Map<string, string>()

  constructor(parts: JobParts, jobs: JobsApi) {
    this.#parts = parts
    this.#jobs = jobs
  }

  /** One report a batch, written anew each time it is asked for. @throws RestillError USAGE for a batch that is not there */
  async write(batchId: number): Promise<{ token: string, folder: string }> {
    const { batches, home, software } = this.#parts
    const batch = batches.byId(batchId)
    if (batch === null) throw new RestillError('USAGE', { detail: { reason: `there is no batch ${batchId}` } })
    const folder = join(home, 'reports', String(batchId))
    await mkdir(folder, { recursive: true })
    const span = batches.span(batchId)
    const started = span.started ?? batch.createdAt
    const finished = span.finished ?? new Date().toISOString()
    await writeReport(folder, {
      software, batch: batchId, started, finished, seconds: Math.max(0, (Date.parse(finished) - Date.parse(started)) / 1000),
      destination: batch.destination, stopped: batch.counts.queued + batch.counts.running > 0, counts: batch.counts, ignored: [],
    }, this.#jobs.list({ batchId }))
    const token = randomBytes(16).toString('base64url')
    this.#folders.set(token, folder)
    return { token, folder }
  }

  async file(token: string, name: string): Promise<Picture | null> {
    const folder = this.#folders.get(token)
    const known = ['index.html', 'report.json', 'report.csv'].includes(name) || (name.startsWith(picturePrefix) && /^[\w-]+\.jpg$/.test(name.slice(picturePrefix.length)))
    if (folder === undefined || !known) return null
    const bytes = await readFile(join(folder, name)).catch(() => null)
    return bytes === null ? null : { type: types[extname(name)] ?? 'application/octet-stream', bytes }
  }
}
