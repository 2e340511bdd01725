/** Captions before a batch: all of them first, so that model and network are never in memory at once. */
import { explain } from '../../../shared/errors.ts'
import type { Photo } from '../catalog/photo.ts'
import type { FixOptions } from '../work.ts'
import type { Captions } from './captions.ts'

/**
 * Asks about photos that have no caption yet. What goes wrong is told once as a notice: photos are restored without a caption then.
 * @throws RestillError CANCELLED
 */
export async function makeCaptions(captions: Pick<Captions, 'make'>, photos: readonly Photo[], signal: AbortSignal, onEvent: FixOptions['onEvent']): Promise<void> {
  let at = { found: photos.length, done: 0, name: '' }
  const outcomes = await captions.make(photos, {}, {
    signal,
    onEvent: (event) => {
      if (event.kind === 'photo') at = { found: event.total, done: event.done, name: event.name }
      if (event.kind === 'notice') onEvent?.(event)
      else onEvent?.({ kind: 'caption', ...at, loading: event.kind === 'loading' ? event.model : null })
    },
  })
  const problems = new Map(outcomes.flatMap(({ error }) => error === null ? [] : [[error.message, error] as const]))
  for (const error of problems.values()) {
    const { message, hint } = explain(error)
    onEvent?.({ kind: 'notice', notice: { code: error.code, text: `${message} ${hint}` } })
  }
}
