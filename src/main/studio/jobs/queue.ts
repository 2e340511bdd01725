/**
 * The queue in the catalog: who works on what. Every change of a job at work goes through here, in one immediate transaction each,
 * and only along the transitions of `shared/jobs.ts`. Several processes may use one catalog: each is an owner with a lease it renews;
 * a job taken over gets a new epoch, and the old owner's attempt to end it fails with JOB_LOST.
 */
import { RestillError, type ErrorDetail } from '../../../shared/errors.ts'
import type { ErrorCode } from '../../../shared/messages.en.ts'
import { transitions, type JobState } from '../../../shared/jobs.ts'
import type { Catalog } from '../catalog/open.ts'
import { toJob, type Job, type Target } from './job.ts'
import { Sql } from '../catalog/sql.ts'

export const leaseMs = 30_000
export const heartbeatMs = 5_000

export const nextJobSql = `
  SELECT id FROM jobs AS next WHERE batch_id = ? AND state = 'queued' AND crashes <= ?
    AND NOT EXISTS (
      SELECT 1 FROM jobs AS twin WHERE twin.work_key = next.work_key AND twin.state = 'running' AND twin.file_hash = next.file_hash)
  ORDER BY crashes, priority DESC, position LIMIT 1
`

/** What a job keeps of its end. */
export interface Ending {
  state: Extract<JobState, 'done' | 'suspect' | 'failed' | 'skipped' | 'cancelled'>
  code?: ErrorCode
  detail?: ErrorDetail
  skipReason?: string
}

/** A hold on a running job. */
type Hold = Pick<Job, 'id' | 'epoch' | 'source'>

export class JobQueue {
  readonly #catalog: Catalog
  readonly #sql: Sql
  readonly #now: () => number
  readonly owner: string

  /** @param now milliseconds of the wall clock: leases are compared between processes */
  constructor(catalog: Catalog, owner: string, now: () => number = Date.now) {
    this.#catalog = catalog
    this.#sql = new Sql(catalog)
    this.owner = owner
    this.#now = now
  }

  /**
   * Takes the next job of a batch: highest priority, then first in order. A photo that is being computed elsewhere by the same settings
   * waits, so that the same bytes in two places are computed once. One that the guest died on runs `alone`, at the end, so that a second
   * death is surely its own.
   */
  claim(batchId: number, alone: boolean): Job | null {
    return this.#catalog.write(() => {
      const id = this.#sql.prepare<[number, number], number>(nextJobSql).pluck().get(batchId, alone ? Number.MAX_SAFE_INTEGER : 0)
      if (id === undefined) return null
      return toJob(this.#sql.prepare(`
        UPDATE jobs SET state = 'running', owner = ?, epoch = epoch + 1, lease_until = ?, attempts = attempts + 1, cancel_requested = 0,
          code = NULL, detail = NULL, skip_reason = NULL, started_at = ?, ended_at = NULL
        WHERE id = ? RETURNING *
      `).get(this.owner, this.#now() + leaseMs, new Date(this.#now()).toISOString(), id))
    })
  }

  /** Renews the leases of everything this owner works on. */
  heartbeat(): void {
    this.#catalog.write(() => this.#sql.prepare(`UPDATE jobs SET lease_until = ? WHERE owner = ? AND state = 'running'`)
      .run(this.#now() + leaseMs, this.owner))
  }

  /** Before anything is written: where the temporary file will lie, so that it is found after a crash. */
  noteTemporary(hold: Hold, temporary: string): void {
    this.#held(hold, () => this.#sql.prepare('UPDATE jobs SET temporary = ?, sha256 = NULL WHERE id = ?').run(temporary, hold.id))
  }

  /** The temporary file is complete: from here a crash costs nothing but the rename. `store` writes the result in the same transaction. */
  noteDelivering(hold: Hold, delivery: { temporary: string, target: Target, sha256: string }, store: () => void): void {
    const { temporary, target, sha256 } = delivery
    this.#held(hold, () => {
      this.#sql.prepare('UPDATE jobs SET temporary = ?, sha256 = ?, target_folder = ?, target_name = ?, target_extension = ? WHERE id = ?')
        .run(temporary, sha256, target.folder, target.name, target.extension, hold.id)
      store()
    })
  }

  /** The finishing transaction. @throws RestillError JOB_LOST when another owner took the job meanwhile; then nothing is written. */
  finish(hold: Hold, ending: Ending, store: () => void = () => undefined): void {
    this.#held(hold, () => {
      this.#end(hold.id, 'running', ending)
      store()
    })
  }

  /** Gives a job back; `crashed` counts the guest's death during this photo. */
  release(hold: Hold, options: { crashed?: boolean } = {}): void {
    this.#held(hold, () => {
      check('running', 'queued')
      this.#sql.prepare(`
        UPDATE jobs SET state = 'queued', owner = NULL, lease_until = NULL, crashes = crashes + ?, temporary = NULL, sha256 = NULL
        WHERE id = ?
      `).run(options.crashed === true ? 1 : 0, hold.id)
    })
  }

  /** Running jobs of other owners, of every batch. */
  heldByOthers(): Job[] {
    return this.#sql.prepare(`SELECT * FROM jobs WHERE state = 'running' AND owner <> ?`).all(this.owner).map(toJob)
  }

  /** Temporary files that running jobs of any owner are making. */
  temporariesInUse(): string[] {
    return this.#sql.prepare<[], string>(`SELECT temporary FROM jobs WHERE state = 'running' AND temporary IS NOT NULL`).pluck().all()
  }

  heldBySelf(batchId: number): Job[] {
    const rows = this.#sql.prepare(`SELECT * FROM jobs WHERE state = 'running' AND owner = ? AND batch_id = ?`).all(this.owner, batchId)
    return rows.map(toJob)
  }

  /** Takes a job over as it was seen; null when somebody else was quicker or its owner renewed the lease. */
  takeOver(seen: Job): Job | null {
    const row = this.#catalog.write(() => this.#sql.prepare(`
      UPDATE jobs SET owner = ?, epoch = epoch + 1, lease_until = ?
      WHERE id = ? AND state = 'running' AND epoch = ? AND lease_until IS ? RETURNING *
    `).get(this.owner, this.#now() + leaseMs, seen.id, seen.epoch, seen.leaseUntil))
    return row === undefined ? null : toJob(row)
  }

  leaseRanOut(job: Job): boolean {
    return job.leaseUntil === null || job.leaseUntil < this.#now()
  }

  /** Of these holds: which must stop, because a person cancelled them or another owner has them. */
  toStop(holds: readonly Hold[]): { cancelled: number[], lost: number[] } {
    const cancelled: number[] = []
    const lost: number[] = []
    const statement = this.#sql.prepare<[number], { owner: string | null, epoch: number, cancel_requested: number }>(
      'SELECT owner, epoch, cancel_requested FROM jobs WHERE id = ?')
    for (const { id, epoch } of holds) {
      const row = statement.get(id)
      if (row === undefined || row.owner !== this.owner || row.epoch !== epoch) lost.push(id)
      else if (row.cancel_requested === 1) cancelled.push(id)
    }
    return { cancelled, lost }
  }

  /** Cancels jobs that are not at work at once and asks the owners of the others to stop. Ended ones stay as they are. */
  cancel(jobIds: readonly number[]): number {
    return this.#catalog.write(() => {
      let count = 0
      for (const id of jobIds) {
        const state = this.#stateOf(id)
        if (state === 'queued') this.#end(id, state, { state: 'cancelled', code: 'CANCELLED' })
        else if (state === 'running') this.#sql.prepare('UPDATE jobs SET cancel_requested = 1 WHERE id = ?').run(id)
        else continue
        count++
      }
      return count
    })
  }

  /** Puts an ended job back into the queue, with a clean slate. Returns how many went back. */
  requeue(jobIds: readonly number[]): number {
    return this.#catalog.write(() => {
      let count = 0
      for (const id of jobIds) {
        const state = this.#stateOf(id)
        if (state === undefined || state === 'running' || !transitions[state].includes('queued')) continue
        this.#sql.prepare(`
          UPDATE jobs SET state = 'queued', crashes = 0, cancel_requested = 0, code = NULL, detail = NULL, skip_reason = NULL,
            temporary = NULL, sha256 = NULL, ended_at = NULL WHERE id = ?
        `).run(id)
        count++
      }
      return count
    })
  }

  prioritise(jobId: number, priority: number): void {
    this.#catalog.write(() => this.#sql.prepare('UPDATE jobs SET priority = ? WHERE id = ?').run(Math.trunc(priority), jobId))
  }

  #stateOf(id: number): JobState | undefined {
    return this.#sql.prepare<[number], JobState>('SELECT state FROM jobs WHERE id = ?').pluck().get(id)
  }

  #end(id: number, from: JobState, ending: Ending): void {
    check(from, ending.state)
    this.#sql.prepare(`
      UPDATE jobs SET state = ?, owner = NULL, lease_until = NULL, code = ?, detail = ?, skip_reason = ?, temporary = NULL, ended_at = ?
      WHERE id = ?
    `).run(ending.state, ending.code ?? null, ending.detail === undefined ? null : JSON.stringify(ending.detail), ending.skipReason ?? null,
      new Date(this.#now()).toISOString(), id)
  }

  #held(hold: Hold, body: () => void): void {
    this.#catalog.write(() => {
      const mine = this.#sql.prepare(`SELECT 1 FROM jobs WHERE id = ? AND epoch = ? AND owner = ? AND state = 'running'`)
        .get(hold.id, hold.epoch, this.owner)
      if (mine === undefined) throw new RestillError('JOB_LOST', { detail: { file: hold.source } })
      body()
    })
  }
}

function check(from: JobState, to: JobState): void {
  if (!transitions[from].includes(to)) throw new Error(`a job cannot go from ${from} to ${to}`)
}
