/** The own order of a collection made by hand: its photos are put before another one, or a place further. */
import { client } from '../client/client.ts'
import { placeOf, shownIds, useLibrary } from '../state/library.ts'
import { useSelection } from '../state/selection.ts'
import { showError } from '../state/toasts.ts'
import { reordered } from './reordered.ts'

/** True while photos are shown in an order of a person's own. */
export function hasOwnOrder(): boolean {
  const { scope, sort, collections } = useLibrary.getState()
  return sort.by === 'custom' && !sort.descending && scope.kind === 'collection' && collections.some(({ id, kind }) => id === scope.id && kind !== 'smart')
}

export function moveBefore(before: number | null, moved: ReadonlySet<number> = useSelection.getState().ids): void {
  const { scope, collections, members } = useLibrary.getState()
  const collection = scope.kind === 'collection' ? collections.find(({ id }) => id === scope.id) : undefined
  if (collection === undefined || members === null || !hasOwnOrder()) return
  const ids = reordered(members, moved, before)
  if (ids.every((id, place) => id === members[place])) return
  const { id, name, sort } = collection
  client.library.saveCollection({ id, name, filter: null, sort, ids }).then(() => useLibrary.getState().loadTree()).catch(showError)
}

/** The chosen photos one place earlier or later. */
export function moveChosen(step: 1 | -1): void {
  const shown = [...shownIds()]
  const { ids } = useSelection.getState()
  const places = [...ids].map(placeOf).filter((place) => place >= 0)
  if (places.length === 0) return
  const target = step === -1 ? Math.min(...places) - 1 : Math.max(...places) + 2
  if (target >= 0) moveBefore(shown[target] ?? null)
}
