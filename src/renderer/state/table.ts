/** The whole library in typed arrays. Rows are numbers of the window's own; a row whose id is 0 is gone. */
import { emptyColumns, noWord, type IndexColumns } from '../../shared/contract/columns.ts'
import { blurKinds, flags, labels } from '../../shared/contract/item-words.ts'
import type { Item } from '../../shared/contract/items.ts'

export type ColumnName = keyof IndexColumns

export interface Table {
  /** Rows in use; the columns may be longer. */
  count: number
  columns: IndexColumns
  /** Grows with every change of a column: what was worked out from it is kept while its number stands. */
  editions: Record<ColumnName, number>
  cameras: string[]
  lenses: string[]
  rows: Map<number, number>
  /** Names that were told, by id. The rest is asked for when it is shown. */
  names: Map<number, string>
}

export function tableOf(columns: IndexColumns, cameras: readonly string[], lenses: readonly string[]): Table {
  const { id } = columns
  const rows = new Map<number, number>()
  for (let row = 0; row < id.length; row++) rows.set(id[row]!, row)
  const editions = Object.fromEntries(Object.keys(columns).map((name) => [name, 0])) as Record<ColumnName, number>
  return { count: id.length, columns, editions, cameras: [...cameras], lenses: [...lenses], rows, names: new Map() }
}

export function emptyTable(): Table {
  return tableOf(emptyColumns(0), [], [])
}

/** Rank of a name that is not in order yet: behind all others. */
const unranked = 2 ** 31 - 1

/**
 * Brings items up to date and takes others out, in place.
 * @returns true when the order of names is no longer known: the index should be fetched anew
 */
export function applyItems(table: Table, items: readonly Item[], removed: readonly number[]): boolean {
  let renamed = false
  for (const id of removed) {
    const row = table.rows.get(id)
    if (row === undefined) continue
    setValue(table, 'id', row, 0)
    table.rows.delete(id)
    table.names.delete(id)
  }
  for (const item of items) {
    const known = table.rows.get(item.id)
    const row = known ?? addRow(table, item.id)
    const name = table.names.get(item.id)
    renamed ||= known === undefined || (name !== undefined && name !== item.name)
    table.names.set(item.id, item.name)
    setRow(table, row, item)
  }
  return renamed
}

/** Writes one value and notes that its column changed, if it did. */
export function setValue({ columns, editions }: Table, name: ColumnName, row: number, value: number): void {
  const column = columns[name]
  const before = column[row]
  column[row] = value
  if (!Object.is(column[row], before)) editions[name]++
}

function setRow(table: Table, row: number, item: Item): void {
  for (const name of ['id', 'version', 'folder', 'stack', 'position', 'state', 'stars', 'iso', 'aspect', 'megapixels', 'severity', 'gain', 'shutterSeconds', 'captured', 'added'] as const) {
    setValue(table, name, row, item[name] ?? NaN)
  }
  setValue(table, 'flag', row, flags.indexOf(item.flag))
  setValue(table, 'label', row, labels.indexOf(item.label))
  setValue(table, 'kind', row, blurKinds.indexOf(item.kind))
  setValue(table, 'camera', row, wordNumber(table.cameras, item.camera))
  setValue(table, 'lens', row, wordNumber(table.lenses, item.lens))
}

function wordNumber(words: string[], word: string | null): number {
  if (word === null) return noWord
  const at = words.indexOf(word)
  return at >= 0 ? at : words.push(word) - 1
}

function addRow(table: Table, id: number): number {
  const row = table.count
  if (row >= table.columns.id.length) {
    const grown = emptyColumns(Math.max(64, Math.ceil(row * 1.25)))
    for (const name of Object.keys(grown) as ColumnName[]) grown[name].set(table.columns[name])
    table.columns = grown
  }
  table.count = row + 1
  table.rows.set(id, row)
  setValue(table, 'nameRank', row, unranked)
  table.editions.id++
  return row
}
