/** One measured figure against its budget. */
import type { Studio } from '../src/main/studio/studio.ts'

export interface Row { name: string, value: number, unit: string, limit: number | null, ok: boolean }

export type BenchCase = (context: { studio: Studio, folder: string }) => Promise<Row[]>

export const atMost = (name: string, value: number, unit: string, limit: number): Row => ({ name, value, unit, limit, ok: value <= limit })
export const atLeast = (name: string, value: number, unit: string, limit: number): Row => ({ name, value, unit, limit, ok: value >= limit })
export const figure = (name: string, value: number, unit: string): Row => ({ name, value, unit, limit: null, ok: true })

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** A row as the terminal shows it. */
export function line({ name, value, unit, limit, ok }: Row): string {
  const bound = limit === null ? '' : `limit ${limit} ${unit}`
  return `${name.padEnd(58)} ${value.toFixed(value < 10 ? 3 : 1).padStart(9)} ${unit.padEnd(8)} ${bound.padEnd(20)} ${ok ? 'ok' : 'FALLS SHORT'}`
}
