/** Which rows are shown, in which order: filters and sorts over typed arrays, without asking the studio. */
import type { Filter, Sort } from '../../shared/contract/library.ts'
import { applyFilter, columnsOf, type Passed } from './filters.ts'
import { orderOf, stackedRows, stackTops } from './orders.ts'
import type { ColumnName, Table } from './table.ts'

export interface Query {
  /** Folder numbers, or null for all. */
  folders: ReadonlySet<number> | null
  /** Items of a manual collection in their order, or null. */
  members: readonly number[] | null
  /** What a smart collection asks; null outside one. */
  smart: Filter | null
  /** Items that a search found, or null when nothing was searched. */
  found: readonly number[] | null
  filter: Filter
  sort: Sort
  /** Tops of the stacks that are unfolded. */
  unfolded: ReadonlySet<number>
}
export interface Shown {
  /** Row numbers in order. */
  order: Int32Array
  /** Items in the scope before filter and search, stacks folded. */
  total: number
  /** Place of each row in the order; -1 when it is not shown. */
  places: Int32Array
  /** For the row that stands for its stack: how many are in it. 0 for all others. */
  stackSizes: Uint16Array
}

export function run(table: Table, query: Query): Shown {
  const scope = passScope(table, query)
  const passed = passFilters(table, query, scope)
  const folded = foldedOf(table, passed)
  const sorted = pick(table, folded, query)
  const order = query.unfolded.size === 0 ? sorted : unfold(table, sorted, passed, query.unfolded)
  const places = new Int32Array(table.count).fill(-1)
  for (let place = 0; place < order.length; place++) places[order[place]!] = place
  return { order, total: sum(foldedOf(table, scope)), places, stackSizes: sizesOf(table, scope, folded) }
}

/** How many items pass a filter in the whole library, folded: the number beside a smart collection. */
export function countOf(table: Table, filter: Filter): number {
  const passed = alive(table)
  applyFilter(table, filter, passed)
  return sum(foldedOf(table, passed))
}

/** What the answer to a query hangs on: the same text means the same answer, as long as the query is the same. */
export function editionOf({ editions, count }: Table, { filter, smart, sort }: Query): string {
  const sorted: ColumnName[] = sort.by === 'name' || sort.by === 'custom' ? [] : [sort.by === 'shutter' ? 'shutterSeconds' : sort.by]
  const columns: ColumnName[] = ['id', 'nameRank', 'folder', 'stack', 'position', ...sorted, ...columnsOf(filter), ...(smart === null ? [] : columnsOf(smart))]
  return `${count} ${columns.map((name) => editions[name]).join(' ')}`
}

function alive({ columns: { id }, count }: Table): Passed {
  const passed = new Uint8Array(count)
  for (let row = 0; row < count; row++) passed[row] = id[row] === 0 ? 0 : 1
  return passed
}

/** 1 for the row of each of the items. */
function rowsOf({ rows, count }: Table, ids: readonly number[]): Passed {
  const passed = new Uint8Array(count)
  for (const id of ids) {
    const row = rows.get(id)
    if (row !== undefined) passed[row] = 1
  }
  return passed
}

function passScope(table: Table, { folders, members, smart }: Query): Passed {
  const passed = members === null ? alive(table) : rowsOf(table, members)
  if (smart !== null) applyFilter(table, smart, passed)
  if (folders === null) return passed
  const { folder } = table.columns
  const inside = new Uint8Array(Math.max(0, ...folders) + 1)
  for (const id of folders) if (id >= 0) inside[id] = 1
  for (let row = 0; row < passed.length; row++) if (inside[folder[row]!] !== 1) passed[row] = 0
  return passed
}

function passFilters(table: Table, { filter, found }: Query, scope: Passed): Passed {
  const passed = scope.slice()
  applyFilter(table, filter, passed)
  if (found !== null) {
    const named = rowsOf(table, found)
    for (let row = 0; row < passed.length; row++) passed[row] = passed[row]! & named[row]!
  }
  return passed
}

/** Of each stack only the passed row that lies highest stays. */
function foldedOf(table: Table, passed: Passed): Passed {
  const { position } = table.columns
  const tops = stackTops(table)
  const best = new Int32Array(table.count).fill(-1)
  const folded = passed.slice()
  for (const row of stackedRows(table)) {
    if (passed[row] === 0) continue
    const top = tops[row]!
    const other = best[top]!
    if (other < 0) best[top] = row
    else if (position[row]! < position[other]!) {
      folded[other] = 0
      best[top] = row
    } else folded[row] = 0
  }
  return folded
}

function sizesOf(table: Table, scope: Passed, folded: Passed): Uint16Array {
  const tops = stackTops(table)
  const members = new Uint16Array(table.count)
  const rows = stackedRows(table)
  for (const row of rows) if (scope[row] === 1) members[tops[row]!]!++
  const sizes = new Uint16Array(table.count)
  for (const row of rows) if (folded[row] === 1) sizes[row] = members[tops[row]!]!
  return sizes
}

function pick(table: Table, passed: Passed, { sort, members }: Query): Int32Array {
  const picked = new Int32Array(sum(passed))
  let length = 0
  if (sort.by === 'custom' && members !== null) {
    for (const id of sort.descending ? [...members].reverse() : members) {
      const row = table.rows.get(id)
      if (row !== undefined && passed[row] === 1) picked[length++] = row
    }
    return picked
  }
  const order = orderOf(table, { by: sort.by === 'custom' ? 'captured' : sort.by, descending: sort.descending })
  for (let place = 0; place < order.length; place++) if (passed[order[place]!] === 1) picked[length++] = order[place]!
  return picked
}

/** Puts the members of unfolded stacks behind the one that stands for them. */
function unfold(table: Table, order: Int32Array, passed: Passed, unfolded: ReadonlySet<number>): Int32Array {
  const { stack, position } = table.columns
  const tops = stackTops(table)
  const members = new Map<number, number[]>()
  for (const row of stackedRows(table)) {
    if (passed[row] === 0 || !unfolded.has(stack[row]!)) continue
    const stacked = members.get(tops[row]!)
    if (stacked === undefined) members.set(tops[row]!, [row])
    else stacked.push(row)
  }
  const shown: number[] = []
  for (const row of order) {
    const stacked = tops[row]! < 0 ? undefined : members.get(tops[row]!)
    if (stacked === undefined) shown.push(row)
    else shown.push(...stacked.sort((one, other) => position[one]! - position[other]!))
  }
  return Int32Array.from(shown)
}

function sum(passed: Passed): number {
  let total = 0
  for (let row = 0; row < passed.length; row++) total += passed[row]!
  return total
}
