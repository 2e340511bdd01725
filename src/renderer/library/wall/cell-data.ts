/** What a cell tells of its photo: badges as shapes and letters, and its name for a screen reader. Pure but for the words. */
import { noWord } from '../../../shared/contract/columns.ts'
import { blurKinds, flags, itemState, itemOf, labels, type BlurKind, type Flag, type Label } from '../../../shared/contract/item-words.ts'
import type { Table } from '../../state/table.ts'
import { number, t } from '../../words/words.ts'

export interface CellData {
  id: number
  version: number
  name: string | null
  flag: Flag
  stars: number
  label: Label
  kind: BlurKind
  severity: number
  gain: number
  state: number
  aspect: number
  isCopy: boolean
  isResult: boolean
  /** Photos in its stack, for the one that stands for it; 0 otherwise. */
  stacked: number
  unfolded: boolean
  inStack: boolean
}

export function cellData(table: Table, row: number, stacked: number, unfolded: boolean): CellData {
  const { columns } = table
  const id = columns.id[row]!
  const { kind } = itemOf(id)
  return {
    id, version: columns.version[row]!, name: table.names.get(id) ?? null, flag: flags[columns.flag[row]!]!, stars: columns.stars[row]!, label: labels[columns.label[row]!]!,
    kind: blurKinds[columns.kind[row]!]!, severity: columns.severity[row]!, gain: columns.gain[row]!, state: columns.state[row]!, aspect: columns.aspect[row]!,
    isCopy: kind === 'copy', isResult: kind === 'result', stacked, unfolded, inStack: columns.stack[row] !== 0,
  }
}

export function cameraOf({ columns, cameras }: Table, row: number): string | null {
  const word = columns.camera[row]!
  return word === noWord ? null : cameras[word] ?? null
}

/** Labels that have a colour. */
export const colours = ['red', 'yellow', 'green', 'blue', 'purple'] as const satisfies readonly Label[]
/** Letter of a blur kind; sharp and unknown photos have none. */
export const kindLetters: Readonly<Record<BlurKind, string>> = { unknown: '', sharp: '', shake: 'S', defocus: 'D', moving: 'M', 'low-light': 'L' }

export type StateBadge = 'unreadable' | 'missing' | 'failed' | 'suspect' | 'queued' | 'restored'

/** The states worth a badge, the gravest first. */
export function stateBadges(state: number): StateBadge[] {
  return (['unreadable', 'missing', 'failed', 'suspect', 'queued', 'restored'] as const).filter((name) => (state & itemState[name]) !== 0)
}

export function gainText(gain: number): string | null {
  return Number.isNaN(gain) ? null : t('library.badge.gain', { gain: number(gain, 1) })
}

/** `DSC_1.NEF, 3 stars, picked, red, camera shake, restored`. */
export function spokenName(cell: CellData): string {
  const parts = [cell.name ?? t('library.cell.photo', { number: itemOf(cell.id).rowId })]
  if (cell.isCopy) parts.push(t('library.cell.copy'))
  if (cell.isResult) parts.push(t('library.cell.result'))
  if (cell.stars > 0) parts.push(t('library.cell.stars', { count: cell.stars }))
  if (cell.flag !== 'none') parts.push(t(`library.flag.${cell.flag}`))
  if (cell.label !== 'none') parts.push(t(`library.label.${cell.label}`))
  if (cell.kind !== 'unknown') parts.push(t(`library.kind.${cell.kind}`))
  for (const badge of stateBadges(cell.state)) parts.push(t(`library.state.${badge}`))
  if (cell.stacked > 1) parts.push(t('library.cell.stack', { count: cell.stacked }))
  return parts.join(', ')
}
