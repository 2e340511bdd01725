/** Keeps the library up to date with what the studio tells. */
import { forgetDetails } from '../client/queries.ts'
import { client } from '../client/client.ts'
import { follow } from '../client/stream.ts'
import { useLibrary } from './library.ts'
import { showError } from './toasts.ts'

/**
 * @param loaded resolves when the library was loaded for the first time
 * @returns what ends it
 */
export function followLibrary(loaded: Promise<void>): () => void {
  const { load, loadTree, patch } = useLibrary.getState()
  let end: (() => void) | null = null
  let ended = false
  void loaded.then(() => {
    if (ended) return
    end = follow({
      open: (signal) => client.library.changes({ since: useLibrary.getState().studioRevision }, { signal }),
      each: (event) => {
        if (event.kind === 'items') {
          forgetDetails(event.items.map(({ id }) => id))
          return patch(event.items, event.removed, event.revision)
        }
        useLibrary.setState({ studioRevision: event.revision })
        if (event.kind === 'reset') void load()
        else loadTree().catch(showError)
      },
    })
  })
  return () => {
    ended = true
    end?.()
  }
}
