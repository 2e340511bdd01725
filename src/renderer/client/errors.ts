/** What a failed call says to a person: the studio's own words where it has some. */
import { z } from 'zod'
import { t } from '../words/words.ts'

export interface Explained { code: string, message: string, hint: string }

const wordsOfError = z.object({ data: z.object({ code: z.string(), message: z.string(), hint: z.string() }) })

export function explainError(thrown: unknown): Explained {
  const told = wordsOfError.safeParse(thrown)
  if (told.success) return told.data.data
  return { code: 'INTERNAL', message: t('shell.error.unexpected', { text: thrown instanceof Error ? thrown.message : String(thrown) }), hint: t('shell.error.unexpectedHint') }
}

/** True for a stream or call that was ended on purpose. */
export function isAborted(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'AbortError' || thrown.name === 'AbortedError')
}
