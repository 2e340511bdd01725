/** What a script learns from `$?`. Suspect and skipped photos are not failures. */
import { explain } from '../../shared/errors.ts'
import { messages } from '../../shared/messages.en.ts'
import type { FixSummary } from '../studio/api.ts'

export const exitCodes = { ok: 0, someFailed: 1, usage: 2, nothingToDo: 3, stopped: 130 } as const

export function exitCodeOf(summary: FixSummary, stoppedByUser: boolean): number {
  const { counts } = summary
  if (stoppedByUser) return exitCodes.stopped
  if (counts.failed > 0 || summary.stopped) return exitCodes.someFailed
  return counts.total === counts.skipped ? exitCodes.nothingToDo : exitCodes.ok
}

/** For what a command throws: arguments that cannot be used are told apart from work that failed. */
export function exitCodeOfError(thrown: unknown): number {
  const { code } = explain(thrown)
  if (code === 'CANCELLED') return exitCodes.stopped
  return messages[code].category === 'usage' || code === 'ENGINE_UNKNOWN' ? exitCodes.usage : exitCodes.someFailed
}
