/** What the batches are doing, told by the studio whenever something moves. One stream serves the whole window. */
import { create } from 'zustand'
import type { BatchRow, JobRow } from '../../shared/contract/batch.ts'
import { client } from '../client/client.ts'
import { follow } from '../client/stream.ts'

interface Progress {
  batches: readonly BatchRow[]
  /** Jobs that moved with the latest news. */
  jobs: readonly JobRow[]
  device: string | null
}

export const useProgress = create<Progress>(() => ({ batches: [], jobs: [], device: null }))

/** @returns what ends it */
export function followProgress(): () => void {
  return follow({
    open: (signal) => client.batch.progress({}, { signal }),
    each: ({ batches, jobs, device }) => useProgress.setState({ batches, jobs, device }),
  })
}
