/** One pass over one column for each question of a filter. `passed` holds 1 for each row that is still in. */
import { noWord } from '../../shared/contract/columns.ts'
import { blurKinds, flags, itemState, labels } from '../../shared/contract/item-words.ts'
import type { Filter } from '../../shared/contract/library.ts'
import type { ColumnName, Table } from './table.ts'

export type Passed = Uint8Array

export function applyFilter({ columns, cameras, lenses }: Table, filter: Filter, passed: Passed): void {
  if (filter.flags.length > 0) keepBytes(passed, columns.flag, allowed(flags, filter.flags))
  if (filter.labels.length > 0) keepBytes(passed, columns.label, allowed(labels, filter.labels))
  if (filter.kinds.length > 0) keepBytes(passed, columns.kind, allowed(blurKinds, filter.kinds))
  if (filter.minStars > 0) keepBytes(passed, columns.stars, Uint8Array.from([0, 1, 2, 3, 4, 5], (stars) => stars >= filter.minStars ? 1 : 0))
  if (filter.cameras.length > 0) keepWords(passed, columns.camera, allowed(cameras, filter.cameras))
  if (filter.lenses.length > 0) keepWords(passed, columns.lens, allowed(lenses, filter.lenses))
  if (filter.states.length > 0) keepStates(passed, columns.state, filter.states)
  if (filter.minSeverity !== null) keepRange(passed, columns.severity, filter.minSeverity, null)
  if (filter.minGain !== null) keepRange(passed, columns.gain, filter.minGain, null)
  if (filter.shutterFrom !== null || filter.shutterTo !== null) keepRange(passed, columns.shutterSeconds, filter.shutterFrom, filter.shutterTo)
  if (filter.capturedFrom !== null || filter.capturedTo !== null) keepTimes(passed, columns.captured, filter.capturedFrom ?? -Infinity, filter.capturedTo ?? Infinity)
}

/** Columns that a filter looks at. */
export function columnsOf(filter: Filter): ColumnName[] {
  const asked: [boolean, ColumnName][] = [
    [filter.flags.length > 0, 'flag'], [filter.labels.length > 0, 'label'], [filter.kinds.length > 0, 'kind'], [filter.minStars > 0, 'stars'],
    [filter.cameras.length > 0, 'camera'], [filter.lenses.length > 0, 'lens'], [filter.states.length > 0, 'state'], [filter.minSeverity !== null, 'severity'],
    [filter.minGain !== null, 'gain'], [filter.shutterFrom !== null || filter.shutterTo !== null, 'shutterSeconds'],
    [filter.capturedFrom !== null || filter.capturedTo !== null, 'captured'],
  ]
  return asked.filter(([isAsked]) => isAsked).map(([, column]) => column)
}

/** 1 for the number of each word that is wanted. Numbers of words that are not known allow nothing. */
function allowed(words: readonly string[], wanted: readonly string[]): Uint8Array {
  const table = new Uint8Array(noWord + 1)
  for (const word of wanted) if (words.includes(word)) table[words.indexOf(word)] = 1
  return table
}

function keepBytes(passed: Passed, column: Uint8Array, table: Uint8Array): void {
  for (let row = 0; row < passed.length; row++) passed[row] = passed[row]! & table[column[row]!]!
}
function keepWords(passed: Passed, column: Uint16Array, table: Uint8Array): void {
  for (let row = 0; row < passed.length; row++) passed[row] = passed[row]! & table[column[row]!]!
}
function keepStates(passed: Passed, column: Uint16Array, states: Filter['states']): void {
  const bits = states.reduce((sum, name) => name === 'none' ? sum : sum | itemState[name], 0)
  const outcome = itemState.restored | itemState.suspect | itemState.failed | itemState.queued
  const none = states.includes('none')
  for (let row = 0; row < passed.length; row++) {
    const state = column[row]!
    if ((state & bits) === 0 && !(none && (state & outcome) === 0)) passed[row] = 0
  }
}
/** What is not known (NaN) is in no range. Columns of 32 bits hold 1/250 a little off: the ends are taken a millionth wider. */
function keepRange(passed: Passed, column: Float32Array, from: number | null, to: number | null): void {
  const low = from === null ? -Infinity : from - Math.abs(from) * 1e-6
  const high = to === null ? Infinity : to + Math.abs(to) * 1e-6
  for (let row = 0; row < passed.length; row++) {
    const value = column[row]!
    if (!(value >= low && value <= high)) passed[row] = 0
  }
}
function keepTimes(passed: Passed, column: Float64Array, from: number, to: number): void {
  for (let row = 0; row < passed.length; row++) {
    const value = column[row]!
    if (!(value >= from && value <= to)) passed[row] = 0
  }
}
