/** Keys of the Library, as in Lightroom (docs/keys.md has the table). */
import type { Label } from '../../shared/contract/items.ts'
import { useCommands, type Command } from '../commands/registry.ts'
import { idAt, placeOf, shownIds, useLibrary } from '../state/library.ts'
import { useSelection } from '../state/selection.ts'
import { useView } from '../state/view.ts'
import {
  markAndGo, mark, removeFromCatalog, removeRejected, saveSidecars, stack, stepStars, toggleFlag, toggleLabel, toggleQuick, toggleStacks, unstack, virtualCopy,
} from './actions.ts'
import { currentWall } from './wall/current.ts'
import { moved, type Move } from './wall/geometry.ts'

const stars = [0, 1, 2, 3, 4, 5] as const
const labelKeys = [['6', 'red'], ['7', 'yellow'], ['8', 'green'], ['9', 'blue'], [null, 'purple']] as const satisfies readonly (readonly [string | null, Label])[]

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

const withShift = (key: string): string[] => [key, `Shift+${key}`]
const inGrid = (): boolean => useView.getState().stage === 'grid'

function moves(): Command[] {
  const table = [
    ['left', 'ArrowLeft'], ['right', 'ArrowRight'], ['up', 'ArrowUp'], ['down', 'ArrowDown'], ['home', 'Home'], ['end', 'End'], ['page-up', 'PageUp'], ['page-down', 'PageDown'],
  ] as const satisfies readonly (readonly [Move, string])[]
  return table.map(([move, key]) => ({
    id: `go.${move}`, label: `library.command.go.${move}`, keys: withShift(key), group: 'select', repeats: true, run: (event) => go(move, event?.shiftKey),
  }))
}

function marks(): Command[] {
  return [
    { id: 'mark.pick', label: 'library.command.pick', keys: withShift('P'), group: 'mark', run: (event) => markAndGo({ flag: 'pick' }, event) },
    { id: 'mark.reject', label: 'library.command.reject', keys: withShift('X'), group: 'mark', run: (event) => markAndGo({ flag: 'reject' }, event) },
    { id: 'mark.unflag', label: 'library.command.unflag', keys: withShift('U'), group: 'mark', run: (event) => markAndGo({ flag: 'none' }, event) },
    { id: 'mark.toggle', label: 'library.command.toggleFlag', keys: ['`'], group: 'mark', run: toggleFlag },
    ...stars.map((count): Command => ({
      id: `mark.stars.${count}`, label: `library.command.stars.${count}`, keys: withShift(String(count)), group: 'mark', run: (event) => markAndGo({ stars: count }, event),
    })),
    { id: 'mark.fewer', label: 'library.command.fewer', keys: ['['], group: 'mark', run: () => stepStars(-1) },
    { id: 'mark.more', label: 'library.command.more', keys: [']'], group: 'mark', run: () => stepStars(1) },
    ...labelKeys.map(([key, label]): Command => ({
      id: `mark.${label}`, label: `library.command.label.${label}`, keys: key === null ? [] : withShift(key), group: 'mark', run: (event) => toggleLabel(label, event),
    })),
    { id: 'mark.nolabel', label: 'library.command.label.none', keys: [], group: 'mark', run: () => mark({ label: 'none' }) },
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
    { id: 'select.all', label: 'library.command.all', keys: ['Mod+A'], group: 'select', run: () => useSelection.getState().setAll(shownIds()) },
    { id: 'select.none', label: 'library.command.none', keys: ['Mod+D'], group: 'select', run: () => useSelection.getState().clear() },
    { id: 'select.invert', label: 'library.command.invert', keys: ['Mod+Alt+I'], group: 'select', run: invert },
    { id: 'library.toggleLoupe', label: 'library.command.toggleLoupe', keys: ['Enter', 'Space'], group: 'view', run: () => open('library', inGrid() ? 'loupe' : 'grid') },
    { id: 'library.back', label: 'library.command.back', keys: ['Escape'], group: 'view', when: () => !inGrid(), run: () => open('library', 'grid') },
    { id: 'library.quick', label: 'library.command.quick', keys: ['B'], group: 'library', run: () => void toggleQuick() },
    { id: 'library.copy', label: 'library.command.copy', keys: ['Mod+\''], group: 'library', run: () => void virtualCopy() },
    { id: 'library.stack', label: 'library.command.stack', keys: ['Mod+G'], group: 'library', run: stack },
    { id: 'library.unstack', label: 'library.command.unstack', keys: ['Mod+Shift+G'], group: 'library', run: unstack },
    { id: 'library.fold', label: 'library.command.fold', keys: ['S'], group: 'library', run: toggleStacks },
    { id: 'library.rename', label: 'library.command.rename', keys: ['F2'], group: 'library', run: () => openDialog('rename') },
    { id: 'library.remove', label: 'library.command.remove', keys: ['Delete', 'Backspace'], group: 'library', run: () => removeFromCatalog() },
    { id: 'library.removeRejected', label: 'library.command.removeRejected', keys: ['Mod+Backspace'], group: 'library', run: removeRejected },
    { id: 'library.sidecars', label: 'library.command.sidecars', keys: ['Mod+S'], group: 'library', run: () => void saveSidecars() },
  ], [])
}

function invert(): void {
  const { ids, setAll } = useSelection.getState()
  setAll([...shownIds()].filter((id) => !ids.has(id)))
}
