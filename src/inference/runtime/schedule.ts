/**
 * Who may work when: two photos in flight, so that decoding the next and encoding the last overlap with the tiles of the one between;
 * tiles of one photo at a time, for a session has all cores anyway. Who has the smaller rank goes first, then who came first.
 */
import { RestillError } from '../../shared/errors.ts'

export const ranks = { interactive: 0, batch: 1 } as const
export type Rank = (typeof ranks)[keyof typeof ranks]

interface Waiter { rank: Rank, order: number, enter(): void }

/** A place in the lane; must be left. */
export interface Place {
  /** Lets those of smaller rank go first, between two tiles. */
  giveWay(signal: AbortSignal): Promise<void>
  leave(): void
}

export class Lane {
  #free: number
  #order = 0
  #waiting: Waiter[] = []

  constructor(places: number) {
    this.#free = places
  }

  /** @throws RestillError CANCELLED when the signal fires while waiting */
  async enter(rank: Rank, signal: AbortSignal): Promise<Place> {
    const order = ++this.#order
    await this.#wait(rank, order, signal)
    let inside = true
    return {
      giveWay: async other => {
        if (!this.#waiting.some(waiter => waiter.rank < rank)) return
        inside = false
        this.#leave()
        await this.#wait(rank, order, other)
        inside = true
      },
      leave: () => {
        if (inside) this.#leave()
        inside = false
      },
    }
  }

  async #wait(rank: Rank, order: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new RestillError('CANCELLED')
    if (this.#free > 0) {
      this.#free--
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<undefined>()
    const waiter: Waiter = { rank, order, enter: () => { resolve(undefined) } }
    const cancel = () => {
      this.#waiting = this.#waiting.filter(other => other !== waiter)
      reject(new RestillError('CANCELLED'))
    }
    this.#waiting.push(waiter)
    this.#waiting.sort((a, b) => a.rank - b.rank || a.order - b.order)
    signal.addEventListener('abort', cancel, { once: true })
    await promise.finally(() => { signal.removeEventListener('abort', cancel) })
  }

  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next.enter()
  }
}
