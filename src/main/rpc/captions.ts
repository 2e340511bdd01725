/** What photos show. */
import { explain, RestillError } from '../../shared/errors.ts'
import type { CaptionEvent, CaptionOutcome, Studio } from '../studio/api.ts'
import { os } from './context.ts'
import { steps } from './steps.ts'

const handlers = os.captions

export const captionHandlers = handlers.router({
  of: handlers.of.handler(({ context: { studio }, input }) => {
    const photo = studio.library.photoOf(input.id)
    if (photo === null) throw new RestillError('ITEM_UNKNOWN', { detail: { item: input.id } })
    const caption = studio.captions.of(photo.id)
    return caption === null ? null : { text: caption.text, model: caption.model }
  }),
  set: handlers.set.handler(({ context: { studio }, input }) => ({ undo: studio.captions.set(photosOf(studio, input.ids), input.text) })),
  make: handlers.make.handler(async function* ({ context: { studio, client }, input: { ids, again }, signal }) {
    const closed = AbortSignal.any([client.closed, ...signal === undefined ? [] : [signal]])
    const outcomes = yield* steps((tell: (step: Step) => void) => {
      let at: Omit<Step, 'stage'> = { total: 0, done: 0, name: '' }
      return studio.captions.make(photosOf(studio, ids), { again }, { signal: closed, undoable: true, onEvent: (event) => {
        if (event.kind === 'photo') at = { total: event.total, done: event.done, name: event.name }
        const stage = stages[event.kind]
        if (stage !== null) tell({ ...at, stage })
      } })
    })
    yield { kind: 'done' as const, made: outcomes.filter(({ isNew }) => isNew).length, ...problemsOf(outcomes) }
  }),
  server: handlers.server.handler(async ({ context: { studio } }) => {
    const { problem, ...found } = await studio.captions.look()
    return { ...found, problem: problem === null ? null : wordsOf(problem) }
  }),
})

interface Step { total: number, done: number, name: string, stage: 'looking' | 'loading' | 'waiting' }

/** The window itself says beside the address when photos leave the machine. */
const stages: Record<CaptionEvent['kind'], Step['stage'] | null> = { photo: 'looking', loading: 'loading', waiting: 'waiting', notice: null }

/** Row ids of the photos behind items, each once. */
function photosOf(studio: Studio, ids: readonly number[]): number[] {
  return [...new Set(ids.flatMap((id) => studio.library.photoOf(id)?.id ?? []))]
}

function problemsOf(outcomes: readonly CaptionOutcome[]) {
  const errors = outcomes.flatMap(({ error }) => error === null ? [] : [error])
  const byMessage = new Map(errors.map((error) => [error.message, wordsOf(error)]))
  return { without: errors.length, problems: [...byMessage.values()] }
}

function wordsOf(error: RestillError): { message: string, hint: string } {
  const { message, hint } = explain(error)
  return { message, hint }
}
