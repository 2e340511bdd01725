/** What a failed call says to a person: the studio's own words where it has some. */
import { t } from '../words/words.ts'
import { hasTexts } from './guards.ts'

export interface Explained { code: string, message: string, hint: string }

export function explainError(thrown: unknown): Explained {
  const told = thrown instanceof Error && 'data' in thrown ? thrown.data : null
  if (hasTexts(told, 'code', 'message', 'hint')) return told
  return { code: 'INTERNAL', message: t('shell.error.unexpected', { text: thrown instanceof Error ? thrown.message : String(thrown) }), hint: t('shell.error.unexpectedHint') }
}

/** True for a stream or call that was ended on purpose. */
export function isAborted(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'AbortError' || thrown.name === 'AbortedError')
}
