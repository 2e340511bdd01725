/** Reads what Chromium writes into a performance trace. Times in microseconds there, in milliseconds here. */

export interface TraceEvent { name: string, cat: string, ph: string, ts: number, dur?: number, args: Record<string, unknown> }

/** Milliseconds from the last event of one name to the first of another after it. */
export function between(events: readonly TraceEvent[], from: string, to: string): number {
  const end = events.filter(({ name }) => name === to).map(({ ts }) => ts).sort((a, b) => b - a)[0]
  if (end === undefined) throw new Error(`the trace holds no ${to}`)
  const start = events.filter(({ name, ts }) => name === from && ts < end).map(({ ts }) => ts).sort((a, b) => b - a)[0]
  if (start === undefined) throw new Error(`the trace holds no ${from} before ${to}`)
  return (end - start) / 1000
}

/** Milliseconds from the beginning of the page's navigation to its last mark of a name. */
export function markedAt(events: readonly TraceEvent[], mark: string): number {
  const last = events.filter(({ name }) => name === mark).sort((a, b) => b.ts - a.ts)[0]
  const { startTime } = (last?.args['data'] ?? {}) as { startTime?: number }
  if (startTime === undefined) throw new Error(`the trace holds no ${mark}`)
  return startTime
}
