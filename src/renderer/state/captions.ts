/** Photos that a vision model is being asked about. It goes on whatever view is open. */
import { create } from 'zustand'
import { client } from '../client/client.ts'
import { isAborted } from '../client/errors.ts'
import { queries } from '../client/queries.ts'
import { t } from '../words/words.ts'
import { showError, useToasts } from './toasts.ts'

interface CaptionRun { total: number, done: number, name: string, stage: 'looking' | 'loading' | 'waiting' }

interface Captions {
  /** Null while nothing is asked. */
  running: CaptionRun | null
  /** Asks about those that have no caption; not while others are asked about. */
  make: (ids: readonly number[]) => void
  stop: () => void
}

let stopping = new AbortController()

export const useCaptions = create<Captions>((set, get) => ({
  running: null,
  make: (ids) => {
    if (get().running === null) void ask([...ids], (running) => set({ running }))
  },
  stop: () => stopping.abort(),
}))

/** What is shown of captions is no longer true. */
export function forgetCaptions(): Promise<void> {
  return queries.invalidateQueries({ queryKey: ['caption'] })
}

/** Takes the last change of the library back; it may be one of captions. */
export function takeBack(): void {
  void client.library.undo({}).then(forgetCaptions).catch(showError)
}

async function ask(ids: number[], show: (running: CaptionRun | null) => void): Promise<void> {
  stopping = new AbortController()
  show({ total: ids.length, done: 0, name: '', stage: 'looking' })
  try {
    for await (const event of await client.captions.make({ ids }, { signal: stopping.signal })) {
      if (event.kind === 'progress') {
        show(event)
        void forgetCaptions()
        continue
      }
      const toasts = useToasts.getState()
      if (event.made > 0) toasts.show({ message: t('library.shows.made', { count: event.made }), group: 'captions', action: { label: t('shell.undo'), run: takeBack } })
      for (const { message, hint } of event.problems.slice(0, 3)) toasts.show({ kind: 'error', message, hint })
    }
  } catch (thrown) {
    if (!isAborted(thrown)) showError(thrown)
  } finally {
    show(null)
    void forgetCaptions()
  }
}
