/** What the doors may do with batches and jobs. */
import type { FixOptions, FixSummary, JobsApi } from './work.ts'
import { outcomeOf } from './fix.ts'
import { noCounts } from './jobs/batches.repo.ts'
import type { JobParts } from './jobs/parts.ts'
import { reportOf } from './jobs/reports.ts'
import type { Runners } from './jobs/runners.ts'

export function jobsApi(parts: JobParts, runners: Runners): JobsApi {
  const { batches, jobs, queue } = parts
  return {
    batches: () => batches.list(),
    list: (filter) => jobs.list(filter).map((job) => reportOf(parts, job)),
    counts: (batchId) => batches.counts(batchId),
    resume: (batchId, options = {}) => resume(parts, runners, batchId === null ? batches.allUnfinished() : [batchId], options),
    pause: (batchId, kind) => {
      batches.setPaused(batchId, kind)
      runners.nudge()
    },
    unpause: (batchId) => { batches.setPaused(batchId, null) },
    cancel: (target) => {
      const ids = 'jobIds' in target ? target.jobIds : jobs.list({ batchId: target.batchId }).map(({ id }) => id)
      const count = queue.cancel(ids)
      runners.nudge()
      return count
    },
    retry: (batchId, states = ['failed']) => {
      const ids = jobs.list({ batchId }).filter(({ state, photoId }) => states.includes(state) && photoId !== null).map(({ id }) => id)
      const count = queue.requeue(ids)
      runners.nudge()
      return count
    },
    prioritise: (jobId, priority) => { queue.prioritise(jobId, priority) },
  }
}

/** One batch after the other; the summary is of all of them, its `batchId` of the last. */
async function resume(parts: JobParts, runners: Runners, batchIds: readonly number[], options: FixOptions): Promise<FixSummary> {
  const startedAt = performance.now()
  const summary: FixSummary = { batchId: null, counts: noCounts(), reports: [], ignored: [], destination: null, stopped: false, seconds: 0 }
  for (const batchId of batchIds) {
    if (summary.stopped) break
    parts.batches.setPaused(batchId, null)
    const { destination = null } = parts.batches.byId(batchId) ?? {}
    const { total } = parts.batches.counts(batchId)
    options.onEvent?.({ kind: 'planned', batchId, total, megapixels: parts.jobs.megapixelsLeft(batchId), destination: destination ?? '' })
    summary.stopped = await runners.run(batchId, options)
    const outcome = outcomeOf(parts, batchId)
    summary.batchId = batchId
    summary.destination = destination
    summary.reports.push(...outcome.reports)
    for (const [key, count] of Object.entries(outcome.counts) as [keyof typeof outcome.counts, number][]) summary.counts[key] += count
  }
  return { ...summary, seconds: (performance.now() - startedAt) / 1000 }
}
