/**
 * How long this process may be silent: `run()` of ONNX Runtime blocks the event loop, and a blocked loop does not beat.
 * Whoever is about to block says so here first; the port sends the figure with every beat.
 */
const idleMs = 10_000

let allowed = idleMs
let listener: (() => void) | undefined

/** Milliseconds of silence that are no sign of trouble now. */
export function allowedSilenceMs(): number {
  return allowed
}

/** Announces that the loop may block for up to `ms` milliseconds at a time from now on; a longer figure is sent at once. */
export function allowSilence(ms: number): void {
  const before = allowed
  allowed = Math.max(idleMs, Math.ceil(ms))
  if (allowed > before) listener?.()
}

/** `call` runs whenever the allowance grew. */
export function onSilenceAllowed(call: () => void): void {
  listener = call
}
