/** Cancelling work that sharp cannot stop: the caller is free at once, what comes late is cleared away. */
import { RestillError } from '../../shared/errors.ts'

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new RestillError('CANCELLED')
}

/**
 * The work's result, or CANCELLED as soon as the signal fires.
 * @param late called with a result that nobody waits for any more
 */
export function untilAborted<T>(
  signal: AbortSignal, work: Promise<T>, late: (value: T) => Promise<void> | void = () => undefined,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      reject(new RestillError('CANCELLED'))
      work.then(late).catch(() => undefined)
    }
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => { signal.removeEventListener('abort', onAbort) })
  })
}
