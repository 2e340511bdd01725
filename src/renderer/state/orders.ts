/** Orders of the whole table, worked out once and kept until a column that they follow changes. A filter then only picks from them. */
import { noWord } from '../../shared/contract/columns.ts'
import type { Sort } from '../../shared/contract/library.ts'
import { sortedBy } from './radix.ts'
import type { ColumnName, Table } from './table.ts'

/** Which end a person means who asks for an order. */
export function usualSort<By extends Sort['by']>(by: By): { by: By, descending: boolean } {
  return { by, descending: by === 'gain' || by === 'severity' || by === 'stars' || by === 'added' }
}

interface Kept { edition: string, order: Int32Array }
const kept = new WeakMap<Table, Map<string, Kept>>()

/** Every row of the table, also those that are gone, in the order asked; equal ones by name. Not for the own order of a collection. */
export function orderOf(table: Table, { by, descending }: { by: Exclude<Sort['by'], 'custom'>, descending: boolean }): Int32Array {
  if (by === 'name') return keep(table, `name ${descending}`, ['nameRank'], () => sortedBy(allRows(table), table.columns.nameRank, descending))
  const names = orderOf(table, { by: 'name', descending: false })
  if (by === 'camera' || by === 'lens') return keep(table, `${by} ${descending}`, ['nameRank', by], () => sortedBy(names, alphabetical(table, by), descending))
  const column = by === 'shutter' ? 'shutterSeconds' : by
  return keep(table, `${by} ${descending}`, ['nameRank', column], () => sortedBy(names, table.columns[column], descending))
}

/** Row of the top of each row's stack; the row itself where the top is gone, -1 outside stacks. */
export function stackTops(table: Table): Int32Array {
  return keep(table, 'tops', ['stack', 'id'], () => {
    const { columns: { stack }, rows, count } = table
    const tops = new Int32Array(count)
    for (let row = 0; row < count; row++) tops[row] = stack[row] === 0 ? -1 : rows.get(stack[row]!) ?? row
    return tops
  })
}

/** Rows that lie in a stack, whose top may be gone: few, so that folding need not walk through all. */
export function stackedRows(table: Table): Int32Array {
  return keep(table, 'stacked', ['stack', 'id'], () => allRows(table).filter((row) => table.columns.stack[row] !== 0))
}

function keep(table: Table, name: string, columns: readonly ColumnName[], make: () => Int32Array): Int32Array {
  const orders = kept.get(table) ?? new Map<string, Kept>()
  kept.set(table, orders)
  const edition = `${table.count} ${columns.map((column) => table.editions[column]).join(' ')}`
  const found = orders.get(name)
  if (found?.edition === edition) return found.order
  const order = make()
  orders.set(name, { edition, order })
  return order
}

function allRows({ count }: Table): Int32Array {
  const rows = new Int32Array(count)
  for (let row = 0; row < count; row++) rows[row] = row
  return rows
}

/** Rank of each row's word in the alphabet; rows without one come last. */
function alphabetical({ columns, count, cameras, lenses }: Table, by: 'camera' | 'lens'): Float32Array {
  const ranks = new Float32Array(noWord + 1).fill(NaN)
  const words = (by === 'camera' ? cameras : lenses).map((word, number) => ({ word, number })).sort((one, other) => one.word.localeCompare(other.word))
  for (const [rank, { number }] of words.entries()) ranks[number] = rank
  const keys = new Float32Array(count)
  for (let row = 0; row < count; row++) keys[row] = ranks[columns[by][row]!]!
  return keys
}
