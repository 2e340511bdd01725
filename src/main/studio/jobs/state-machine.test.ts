import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asRestillError } from '../../../shared/errors.ts'
import { endStates, transitions, type JobState } from '../../../shared/jobs.ts'
import { catalogWithJobs, newJob } from '../../../../test/helpers/jobs.ts'
import type { Job } from './job.ts'
import { JobQueue, leaseMs } from './queue.ts'

const jobCount = 4
const owners = [0, 1, 2]
const owner = fc.constantFrom(...owners)
const pick = fc.nat(jobCount - 1)
const command = fc.oneof(
  fc.record({ do: fc.constant('claim' as const), owner, alone: fc.boolean() }),
  fc.record({ do: fc.constant('end' as const), owner, pick, state: fc.constantFrom(...endStates) }),
  fc.record({ do: fc.constant('release' as const), owner, pick, crashed: fc.boolean() }),
  fc.record({ do: fc.constant('beat' as const), owner }),
  fc.record({ do: fc.constant('sleep' as const), ms: fc.constantFrom(1000, leaseMs + 1) }),
  fc.record({ do: fc.constant('recover' as const), owner }),
  fc.record({ do: fc.constant('cancel' as const), owner, pick }),
  fc.record({ do: fc.constant('retry' as const), owner, pick }),
)

test('whatever owners do in whatever order: states follow the table, nobody ends a job that is not theirs, no job is lost', async () => {
  const { catalog, batches, jobs, batchId, ids } = await catalogWithJobs(['/0', '/1', '/2', '/3'].map((source) => newJob(source)))
  fc.assert(fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
    catalog.db.exec(`
      UPDATE jobs SET state = 'queued', owner = NULL, lease_until = NULL, epoch = 0, attempts = 0, crashes = 0, cancel_requested = 0
    `)
    let now = 0
    const queues = owners.map((each) => new JobQueue(catalog, `owner ${each}`, () => now))
    /** What each owner believes it holds, taken-over jobs included. */
    const believed = owners.map(() => new Map<number, Job>())
    const states = () => ids.map((id) => jobs.byId(id)?.state ?? 'queued')

    for (const step of commands) {
      const before = states()
      const queue = queues['owner' in step ? step.owner : 0]
      const held = believed['owner' in step ? step.owner : 0]
      if (queue === undefined || held === undefined) throw new Error('no such owner')
      const id = 'pick' in step ? ids[step.pick] ?? 0 : 0
      const hold = held.get(id)
      const real = jobs.byId(id)
      if (step.do === 'claim') {
        const job = queue.claim(batchId, step.alone)
        if (job !== null) held.set(job.id, job)
      } else if (step.do === 'end' || step.do === 'release') {
        if (hold === undefined) continue
        const mine = real?.state === 'running' && real.owner === queue.owner && real.epoch === hold.epoch
        const code = outcome(() => {
          if (step.do === 'end') queue.finish(hold, { state: step.state })
          else queue.release(hold, { crashed: step.crashed })
        })
        expect(code).toBe(mine ? null : 'JOB_LOST')
        held.delete(id)
      } else if (step.do === 'beat') queue.heartbeat()
      else if (step.do === 'sleep') now += step.ms
      else if (step.do === 'recover') {
        for (const seen of queue.heldByOthers()) {
          if (!queue.leaseRanOut(seen)) continue
          const job = queue.takeOver(seen)
          if (job !== null) held.set(job.id, job)
        }
      } else if (step.do === 'cancel') queue.cancel([id])
      else queue.requeue([id])

      states().forEach((state, index) => {
        const from = before[index] ?? 'queued'
        if (state !== from) expect(transitions[from]).toContain(state)
      })
      const counts = batches.counts(batchId)
      expect(sum(counts, ['queued', 'running', ...endStates])).toBe(jobCount)
      expect(counts.total).toBe(jobCount)
    }
  }), { numRuns: 60 })
})

function outcome(action: () => void): string | null {
  try {
    action()
    return null
  } catch (error) {
    return asRestillError(error).code
  }
}

function sum(counts: Record<JobState, number>, states: readonly JobState[]): number {
  return states.reduce((total, state) => total + counts[state], 0)
}
