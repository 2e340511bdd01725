/** SQL about batches that only the window asks: names, kinds, what was cleared, the order of jobs. */
import { z } from 'zod'
import type { BatchRow } from '../../../shared/contract/batch.ts'
import type { Catalog } from '../catalog/open.ts'
import { toJob, type Job } from '../jobs/job.ts'

export interface BatchFacts { kind: BatchRow['kind'], title: string, megapixels: number, cleared: boolean }

const factsSchema = z.object({ kind: z.enum(['restore', 'export', 'watch']), title: z.string(), megapixels: z.number(), cleared: z.int() })

export class WindowBatchesRepo {
  readonly #catalog: Catalog

  constructor(catalog: Catalog) {
    this.#catalog = catalog
  }

  facts(batchId: number): BatchFacts {
    const row = this.#catalog.db.prepare(`
      SELECT kind, title, cleared_at IS NOT NULL AS cleared, (SELECT coalesce(sum(megapixels), 0) FROM jobs WHERE batch_id = batches.id) AS megapixels
      FROM batches WHERE id = ?
    `).get(batchId)
    const { cleared, ...facts } = factsSchema.parse(row)
    return { ...facts, cleared: cleared === 1 }
  }

  name(batchId: number, kind: BatchRow['kind'], title: string): void {
    this.#catalog.write(() => this.#catalog.db.prepare('UPDATE batches SET kind = ?, title = ? WHERE id = ?').run(kind, title, batchId))
  }

  /** Jobs in the order they would run, ended ones by their place. */
  jobs(batchId: number, offset: number, limit: number): Job[] {
    return this.#catalog.db.prepare(`
      SELECT * FROM jobs WHERE batch_id = ? ORDER BY CASE state WHEN 'running' THEN 0 WHEN 'queued' THEN 1 ELSE 2 END,
        CASE state WHEN 'queued' THEN crashes END, CASE state WHEN 'queued' THEN -priority END, position LIMIT ? OFFSET ?
    `).all(batchId, limit, offset).map(toJob)
  }

  /** Jobs that changed state since a moment, of any batch: what a window that shows them must hear. */
  jobsOf(ids: readonly number[]): Job[] {
    return this.#catalog.db.prepare('SELECT * FROM jobs WHERE id IN (SELECT value FROM json_each(?))').all(JSON.stringify(ids)).map(toJob)
  }

  /** Id and state of every job, for finding what moved between two looks. */
  states(batchIds: readonly number[]): { id: number, state: string, priority: number, attempts: number }[] {
    return this.#catalog.db.prepare<[string], { id: number, state: string, priority: number, attempts: number }>(`
      SELECT id, state, priority, attempts FROM jobs WHERE batch_id IN (SELECT value FROM json_each(?))
    `).all(JSON.stringify(batchIds))
  }

  /** Queued jobs of the batches these jobs belong to, first to run first. */
  queue(jobIds: readonly number[]): { id: number, priority: number }[] {
    return this.#catalog.db.prepare<[string], { id: number, priority: number }>(`
      SELECT id, priority FROM jobs WHERE state = 'queued' AND batch_id IN (SELECT batch_id FROM jobs WHERE id IN (SELECT value FROM json_each(?)))
      ORDER BY priority DESC, position
    `).all(JSON.stringify(jobIds))
  }

  setPriorities(order: readonly { id: number, priority: number }[]): void {
    this.#catalog.write(() => {
      const statement = this.#catalog.db.prepare(`UPDATE jobs SET priority = ? WHERE id = ? AND state = 'queued'`)
      for (const { id, priority } of order) statement.run(priority, id)
    })
  }

  clear(batchId: number): boolean {
    return this.#catalog.write(() => this.#catalog.db.prepare(`
      UPDATE batches SET cleared_at = ? WHERE id = ? AND cleared_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM jobs WHERE batch_id = batches.id AND state IN ('queued', 'running'))
    `).run(new Date().toISOString(), batchId).changes > 0)
  }
}
