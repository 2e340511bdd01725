/** Jobs whose owner is gone: taken over, and either delivered (when only the rename was missing) or put back into the queue. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { asRestillError } from '../../../shared/errors.ts'
import { hashOfFile, removeTemporary, stemOf } from './files.ts'
import { deliverAndEnd, endDelivered } from './finish.ts'
import { temporaryPrefix } from './make.ts'
import type { Job, Target } from './job.ts'
import { isDead } from './owner.ts'
import { pathOf } from './outputs.ts'
import type { JobParts } from './parts.ts'
import { clearTwins } from './twins.ts'

/** Of all batches. A living owner's jobs are left alone while it renews its lease. Returns how many were taken over. */
export async function recover(parts: JobParts): Promise<number> {
  let count = 0
  for (const seen of parts.queue.heldByOthers()) {
    if (isDead(seen.owner ?? '') !== true && !parts.queue.leaseRanOut(seen)) continue
    const job = parts.queue.takeOver(seen)
    if (job === null) continue
    count++
    parts.log.write(`job ${job.id} taken over from ${seen.owner ?? 'nobody'}: ${job.source}`)
    try {
      await settle(parts, job)
    } catch (error) {
      if (asRestillError(error).code === 'JOB_LOST') continue
      parts.log.write(`job ${job.id} could not be settled`, error)
      parts.queue.release(job)
    }
  }
  if (parts.batches.allUnfinished().length === 0) await clearTwins(parts)
  return count
}

/**
 * Three places where the owner may have ended: after the rename (the final file has the noted hash), before it (the temporary file has),
 * or earlier (neither has): then the job runs anew.
 */
export async function settle(parts: JobParts, job: Job): Promise<void> {
  const result = parts.results.byJob(job.id)
  if (job.sha256 !== null && job.target !== null && result !== null) {
    const delivered = await findDelivered(job, job.target, result.bytes, job.sha256)
    if (delivered !== null) {
      await removeTemporary(job.temporary)
      endDelivered(parts, job, delivered, result.made.suspect)
      return
    }
    if (job.temporary !== null && !job.cancelRequested && await hashOfFile(job.temporary) === job.sha256) {
      await deliverAndEnd(parts, job, { temporary: job.temporary, target: job.target, suspect: result.made.suspect })
      return
    }
  }
  await removeTemporary(job.temporary)
  if (job.cancelRequested) parts.queue.finish(job, { state: 'cancelled', code: 'CANCELLED' })
  else parts.queue.release(job)
}

/** The policy "unique" may have added a number to the name. */
async function findDelivered(job: Job, target: Target, bytes: number, sha256: string): Promise<string | null> {
  const names = job.preset.collision === 'unique' ? await readdir(target.folder).catch(() => []) : []
  const others = names.filter((name) => name.startsWith(target.name)).sort()
  for (const path of [pathOf(target), ...others.map((name) => join(target.folder, name))]) {
    const stats = await stat(path).catch(() => null)
    if (stats?.isFile() === true && stats.size === bytes && await hashOfFile(path) === sha256) return path
  }
  return null
}

/** Removes temporary files of this catalog that no running job claims: a guest that outlived its studio by a moment may have left one. */
export async function sweep(parts: JobParts, batchId: number): Promise<void> {
  for (const folder of parts.jobs.targetFolders(batchId)) {
    const own = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith(temporaryPrefix(parts)))
    const inUse = own.length === 0 ? [] : parts.queue.temporariesInUse()
    for (const name of own) {
      if (!inUse.some((path) => name.startsWith(stemOf(path)))) await removeTemporary(join(folder, name))
    }
  }
}
