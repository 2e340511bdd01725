/** All SQL that reads jobs or writes them before they run. What happens to a job at work is in `queue.ts`. */
import type { ErrorDetail } from '../../../shared/errors.ts'
import type { ErrorCode } from '../../../shared/messages.en.ts'
import type { JobState } from '../../../shared/jobs.ts'
import type { JobFilter } from '../work.ts'
import type { Catalog } from '../catalog/open.ts'
import { toJob, type Job, type Target } from './job.ts'
import type { JobSettings } from './settings.ts'
import type { ExportPreset } from '../../../shared/presets.ts'
import { Sql } from '../catalog/sql.ts'

export interface NewJob {
  photoId: number | null, source: string, root: string
  /** The virtual copy that it was asked for; null for the photo itself. */
  copy: number | null
  fileHash: string | null, imageHash: string | null, megapixels: number | null
  settings: JobSettings, preset: ExportPreset, restoreKey: string | null, workKey: string | null
  target: Target | null
  state: Extract<JobState, 'queued' | 'skipped' | 'failed'>
  code: ErrorCode | null, detail: ErrorDetail, skipReason: string | null
}

export class JobsRepo {
  readonly #sql: Sql

  constructor(catalog: Catalog) {
    this.#sql = new Sql(catalog)
  }

  /** Inside the caller's transaction; returns the job's id. */
  insert(batchId: number, position: number, job: NewJob): number {
    const now = new Date().toISOString()
    const { lastInsertRowid } = this.#sql.prepare(`
      INSERT INTO jobs (batch_id, position, ${columns.join(', ')}, created_at, ended_at)
      VALUES (@batch_id, @position, ${columns.map((column) => `@${column}`).join(', ')}, @created_at, @ended_at)
    `).run({ ...toColumns(job), batch_id: batchId, position, created_at: now, ended_at: job.state === 'queued' ? null : now })
    return Number(lastInsertRowid)
  }

  /** Inside the caller's transaction: an ended job gets new facts and a new state, as if it were planned now. */
  replan(id: number, job: NewJob): void {
    this.#sql.prepare(`
      UPDATE jobs SET ${columns.map((column) => `${column} = @${column}`).join(', ')}, crashes = 0, cancel_requested = 0,
        temporary = NULL, sha256 = NULL, started_at = NULL, ended_at = @ended_at
      WHERE id = @id AND state NOT IN ('running')
    `).run({ ...toColumns(job), id, ended_at: job.state === 'queued' ? null : new Date().toISOString() })
  }

  byId(id: number): Job | null {
    const row = this.#sql.prepare('SELECT * FROM jobs WHERE id = ?').get(id)
    return row === undefined ? null : toJob(row)
  }

  bySource(batchId: number, source: string): Job | null {
    const row = this.#sql.prepare('SELECT * FROM jobs WHERE batch_id = ? AND source = ?').get(batchId, source)
    return row === undefined ? null : toJob(row)
  }

  /** In the order of their batches and places. */
  list(filter: JobFilter): Job[] {
    return this.#sql.prepare(`
      SELECT * FROM jobs WHERE (@batch IS NULL OR batch_id = @batch) AND (@state IS NULL OR state = @state) ORDER BY batch_id, position
    `).all({ batch: filter.batchId ?? null, state: filter.state ?? null }).map(toJob)
  }

  /** Ended jobs of a batch that are not in `known`: those that ended here or in another process since. */
  endedIds(batchId: number): number[] {
    return this.#sql.prepare<[number], number>(`
      SELECT id FROM jobs WHERE batch_id = ? AND state NOT IN ('queued', 'running') ORDER BY position
    `).pluck().all(batchId)
  }

  lastPosition(batchId: number): number {
    return this.#sql.prepare<[number], number>('SELECT coalesce(max(position), 0) FROM jobs WHERE batch_id = ?').pluck().get(batchId) ?? 0
  }

  /** Jobs of any batch that already made exactly this work out of this file at this place, newest first. */
  deliveredBefore(workKey: string, source: string): { output: string }[] {
    return this.#sql.prepare<[string, string], { output: string }>(`
      SELECT results.output AS output FROM jobs JOIN results ON results.job_id = jobs.id
      WHERE jobs.work_key = ? AND jobs.state IN ('done', 'suspect') AND jobs.source = ? AND results.output IS NOT NULL ORDER BY jobs.id DESC
    `).all(workKey, source)
  }

  /** True when a job waits for exactly this work on exactly these bytes. */
  hasTwinQueued(job: Job): boolean {
    return this.#sql.prepare(`SELECT 1 FROM jobs WHERE work_key = ? AND state = 'queued' AND file_hash = ? LIMIT 1`)
      .get(job.workKey, job.fileHash) !== undefined
  }

  /** Megapixels of the jobs still to run. */
  megapixelsLeft(batchId: number): number {
    return this.#sql.prepare<[number], number>(`
      SELECT coalesce(sum(megapixels), 0) FROM jobs WHERE batch_id = ? AND state IN ('queued', 'running')
    `).pluck().get(batchId) ?? 0
  }

  targetFolders(batchId: number): string[] {
    return this.#sql.prepare<[number], string>(`
      SELECT DISTINCT target_folder FROM jobs WHERE batch_id = ? AND target_folder IS NOT NULL
    `).pluck().all(batchId)
  }
}

const columns = [
  'photo_id', 'item_id', 'source', 'root', 'file_hash', 'image_hash', 'megapixels', 'settings', 'preset', 'restore_key', 'work_key',
  'target_folder', 'target_name', 'target_extension', 'state', 'code', 'detail', 'skip_reason',
] as const

function toColumns(job: NewJob): Record<(typeof columns)[number], string | number | null> {
  return {
    photo_id: job.photoId, item_id: job.copy ?? job.photoId, source: job.source, root: job.root,
    file_hash: job.fileHash, image_hash: job.imageHash, megapixels: job.megapixels,
    settings: JSON.stringify(job.settings), preset: JSON.stringify(job.preset), restore_key: job.restoreKey, work_key: job.workKey,
    target_folder: job.target?.folder ?? null, target_name: job.target?.name ?? null, target_extension: job.target?.extension ?? null,
    state: job.state, code: job.code, skip_reason: job.skipReason,
    detail: Object.keys(job.detail).length === 0 ? null : JSON.stringify(job.detail),
  }
}
