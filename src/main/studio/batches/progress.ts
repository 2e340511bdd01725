/** What moved, for as long as somebody looks: batches and the jobs that changed, at most ten times a second. */
import type { BatchRow, JobRow } from '../../../shared/contract/batch.ts'
import type { JobParts } from '../jobs/parts.ts'
import type { Conductor } from './conductor.ts'
import { jobRow } from './rows.ts'
import type { WindowBatchesRepo } from './window-batches.repo.ts'

export interface BatchProgressEvent { batches: BatchRow[], jobs: JobRow[], device: string | null }

interface Parts { parts: JobParts, conductor: Conductor, repo: WindowBatchesRepo, rowOf: (batchId: number) => BatchRow | null }

const atMostEveryMs = 100
/** Another process may work on this catalog: without a sign of our own, look this often. */
const lookEveryMs = 2000

/** First everything that is listed (without ended jobs), then what changed. Ends when the signal aborts. */
export async function* progressStream({ parts, conductor, repo, rowOf }: Parts, signal: AbortSignal): AsyncGenerator<BatchProgressEvent> {
  const seen = new Map<number, string>()
  let first = true
  let dataVersion = -1
  let told = ''
  let wake: () => void = () => undefined
  const stir = Object.assign(() => {
    stir.pending = true
    wake()
  }, { pending: false })
  const stop = conductor.onChange(stir)
  signal.addEventListener('abort', stir)
  try {
    while (!signal.aborted) {
      stir.pending = false
      const version = Number(parts.catalog.db.pragma('data_version', { simple: true }))
      const batches = listed(parts, repo, rowOf)
      const moved = movedJobs(batches, repo, conductor, seen, first)
      const jobs = repo.jobsOf(moved).map((job) => jobRow(parts, conductor, job))
      const event = { batches, jobs, device: conductor.device }
      const text = JSON.stringify(batches.map((batch) => ({ ...batch, secondsElapsed: 0 })))
      if (first || jobs.length > 0 || text !== told || version !== dataVersion) yield event
      first = false
      told = text
      dataVersion = version
      await pause(atMostEveryMs)
      await new Promise<void>((done) => {
        const timer = setTimeout(done, lookEveryMs)
        wake = () => {
          clearTimeout(timer)
          done()
        }
        if (stir.pending || signal.aborted) wake()
      })
    }
  } finally {
    stop()
    signal.removeEventListener('abort', stir)
  }
}

function listed(parts: JobParts, repo: WindowBatchesRepo, rowOf: Parts['rowOf']): BatchRow[] {
  return parts.batches.list().flatMap(({ id }) => (repo.facts(id).cleared ? [] : rowOf(id) ?? []))
}

/** Jobs whose row differs from what was told last; at the first look only those that wait or work. */
function movedJobs(
  batches: readonly BatchRow[], repo: WindowBatchesRepo, conductor: Conductor, seen: Map<number, string>, first: boolean,
): number[] {
  const moved: number[] = []
  for (const { id, state, priority, attempts } of repo.states(batches.map((batch) => batch.id))) {
    const sign = `${state} ${priority} ${attempts}`
    const known = seen.get(id)
    if (known !== sign && (!first || state === 'queued' || state === 'running')) moved.push(id)
    seen.set(id, sign)
  }
  for (const batch of batches) for (const id of conductor.running(batch.id)?.jobs.keys() ?? []) if (!moved.includes(id)) moved.push(id)
  return moved
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => { setTimeout(done, milliseconds) })
}
