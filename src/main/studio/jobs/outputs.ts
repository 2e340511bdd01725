/** Names of results, reserved by row before any is written: two jobs never aim at one file, whichever process runs them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { platform } from 'node:os'
import type { Catalog } from '../catalog/open.ts'
import type { Target } from './job.ts'
import { Sql } from '../catalog/sql.ts'

export class Outputs {
  readonly #sql: Sql

  constructor(catalog: Catalog) {
    this.#sql = new Sql(catalog)
  }

  /** The wanted place, or the next one that no result of another photo has: a raw file and the JPEG beside it want the same. */
  besideOthers(source: string, wanted: Target): Target {
    for (let count = 1; ; count++) {
      const target = numbered(wanted, count)
      const owner = this.#sql.prepare<[string], string>(`
        SELECT jobs.source FROM results JOIN jobs ON jobs.id = results.job_id WHERE results.output = ? ORDER BY results.id DESC LIMIT 1
      `).pluck().get(pathOf(target))
      if (owner === undefined || owner === source || !isTaken(target)) return target
    }
  }

  /** Inside the caller's transaction: the wanted place, or the next one that no unfinished job and none of this batch aims at. */
  reserve(jobId: number, wanted: Target): Target {
    this.#sql.prepare('DELETE FROM outputs WHERE job_id = ?').run(jobId)
    for (let count = 1; ; count++) {
      const target = numbered(wanted, count)
      const { changes } = this.#sql.prepare(`
        INSERT INTO outputs (path, job_id) VALUES (@path, @job)
        ON CONFLICT (path) DO UPDATE SET job_id = @job WHERE NOT EXISTS (
          SELECT 1 FROM jobs AS other WHERE other.id = outputs.job_id AND other.source <> (SELECT source FROM jobs WHERE id = @job)
            AND (other.state IN ('queued', 'running') OR other.batch_id = (SELECT batch_id FROM jobs WHERE id = @job)))
      `).run({ path: keyOf(pathOf(target)), job: jobId })
      if (changes === 1) return target
    }
  }
}

function numbered(target: Target, count: number): Target {
  return count === 1 ? target : { ...target, name: `${target.name}-${count}` }
}

export function pathOf(target: Target): string {
  return join(target.folder, `${target.name}.${target.extension}`)
}

export function isTaken(target: Target): boolean {
  return existsSync(pathOf(target))
}

/** File systems of macOS and Windows take names for equal that differ in case or composition. */
function keyOf(path: string): string {
  return platform() === 'linux' ? path : path.normalize('NFC').toLowerCase()
}
