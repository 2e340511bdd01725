/**
 * Captions wait for each other, and for restorations: a vision model and a restoring network do not fit into one graphics memory. When a
 * restoration begins, the photo being looked at is given up for now, the model leaves the memory, and both come back when it is over.
 */
import { isCancelled } from '../../../shared/errors.ts'

export class CaptionQueue {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #restorations = 0
  #over = Promise.withResolvers<undefined>()
  #interrupt: AbortController | null = null
  #working: Promise<unknown> = Promise.resolve()
  #unload: (() => Promise<void>) | null = null

  /** Runs `batch` when those before have ended; when none is left, the model leaves the memory. */
  async run<T>(batch: () => Promise<T>): Promise<T> {
    this.#waiting++
    const before = this.#last
    const turn = Promise.withResolvers<undefined>()
    this.#last = turn.promise
    await before
    try {
      return await batch()
    } finally {
      if (--this.#waiting === 0) await this.#free()
      turn.resolve(undefined)
    }
  }

  /**
   * One photo, when no restoration runs; once more when one came in between.
   * @param onWait told when it has to wait
   * @param unload takes out of memory what `work` loads
   */
  async photo<T>(
    work: (signal: AbortSignal) => Promise<T>, { signal, unload, onWait }: { signal: AbortSignal, unload: () => Promise<void>, onWait: () => void },
  ): Promise<T> {
    for (;;) {
      if (this.#restorations > 0) {
        onWait()
        await Promise.race([this.#over.promise, aborted(signal)])
      }
      const interrupt = new AbortController()
      const either = AbortSignal.any([interrupt.signal, signal])
      this.#interrupt = interrupt
      this.#unload = unload
      const working = work(either)
      this.#working = working.catch(() => undefined)
      try {
        return await working
      } catch (thrown) {
        if (!interrupt.signal.aborted || signal.aborted || !isCancelled(thrown)) throw thrown
      } finally {
        this.#interrupt = null
      }
    }
  }

  /** Called before a restoration; what it returns, after. Comes back at once when no caption was asked for. */
  async makeRoom(): Promise<() => void> {
    this.#restorations++
    this.#interrupt?.abort()
    await this.#working
    await this.#free()
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      if (--this.#restorations > 0) return
      this.#over.resolve(undefined)
      this.#over = Promise.withResolvers()
    }
  }

  async #free(): Promise<void> {
    const unload = this.#unload
    this.#unload = null
    await unload?.()
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  if (signal.aborted) resolve(undefined)
  else signal.addEventListener('abort', () => { resolve(undefined) }, { once: true })
  return promise
}
