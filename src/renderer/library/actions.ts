/** What is done to photos. Marks show at once and are sent after; every change can be undone from its note. */
import { flags, itemOf, labels, type Flag, type Label } from '../../shared/contract/item-words.ts'
import { client } from '../client/client.ts'
import { takeBack } from '../state/captions.ts'
import { idAt, placeOf, useLibrary } from '../state/library.ts'
import { usePreferences } from '../state/preferences.ts'
import { setValue } from '../state/table.ts'
import { targets, useSelection } from '../state/selection.ts'
import { showError, useToasts } from '../state/toasts.ts'
import { useView } from '../state/view.ts'
import { t } from '../words/words.ts'

export interface Marks { flag?: Flag, stars?: number, label?: Label }

/** Photos that a key acts on here and now. */
export function inHand(): number[] {
  const { view, stage } = useView.getState()
  return targets(view === 'library' ? stage : 'loupe')
}

/**
 * Marks photos. Cells and panels show it in the same frame; the studio is told at once, and when it refuses the old marks come back.
 * @param ids the photos in hand unless given
 */
export function mark(marks: Marks, ids: readonly number[] = inHand()): void {
  if (ids.length === 0) return
  const { table, touch } = useLibrary.getState()
  const { columns, rows } = table
  const before: { id: number, flag: number, stars: number, label: number }[] = []
  for (const id of ids) {
    const row = rows.get(id)
    if (row === undefined) continue
    before.push({ id, flag: columns.flag[row]!, stars: columns.stars[row]!, label: columns.label[row]! })
    if (marks.flag !== undefined) setValue(table, 'flag', row, flags.indexOf(marks.flag))
    if (marks.stars !== undefined) setValue(table, 'stars', row, marks.stars)
    if (marks.label !== undefined) setValue(table, 'label', row, labels.indexOf(marks.label))
  }
  touch()
  client.library.mark({ ids: [...ids], ...marks }).then(({ changed, undo }) => {
    if (changed > 0 && undo !== null) showUndo(undo)
  }, (thrown: unknown) => {
    const current = useLibrary.getState().table
    for (const { id, flag, stars, label } of before) {
      const row = current.rows.get(id)
      if (row === undefined) continue
      setValue(current, 'flag', row, flag)
      setValue(current, 'stars', row, stars)
      setValue(current, 'label', row, label)
    }
    touch()
    showError(thrown)
  })
}

/** Marks, and goes to the next photo when Shift or Caps Lock is down, or when a person always wants that. */
export function markAndGo(marks: Marks, event: KeyboardEvent | undefined): void {
  const ids = inHand()
  const goOn = ids.length === 1 && (event?.shiftKey === true || event?.getModifierState('CapsLock') === true || usePreferences.getState().preferences.autoAdvance)
  const next = goOn ? idAt(placeOf(ids[0]!) + 1) : null
  mark(marks, ids)
  if (next !== null) useSelection.getState().only(next)
}

/** One more or one fewer star. */
export function stepStars(step: 1 | -1): void {
  const { active } = useSelection.getState()
  const { columns, rows } = useLibrary.getState().table
  const row = rows.get(active ?? 0)
  if (row !== undefined) mark({ stars: Math.min(5, Math.max(0, columns.stars[row]! + step)) })
}

/** The same label again takes it off. */
export function toggleLabel(label: Label, event: KeyboardEvent | undefined): void {
  const { columns, rows } = useLibrary.getState().table
  const row = rows.get(useSelection.getState().active ?? 0)
  markAndGo({ label: row !== undefined && columns.label[row] === labels.indexOf(label) ? 'none' : label }, event)
}

export function toggleFlag(): void {
  const { columns, rows } = useLibrary.getState().table
  const row = rows.get(useSelection.getState().active ?? 0)
  mark({ flag: row !== undefined && columns.flag[row] === flags.indexOf('pick') ? 'none' : 'pick' })
}

/** Says what was done, with the way back. */
export function showUndo(label: string): void {
  useToasts.getState().show({ group: 'change', message: label, action: { label: t('shell.undo'), run: takeBack } })
}

/** Runs a change of the library and tells of it. */
export async function change(call: Promise<{ undo: string | null }>): Promise<void> {
  try {
    const { undo } = await call
    if (undo !== null) showUndo(undo)
  } catch (thrown) {
    showError(thrown)
  }
}

export function stack(): void {
  const ids = [...useSelection.getState().ids]
  if (ids.length > 1) void change(client.library.stack({ ids }))
}
export function unstack(): void {
  void change(client.library.unstack({ ids: inHand() }))
}

/** Folds or unfolds the stacks of the photos in hand. */
export function toggleStacks(): void {
  const { table: { rows, columns }, unfolded, setUnfolded } = useLibrary.getState()
  const tops = inHand().map((id) => columns.stack[rows.get(id) ?? -1] ?? 0).filter((top) => top !== 0)
  if (tops.length === 0) return
  const next = new Set(unfolded)
  const unfold = tops.some((top) => !unfolded.has(top))
  for (const top of tops) {
    if (unfold) next.add(top)
    else next.delete(top)
  }
  setUnfolded(next)
}

export async function virtualCopy(): Promise<void> {
  try {
    const { ids, undo } = await client.library.copy({ ids: inHand() })
    if (undo !== null) showUndo(undo)
    const top = useLibrary.getState().table.columns.stack[useLibrary.getState().table.rows.get(ids[0] ?? 0) ?? -1]
    if (top !== undefined) useLibrary.getState().setUnfolded(new Set([...useLibrary.getState().unfolded, top]))
  } catch (thrown) {
    showError(thrown)
  }
}

/** Takes photos out of the catalog; the files stay. */
export function removeFromCatalog(ids: readonly number[] = inHand()): void {
  if (ids.length > 0) void change(client.library.remove({ ids: [...ids] }))
}

export function removeRejected(): void {
  const { table: { columns }, order } = useLibrary.getState()
  const rejected = [...order].filter((row) => columns.flag[row] === flags.indexOf('reject')).map((row) => columns.id[row]!)
  if (rejected.length === 0) useToasts.getState().show({ message: t('library.noRejected') })
  else removeFromCatalog(rejected)
}

/** Adds the photos in hand to the quick collection, or takes them out when all are in it. */
export async function toggleQuick(): Promise<void> {
  const quick = useLibrary.getState().collections.find(({ kind }) => kind === 'quick')
  const ids = inHand()
  if (quick === undefined || ids.length === 0) return
  try {
    const members = new Set((await client.library.members({ collection: quick.id })).ids)
    const all = ids.every((id) => members.has(id))
    await change(client.library.collect({ collection: quick.id, ...(all ? { remove: ids } : { add: ids }) }))
  } catch (thrown) {
    showError(thrown)
  }
}

export async function saveSidecars(): Promise<void> {
  const ids = inHand()
  if (ids.length === 0) return
  try {
    const { written, failed } = await client.library.saveSidecars({ ids })
    const { show } = useToasts.getState()
    show({ message: t('library.sidecarsSaved', { count: written }) })
    for (const { message, hint } of failed.slice(0, 3)) show({ kind: 'error', message, hint })
  } catch (thrown) {
    showError(thrown)
  }
}

export async function reveal(): Promise<void> {
  const { active } = useSelection.getState()
  if (active === null) return
  try {
    const { path, opened } = await client.library.reveal({ id: active })
    if (!opened) useToasts.getState().show({ message: t('library.fileIsAt', { path }) })
  } catch (thrown) {
    showError(thrown)
  }
}

/** Name to show while the studio has not told it. */
export function nameOf(id: number): string {
  return useLibrary.getState().table.names.get(id) ?? t('library.cell.photo', { number: itemOf(id).rowId })
}
