/** Which photos of the queue are chosen; keys and the panel at the right act on them. */
import { create } from 'zustand'
import type { JobRow } from '../../shared/contract/batch.ts'
import { useJobs } from './jobs.ts'

interface Chosen { chosen: ReadonlySet<number>, choose: (ids: readonly number[]) => void }

export const useChosen = create<Chosen>((set) => ({ chosen: new Set(), choose: (ids) => set({ chosen: new Set(ids) }) }))

export function chosenJobs(): JobRow[] {
  const { chosen } = useChosen.getState()
  return [...useJobs.getState().rows.values()].flat().filter(({ id }) => chosen.has(id))
}
