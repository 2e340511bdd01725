/** States of a job and what a batch counts. In = done + suspect + failed + skipped + cancelled once nothing is queued or running. */
import { z } from 'zod'

export const jobStates = ['queued', 'running', 'done', 'suspect', 'failed', 'skipped', 'cancelled'] as const
export const jobStateSchema = z.enum(jobStates)
export type JobState = (typeof jobStates)[number]

export const endStates = ['done', 'suspect', 'failed', 'skipped', 'cancelled'] as const satisfies readonly JobState[]

/** Which state may follow which; everything else is a bug. */
export const transitions: Record<JobState, readonly JobState[]> = {
  queued: ['running', 'skipped', 'cancelled', 'failed'],
  running: ['queued', 'done', 'suspect', 'failed', 'skipped', 'cancelled'],
  done: [], suspect: ['queued'], failed: ['queued'], skipped: ['queued'], cancelled: ['queued'],
}

export type JobCounts = Record<JobState, number> & { total: number }
