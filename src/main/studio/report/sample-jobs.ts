/** Reports of made-up jobs, for tests of what is shown and written about them. */
import type { JobCounts } from '../../../shared/jobs.ts'
import type { JobReport } from '../work.ts'

export const emptyCounts: JobCounts = { total: 0, queued: 0, running: 0, done: 0, suspect: 0, failed: 0, skipped: 0, cancelled: 0 }

export function jobReport(given: Partial<JobReport> = {}): JobReport {
  const state = given.state ?? 'done'
  const restored = state === 'done' || state === 'suspect'
  return {
    jobId: 1,
    batchId: 7,
    source: '/photos/in/IMG_0001.jpg',
    output: restored ? '/photos/out/IMG_0001_restored.jpg' : null,
    state,
    reason: null,
    code: null,
    engine: restored ? 'nafnet-edge' : null,
    pack: restored ? 'test-identity 1.0.0' : null,
    device: restored ? 'cpu: 2 threads' : null,
    seconds: restored ? 3.4 : null,
    megapixels: 24.2,
    width: 6024,
    height: 4024,
    tiles: restored ? { total: 12, guarded: 0 } : null,
    trust: null,
    notices: [],
    choice: null,
    notCarried: [],
    before: null,
    after: null,
    scale: restored ? 1 : null,
    ...given,
  }
}

export function countsOf(reports: readonly JobReport[]): JobCounts {
  const counts = { ...emptyCounts }
  for (const report of reports) {
    counts.total += 1
    counts[report.state] += 1
  }
  return counts
}
