/** Reads an event stream for as long as the window wants it, and goes on when the connection comes back. */
import { explainError, isAborted } from './errors.ts'

interface Reading<T> {
  open: (signal: AbortSignal) => Promise<AsyncIterable<T>>
  each: (event: T) => void
  failed?: (message: string) => void
}

/** @returns what ends it. */
export function follow<T>({ open, each, failed }: Reading<T>): () => void {
  const controller = new AbortController()
  const { signal } = controller
  const isEnded = (): boolean => signal.aborted
  void (async () => {
    for (let wait = 250; !isEnded(); wait = Math.min(4000, wait * 2)) {
      try {
        for await (const event of await open(signal)) {
          if (isEnded()) return
          wait = 250
          each(event)
        }
      } catch (thrown) {
        if (isAborted(thrown)) return
        failed?.(explainError(thrown).message)
      }
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  })()
  return () => controller.abort()
}
