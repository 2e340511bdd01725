/** The steps of one photo, oldest first, and where the person stands among them. Pure. */
import type { DevelopSettings, Session } from '../../../shared/contract/develop.ts'

type HistoryEntry = Session['history'][number]
type Snapshot = Session['snapshots'][number]
export interface History { entries: readonly HistoryEntry[], current: number | null, snapshots: readonly Snapshot[] }

export const noHistory: History = { entries: [], current: null, snapshots: [] }

export function historyOf(told: { history: HistoryEntry[], current: number | null, snapshots: Snapshot[] }): History {
  const byId = <T extends { id: number }>(rows: readonly T[]) => rows.toSorted((a, b) => a.id - b.id)
  const entries = byId(told.history)
  return { entries, current: told.current ?? entries.at(-1)?.id ?? null, snapshots: byId(told.snapshots) }
}

/** What the studio will answer to a step, shown before it has: later steps that were undone are gone. */
export function withStep(history: History, label: string, settings: DevelopSettings, at: string): History {
  const kept = history.entries.slice(0, place(history) + 1)
  const id = Math.max(0, ...history.entries.map(entry => entry.id)) + 1
  return { ...history, entries: [...kept, { id, label, at, settings }], current: id }
}

/** The step before or behind the current one; null at the ends. */
export function neighbour(history: History, direction: -1 | 1): HistoryEntry | null {
  return history.entries[place(history) + direction] ?? null
}

export function goTo(history: History, entry: number): History {
  return history.entries.some(step => step.id === entry) ? { ...history, current: entry } : history
}

function place(history: History): number {
  const at = history.entries.findIndex(entry => entry.id === history.current)
  return at === -1 ? history.entries.length - 1 : at
}
