/** Commands of the Library, and the marks that every view with photos shares. */
import type { Label } from '../../shared/contract/items.ts'
import { useCommands, type Command } from '../commands/registry.ts'
import { idAt, placeOf, shownIds, useLibrary } from '../state/library.ts'
import { useSelection } from '../state/selection.ts'
import { useTriage } from '../state/triage.ts'
import { useView } from '../state/view.ts'
import {
  inHand, markAndGo, mark, removeFromCatalog, removeRejected, saveSidecars, stack, stepStars, toggleFlag, toggleLabel, toggleQuick, toggleStacks, unstack, virtualCopy,
} from './actions.ts'
import { hasOwnOrder, moveChosen } from './reorder.ts'
import { currentWall } from './wall/current.ts'
import { moved, type Move } from './wall/geometry.ts'

const stars = [0, 1, 2, 3, 4, 5] as const
const colours = ['red', 'yellow', 'green', 'blue', 'purple'] as const satisfies readonly Label[]
const steps = ['left', 'right', 'up', 'down', 'home', 'end', 'page-up', 'page-down'] as const satisfies readonly Move[]

/** Moves the active photo; with Shift in the grid the range grows. */
function go(move: Move, extend = false): void {
  const { order } = useLibrary.getState()
  if (order.length === 0) return
  const { active, only, range, activate, ids } = useSelection.getState()
  const { view, stage: shown } = useView.getState()
  const stage = view === 'library' ? shown : 'loupe'
  if (stage === 'survey' && ids.size > 1) return cycle(move === 'left' || move === 'up' ? -1 : 1, activate)
  const here = active === null ? -1 : placeOf(active)
  const wall = stage === 'grid' ? currentWall() : null
  const inLine: Move = move === 'up' ? 'left' : move === 'down' ? 'right' : move
  const place = here < 0 ? 0 : wall === null
    ? moved({ lanes: 1, along: 1, across: 1 }, order.length, here, inLine, 10)
    : moved(wall.layout, order.length, here, move, wall.rowsOnScreen)
  const id = idAt(place)
  if (id === null) return
  if (extend && stage === 'grid') range(id, shownIds())
  else only(id)
}

function cycle(step: 1 | -1, activate: (id: number) => void): void {
  const { ids, active } = useSelection.getState()
  const all = [...ids]
  const next = all[(all.indexOf(active ?? all[0]!) + step + all.length) % all.length]
  if (next !== undefined) activate(next)
}

const inGrid = (): boolean => useView.getState().stage === 'grid'

function moves(): Command[] {
  return steps.map((move) => ({ id: `go.${move}`, repeats: true, run: (event) => go(move, event?.shiftKey) }))
}

function marks(): Command[] {
  return [
    { id: 'mark.pick', run: (event) => markAndGo({ flag: 'pick' }, event) },
    { id: 'mark.reject', run: (event) => markAndGo({ flag: 'reject' }, event) },
    { id: 'mark.unflag', run: (event) => markAndGo({ flag: 'none' }, event) },
    { id: 'mark.toggle', run: toggleFlag },
    ...stars.map((count): Command => ({ id: `mark.stars.${count}`, run: (event) => markAndGo({ stars: count }, event) })),
    { id: 'mark.fewer', run: () => stepStars(-1) },
    { id: 'mark.more', run: () => stepStars(1) },
    ...colours.map((label): Command => ({ id: `mark.${label}`, run: (event) => toggleLabel(label, event) })),
    { id: 'mark.nolabel', run: () => mark({ label: 'none' }) },
  ]
}

/** Marking and moving serve the Library and Develop alike. */
export function useMarkCommands(): void {
  useCommands([...moves(), ...marks()], [])
}

export function useLibraryCommands(): void {
  const { open, openDialog } = useView.getState()
  useMarkCommands()
  useCommands([
    { id: 'select.all', run: () => useSelection.getState().setAll(shownIds()) },
    { id: 'select.none', run: () => useSelection.getState().clear() },
    { id: 'select.invert', run: invert },
    { id: 'library.toggleLoupe', run: () => open('library', inGrid() ? 'loupe' : 'grid') },
    { id: 'library.back', when: () => !inGrid(), run: () => open('library', 'grid') },
    { id: 'library.quick', run: () => void toggleQuick() },
    { id: 'library.copy', run: () => void virtualCopy() },
    { id: 'library.stack', run: stack },
    { id: 'library.unstack', run: unstack },
    { id: 'library.fold', run: toggleStacks },
    { id: 'library.earlier', repeats: true, when: hasOwnOrder, run: () => moveChosen(-1) },
    { id: 'library.later', repeats: true, when: hasOwnOrder, run: () => moveChosen(1) },
    { id: 'library.rename', run: () => openDialog('rename') },
    { id: 'library.remove', run: () => removeFromCatalog() },
    { id: 'library.removeRejected', run: removeRejected },
    { id: 'library.lookForBlur', run: () => void useTriage.getState().run(inHand()) },
    { id: 'library.stopLooking', when: () => useTriage.getState().running !== null, run: () => useTriage.getState().stop() },
    { id: 'library.sidecars', run: () => void saveSidecars() },
  ], [])
}

function invert(): void {
  const { ids, setAll } = useSelection.getState()
  setAll([...shownIds()].filter((id) => !ids.has(id)))
}
