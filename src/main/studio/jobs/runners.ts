/** The runners at work in this process, so that a pause or a cancel made here is heeded at once. */
import type { FixOptions } from '../work.ts'
import type { JobParts } from './parts.ts'
import { Runner } from './runner.ts'

/** Runs a batch; true when jobs were left queued. */
export type RunBatch = (batchId: number, options: FixOptions) => Promise<boolean>

export class Runners {
  readonly #parts: JobParts
  readonly #makeRoom: () => Promise<() => void>
  readonly #atWork = new Map<Runner, { stop: AbortController, ended: Promise<boolean> }>()

  /** @param makeRoom run before a batch: takes what else fills the memory out of it; what it returns is run after */
  constructor(parts: JobParts, makeRoom: () => Promise<() => void>) {
    this.#parts = parts
    this.#makeRoom = makeRoom
  }

  readonly run: RunBatch = async (batchId, options) => {
    const stop = new AbortController()
    const stopNow = options.stopNow === undefined ? stop.signal : AbortSignal.any([options.stopNow, stop.signal])
    const runner = new Runner(this.#parts, batchId, { ...options, stopNow })
    const ended = this.#run(runner)
    this.#atWork.set(runner, { stop, ended })
    try {
      return await ended
    } finally {
      this.#atWork.delete(runner)
    }
  }

  async #run(runner: Runner): Promise<boolean> {
    const giveBack = await this.#makeRoom()
    try {
      return await runner.run()
    } finally {
      giveBack()
    }
  }

  nudge(): void {
    for (const runner of this.#atWork.keys()) runner.nudge()
  }

  /** Photos in work go back to the queue. */
  async stopAll(): Promise<void> {
    for (const { stop } of this.#atWork.values()) stop.abort()
    await Promise.allSettled([...this.#atWork.values()].map(({ ended }) => ended))
  }
}
