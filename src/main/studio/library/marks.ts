/** Flags, stars and colour labels that a person gives. They are the catalog's; `save-sidecars.ts` writes them beside the photos on request. */
import { type Flag, flags, type Label, labels } from '../../../shared/contract/items.ts'
import { changeWords } from '../../../shared/messages.en.ts'
import type { Journal } from './journal.ts'

export interface Marks { flag?: Flag | undefined, stars?: number | undefined, label?: Label | undefined }
/** How many items changed, and what the change is called where it can be undone. */
export interface Change { changed: number, undo: string | null }

export function mark(journal: Journal, ids: readonly number[], marks: Marks): Change {
  const set = {
    ...marks.flag === undefined ? {} : { flag: flags.indexOf(marks.flag) },
    ...marks.stars === undefined ? {} : { stars: marks.stars },
    ...marks.label === undefined ? {} : { label: labels.indexOf(marks.label) },
  }
  if (Object.keys(set).length === 0) return { changed: 0, undo: null }
  const { result, undo } = journal.change((edit) => {
    let changed = 0
    for (const id of ids) if (edit.update('items', { id }, set)) changed++
    return { label: changeWords.marks(changed, marks), result: changed }
  })
  return { changed: result, undo }
}
