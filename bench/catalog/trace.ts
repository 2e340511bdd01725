/** Reads what Chromium writes into a performance trace. Times in microseconds there, in milliseconds here. */

export interface TraceEvent { name: string, cat: string, ph: string, ts: number, dur?: number, args: Record<string, unknown> }

/**
 * Milliseconds from the last mark of one name until the frame that holds the next mark of another was on the screen: raster and display are within.
 * Chromium tells of each animation frame when it began, when its drawing was handed on, and when it was presented.
 */
export function untilPresented(events: readonly TraceEvent[], from: string, to: string): number {
  const end = lastOf(events, to)
  const start = lastOf(events.filter(({ ts }) => ts < end.ts), from)
  const phases = events.filter(({ name }) => name.startsWith('AnimationFrame')).sort((a, b) => a.ts - b.ts)
  const began = phases.findLast(({ name, ph, ts }) => name === 'AnimationFrame' && ph === 'b' && ts <= end.ts)
  const shown = phases.find(({ name, ts, args }) => name === 'AnimationFrame::Presentation' && ts > end.ts && args['id'] === began?.args['id'])
  if (shown === undefined) throw new Error(`the trace does not say when the frame with ${to} was presented`)
  return (shown.ts - start.ts) / 1000
}

function lastOf(events: readonly TraceEvent[], mark: string): TraceEvent {
  const last = events.filter(({ name }) => name === mark).sort((a, b) => b.ts - a.ts)[0]
  if (last === undefined) throw new Error(`the trace holds no ${mark}`)
  return last
}

/** Milliseconds from the beginning of the page's navigation to its last mark of a name. */
export function markedAt(events: readonly TraceEvent[], mark: string): number {
  const { startTime } = (lastOf(events, mark).args['data'] ?? {}) as { startTime?: number }
  if (startTime === undefined) throw new Error(`the trace holds no ${mark}`)
  return startTime
}
