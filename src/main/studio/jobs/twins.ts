/**
 * The same bytes in two places are computed once: the first of such photos leaves its encoded pixels here, before metadata are written into
 * them, and each of the others takes a copy and gets metadata of its own.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { copyTo, existsAt } from './files.ts'
import type { Job } from './job.ts'
import type { JobParts } from './parts.ts'
import type { Result } from './results.repo.ts'

type Parts = Pick<JobParts, 'home' | 'jobs' | 'results' | 'log'>

/** Called by the first, whose encoded pixels lie in `temporary`. Without room for it the others compute for themselves. */
export async function leaveForTwins(parts: Parts, job: Job, temporary: string): Promise<void> {
  if (!parts.jobs.hasTwinQueued(job)) return
  try {
    await mkdir(folderOf(parts), { recursive: true })
    await copyTo(temporary, fileOf(parts, job))
  } catch (error) {
    await rm(fileOf(parts, job), { force: true })
    parts.log.write(`nothing kept for the copies of ${job.source}`, error)
  }
}

/** Called by the others: copies what the first left to `temporary`. Null when there is nothing. */
export async function takeFromTwin(parts: Parts, job: Job, temporary: string): Promise<Result | null> {
  const left = fileOf(parts, job)
  const result = job.workKey === null || job.fileHash === null ? undefined : parts.results.sameFile(job.workKey, job.fileHash)[0]
  if (result === undefined || !await existsAt(left)) return null
  await copyTo(left, temporary)
  if (!parts.jobs.hasTwinQueued(job)) await rm(left, { force: true })
  return result
}

/** Called when nothing is queued anywhere: what killed processes left. */
export async function clearTwins(parts: Pick<JobParts, 'home'>): Promise<void> {
  await rm(folderOf(parts), { recursive: true, force: true }).catch(() => undefined)
}

function folderOf(parts: Pick<JobParts, 'home'>): string {
  return join(parts.home, 'twins')
}

function fileOf(parts: Pick<JobParts, 'home'>, job: Job): string {
  return join(folderOf(parts), `${job.workKey ?? ''}-${(job.fileHash ?? '').slice(0, 16)}`)
}
