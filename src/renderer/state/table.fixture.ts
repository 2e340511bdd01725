/** A small library for tests: one object a row, with defaults. */
import { emptyColumns, noWord, type IndexColumns } from '../../shared/contract/columns.ts'
import { tableOf, type Table } from './table.ts'

export type Row = Partial<Record<keyof IndexColumns, number>>

export function tableWith(rows: readonly Row[], words: { cameras?: string[], lenses?: string[] } = {}): Table {
  const columns = emptyColumns(rows.length)
  for (const [at, row] of rows.entries()) {
    const whole: Row = { id: at + 1, nameRank: at, camera: noWord, lens: noWord, flag: 1, severity: NaN, gain: NaN, shutterSeconds: NaN, iso: NaN, captured: NaN, aspect: 1.5, megapixels: 12, ...row }
    for (const [name, value] of Object.entries(whole) as [keyof IndexColumns, number][]) columns[name][at] = value
  }
  return tableOf(columns, words.cameras ?? [], words.lenses ?? [])
}
