/** Photos that are being looked at for blur. It goes on whatever view is open; what is found comes in with the library's changes. */
import { create } from 'zustand'
import { itemOf } from '../../shared/contract/item-words.ts'
import { client } from '../client/client.ts'
import { isAborted } from '../client/errors.ts'
import { t } from '../words/words.ts'
import { showError, useToasts } from './toasts.ts'

interface Triage {
  /** Null while nothing is looked at. */
  running: { total: number, done: number, name: string } | null
  /** Looks at originals and copies among these; a second call waits for the first to end. */
  run: (ids: readonly number[]) => Promise<void>
  stop: () => void
}

let ending = Promise.resolve()
let stopping = new AbortController()

export const useTriage = create<Triage>((set) => ({
  running: null,
  run: (ids) => {
    const photos = ids.filter((id) => itemOf(id).kind !== 'result')
    if (photos.length > 0) ending = ending.then(() => look(photos, (running) => set({ running })))
    return ending
  },
  stop: () => stopping.abort(),
}))

async function look(ids: number[], show: (running: Triage['running']) => void): Promise<void> {
  stopping = new AbortController()
  show({ total: ids.length, done: 0, name: '' })
  try {
    for await (const event of await client.library.triage({ ids }, { signal: stopping.signal })) {
      if (event.kind === 'progress') show(event)
      else useToasts.getState().show({ message: t('library.triage.done', { count: event.looked, blurred: event.blurred }), group: 'triage' })
    }
  } catch (thrown) {
    if (!isAborted(thrown)) showError(thrown)
  } finally {
    show(null)
  }
}
