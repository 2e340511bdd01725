/** Loads the library and keeps it up to date with what the studio tells. */
import { forgetDetails } from '../client/queries.ts'
import { client } from '../client/client.ts'
import { follow } from '../client/stream.ts'
import { useLibrary } from './library.ts'
import { showError } from './toasts.ts'

/** @returns what ends it */
export function followLibrary(): () => void {
  const { load, loadTree, patch } = useLibrary.getState()
  let end: (() => void) | null = null
  let ended = false
  void load().then(() => {
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
