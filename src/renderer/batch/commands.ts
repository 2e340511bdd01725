/** Keys of the Batch view, and what they do to the queue. */
import { client } from '../client/client.ts'
import { useCommands } from '../commands/registry.ts'
import { useProgress } from '../state/progress.ts'
import { showError } from '../state/toasts.ts'
import { chosenJobs, useChosen } from './chosen.ts'
import { useJobs } from './jobs.ts'

export function reorder(to: 'first' | 'last' | 'up' | 'down'): void {
  const jobs = chosenJobs().filter(({ state }) => state === 'queued')
  if (jobs.length === 0) return
  client.batch.reorder({ jobs: jobs.map(({ id }) => id), to })
    .then(() => Promise.all([...new Set(jobs.map(({ batch }) => batch))].map((batch) => useJobs.getState().load(batch)))).catch(showError)
}

/** The batch at work, else the newest that could go on. */
function current() {
  const { batches } = useProgress.getState()
  const unfinished = batches.filter(({ counts }) => counts.queued + counts.running > 0)
  return unfinished.find(({ running }) => running) ?? unfinished[0]
}

function pauseOrResume(): void {
  const batch = current()
  if (batch === undefined) return
  const goesOn = !batch.running || batch.paused !== null
  const call: Promise<unknown> = goesOn ? client.batch.resume({ batch: batch.id }) : client.batch.pause({ batch: batch.id, kind: 'after-current' })
  call.catch(showError)
}

export function useBatchCommands(): void {
  useCommands([
    { id: 'batch.pause', run: pauseOrResume },
    { id: 'batch.cancel', when: () => useChosen.getState().chosen.size > 0,
      run: () => { client.batch.cancel({ jobs: chosenJobs().map(({ id }) => id) }).catch(showError) } },
    { id: 'batch.retry', run: () => {
      const failed = useProgress.getState().batches.filter(({ counts }) => counts.failed > 0)
      Promise.all(failed.map(({ id }) => client.batch.retry({ batch: id }))).catch(showError)
    } },
    { id: 'batch.up', run: () => reorder('up') },
    { id: 'batch.down', run: () => reorder('down') },
    { id: 'batch.first', run: () => reorder('first') },
    { id: 'batch.last', run: () => reorder('last') },
  ], [])
}
