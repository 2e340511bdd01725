/** All SQL about batches. */
import { z } from 'zod'
import type { JobCounts } from '../../../shared/jobs.ts'
import { jobStates, jobStateSchema } from '../../../shared/jobs.ts'
import type { BatchRow, PauseKind } from '../work.ts'
import type { Catalog } from '../catalog/open.ts'
import { Sql } from '../catalog/sql.ts'

const rowSchema = z.object({
  id: z.int(), paths: z.string(), preset: z.string(), destination: z.string().nullable(),
  paused: z.enum(['now', 'after-current']).nullable(), created_at: z.string(),
})
const pathsSchema = z.array(z.string())
const countSchema = z.object({ state: jobStateSchema, count: z.int() })

interface NewBatch { requestKey: string, paths: string[], request: unknown, preset: string, destination: string | null }

export class BatchesRepo {
  readonly #catalog: Catalog
  readonly #sql: Sql

  constructor(catalog: Catalog) {
    this.#catalog = catalog
    this.#sql = new Sql(catalog)
  }

  insert(batch: NewBatch): number {
    const { lastInsertRowid } = this.#sql.prepare(`
      INSERT INTO batches (request_key, paths, request, preset, destination, created_at) VALUES (?, ?, ?, ?, ?, ?)
    `).run(
      batch.requestKey, JSON.stringify(batch.paths), JSON.stringify(batch.request), batch.preset, batch.destination,
      new Date().toISOString(),
    )
    return Number(lastInsertRowid)
  }

  /** The newest batch of the same request that still has jobs to run; null when there is none. */
  unfinished(requestKey: string): number | null {
    const id = this.#sql.prepare<[string], number>(`
      SELECT id FROM batches WHERE request_key = ?
        AND EXISTS (SELECT 1 FROM jobs WHERE jobs.batch_id = batches.id AND jobs.state IN ('queued', 'running'))
      ORDER BY id DESC LIMIT 1
    `).pluck().get(requestKey)
    return id ?? null
  }

  allUnfinished(): number[] {
    return this.#sql.prepare<[], number>(`
      SELECT id FROM batches
      WHERE EXISTS (SELECT 1 FROM jobs WHERE jobs.batch_id = batches.id AND jobs.state IN ('queued', 'running')) ORDER BY id
    `).pluck().all()
  }

  byId(id: number): BatchRow | null {
    const row = this.#sql.prepare('SELECT * FROM batches WHERE id = ?').get(id)
    return row === undefined ? null : this.#toBatch(row)
  }

  /** Newest first. */
  list(): BatchRow[] {
    return this.#sql.prepare('SELECT * FROM batches ORDER BY id DESC').all().map((row) => this.#toBatch(row))
  }

  setPaused(id: number, paused: PauseKind | null): void {
    this.#catalog.write(() => this.#sql.prepare('UPDATE batches SET paused = ? WHERE id = ?').run(paused, id))
  }

  paused(id: number): PauseKind | null {
    return this.#sql.prepare<[number], PauseKind | null>('SELECT paused FROM batches WHERE id = ?').pluck().get(id) ?? null
  }

  /** When its first job began and its last one ended, ISO 8601; null where nothing did. */
  span(id: number): { started: string | null, finished: string | null } {
    return z.object({ started: z.string().nullable(), finished: z.string().nullable() })
      .parse(this.#sql.prepare('SELECT min(started_at) AS started, max(ended_at) AS finished FROM jobs WHERE batch_id = ?').get(id))
  }

  counts(id: number): JobCounts {
    const counts = { ...noCounts() }
    const rows = this.#sql.prepare('SELECT state, count(*) AS count FROM jobs WHERE batch_id = ? GROUP BY state').all(id)
    for (const { state, count } of z.array(countSchema).parse(rows)) {
      counts[state] = count
      counts.total += count
    }
    return counts
  }

  #toBatch(row: unknown): BatchRow {
    const { id, paths, preset, destination, paused, created_at: createdAt } = rowSchema.parse(row)
    return { id, paths: pathsSchema.parse(JSON.parse(paths)), destination, preset, paused, createdAt, counts: this.counts(id) }
  }
}

export function noCounts(): JobCounts {
  return { ...Object.fromEntries(jobStates.map((state) => [state, 0])) as Record<(typeof jobStates)[number], number>, total: 0 }
}
