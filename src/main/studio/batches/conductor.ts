/** Runs batches one after the other, and knows of each job at work how far it is. What it knows dies with the process; the rows do not. */
import { asRestillError, explain } from '../../../shared/errors.ts'
import type { RestoreProgress } from '../../../shared/guest.ts'
import type { FixEvent } from '../work.ts'
import type { RunBatch } from '../jobs/runners.ts'

/** One job at work. */
export interface AtWork { tilesDone: number, tilesTotal: number, secondsLeft: number | null, device: string | null, stage: RestoreProgress['stage'] }
/** One batch since this process took it up. */
export interface Running { startedAt: number, secondsLeft: number | null, ended: number, jobs: Map<number, AtWork> }

interface Parts { run: RunBatch, log: { write(text: string, error?: unknown): void } }

export class Conductor {
  readonly #parts: Parts
  readonly #waiting: number[] = []
  readonly #listeners = new Set<() => void>()
  readonly #atWork = new Map<number, Running>()
  /** Asked for while they ran: the run may have been on its way out already, after a pause. */
  readonly #again = new Set<number>()
  #problem: string | null = null
  #busy: Promise<void> = Promise.resolve()
  #closed = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Takes a batch up after those that wait; one that waits or runs stays where it is, and one that is about to end is looked at again. */
  start(batchId: number): void {
    if (this.#closed || this.#waiting.includes(batchId)) return
    if (this.#atWork.has(batchId)) return void this.#again.add(batchId)
    this.#waiting.push(batchId)
    this.#changed()
    this.#busy = this.#busy.then(() => this.#next())
  }

  /** How far a batch is; null when this process does not work on it. */
  running(batchId: number): Running | null {
    return this.#atWork.get(batchId) ?? null
  }

  isWaiting(batchId: number): boolean {
    return this.#waiting.includes(batchId)
  }

  /** Why the last run stopped on its own, in words; null when it did not. */
  get problem(): string | null {
    return this.#problem
  }

  /** Device of the job that is furthest. */
  get device(): string | null {
    for (const { jobs } of this.#atWork.values()) for (const { device } of jobs.values()) if (device !== null) return device
    return null
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  /** Nothing new is taken up; jobs at work are ended by the studio's runners. */
  close(): void {
    this.#closed = true
    this.#waiting.length = 0
    this.#listeners.clear()
  }

  /** Says that rows changed without a job's doing: a batch was made, paused, cleared. */
  touch(): void {
    this.#changed()
  }

  async #next(): Promise<void> {
    const batchId = this.#waiting.shift()
    if (batchId === undefined || this.#closed) return
    const running: Running = { startedAt: performance.now(), secondsLeft: null, ended: 0, jobs: new Map() }
    this.#atWork.set(batchId, running)
    this.#problem = null
    this.#changed()
    try {
      await this.#parts.run(batchId, { onEvent: (event) => { this.#heard(running, event) } })
    } catch (error) {
      const { message, hint } = explain(asRestillError(error))
      this.#problem = `${message} ${hint}`.trim()
      this.#parts.log.write(`batch ${batchId} stopped`, error)
    } finally {
      this.#atWork.delete(batchId)
      this.#changed()
    }
    if (this.#again.delete(batchId)) this.start(batchId)
  }

  #heard(running: Running, event: FixEvent): void {
    switch (event.kind) {
      case 'started':
        running.jobs.set(event.jobId, { tilesDone: 0, tilesTotal: 0, secondsLeft: null, device: null, stage: 'waiting' })
        break
      case 'progress': {
        const { stage, tilesDone, tilesTotal, secondsLeft, device } = event.progress
        running.jobs.set(event.jobId, { stage, tilesDone, tilesTotal, secondsLeft, device })
        running.secondsLeft = event.batch.secondsLeft
        break
      }
      case 'finished':
        if (running.jobs.delete(event.report.jobId)) running.ended++
        running.secondsLeft = event.batch.secondsLeft
        break
      case 'notice':
        this.#problem = event.notice.text
        break
      case 'import':
      case 'triage':
      case 'caption':
      case 'planned':
        return
    }
    this.#changed()
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}
