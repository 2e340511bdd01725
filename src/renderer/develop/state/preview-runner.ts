/**
 * Asks the studio for previews: waits until a control rests, cancels what a newer wish supersedes at once, and hands on the events of the
 * newest wish alone.
 */
import type { DevelopSettings, PreviewEvent, Rect } from '../../../shared/contract/develop.ts'

export interface PreviewWish { session: string, settings: DevelopSettings, visible: Rect, whole: boolean }
interface PreviewListener {
  started: (wish: PreviewWish) => void
  event: (event: PreviewEvent) => void
  /** The stream ended by itself. */
  ended: () => void
  failed: (thrown: unknown) => void
}
type Open = (wish: PreviewWish, signal: AbortSignal) => Promise<AsyncIterable<PreviewEvent>>

/** Milliseconds that a control must rest. */
export const restTime = 30

export class PreviewRunner {
  readonly #open: Open
  readonly #listener: PreviewListener
  #running: AbortController | null = null
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(open: Open, listener: PreviewListener) {
    this.#open = open
    this.#listener = listener
  }

  get isBusy(): boolean {
    return this.#running !== null || this.#timer !== null
  }

  ask(wish: PreviewWish): void {
    this.cancel()
    this.#timer = setTimeout(() => {
      this.#timer = null
      void this.#run(wish)
    }, restTime)
  }

  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#running?.abort()
    this.#running = null
  }

  async #run(wish: PreviewWish): Promise<void> {
    const controller = new AbortController()
    this.#running = controller
    const { signal } = controller
    const isNewest = () => !signal.aborted
    this.#listener.started(wish)
    try {
      for await (const event of await this.#open(wish, signal)) {
        if (!isNewest()) return
        this.#listener.event(event)
      }
      if (isNewest()) this.#end(() => this.#listener.ended())
    } catch (thrown) {
      // A superseded stream may end in any way: nobody waits for it.
      if (isNewest()) this.#end(() => this.#listener.failed(thrown))
    }
  }

  #end(tell: () => void): void {
    this.#running = null
    tell()
  }
}
