/** The photos of each batch as the window knows them: fetched when a batch is unfolded, then kept up by the progress stream. */
import { create } from 'zustand'
import type { JobRow } from '../../shared/contract/batch.ts'
import { client } from '../client/client.ts'
import { useProgress } from '../state/progress.ts'
import { showError } from '../state/toasts.ts'

/** More rows than anybody reads; the report lists all. */
export const most = 2000

interface Jobs {
  /** In the order they run; undefined until fetched. */
  rows: ReadonlyMap<number, readonly JobRow[]>
  load: (batch: number) => Promise<void>
}

export const useJobs = create<Jobs>((set, get) => ({
  rows: new Map(),
  load: async (batch) => {
    try {
      const rows = await client.batch.jobs({ batch, limit: most })
      set({ rows: new Map(get().rows).set(batch, rows) })
    } catch (error) {
      showError(error)
    }
  },
}))

/** Rows with the changed ones in the place of the old; the order stays until the batch is fetched anew. */
export function patched(rows: readonly JobRow[], changed: readonly JobRow[]): readonly JobRow[] {
  const byId = new Map(changed.map((job) => [job.id, job]))
  const known = new Set(rows.map(({ id }) => id))
  const fresh = changed.filter(({ id }) => !known.has(id))
  return [...rows.map((job) => byId.get(job.id) ?? job), ...fresh]
}

useProgress.subscribe(({ jobs, batches }) => {
  const { rows } = useJobs.getState()
  const listed = new Set(batches.map(({ id }) => id))
  const next = new Map([...rows].filter(([batch]) => listed.has(batch)))
  for (const [batch, known] of next) {
    const changed = jobs.filter((job) => job.batch === batch)
    if (changed.length > 0) next.set(batch, patched(known, changed))
  }
  if (jobs.length > 0 || next.size !== rows.size) useJobs.setState({ rows: next })
})
