/**
 * Runs one batch until nothing of it is left to do here: claims jobs, keeps two photos in the guest so that decoding, tiles and encoding
 * of neighbours overlap, delivers finished ones meanwhile, and listens for stop, pause, cancel and other processes on the same catalog.
 */
import { asRestillError, explain, type RestillError } from '../../../shared/errors.ts'
import type { RestoreProgress } from '../../../shared/guest.ts'
import type { BatchProgress, FixEvent, FixOptions } from '../work.ts'
import { Eta } from './eta.ts'
import { removeTemporary } from './files.ts'
import { finish } from './finish.ts'
import type { Job } from './job.ts'
import { make, temporaryOf } from './make.ts'
import type { JobParts } from './parts.ts'
import { heartbeatMs } from './queue.ts'
import { recover, settle, sweep } from './recovery.ts'
import { reportOf } from './reports.ts'

/** Photos in the guest at once, and finished ones that may wait for their metadata meanwhile. */
const inGuest = 2
const inDelivery = 3
const lookEveryMs = 250
/** The guest may be replaced between calls when its memory grew; with two always at work there would never be a moment. */
const restEvery = 100

type Why = 'cancelled' | 'stopped' | 'lost'
interface InWork { job: Job, stop: AbortController, why: Why | null, stage: 'guest' | 'delivery', ended: Promise<void> }

export class Runner {
  readonly #parts: JobParts
  readonly #batchId: number
  readonly #emit: (event: FixEvent) => void
  readonly #options: FixOptions
  readonly #inWork = new Map<number, InWork>()
  readonly #reported = new Set<number>()
  readonly #eta = new Eta()
  #total = 0
  #megapixelsLeft = 0
  /** Nothing more is claimed, whatever comes. */
  #halted = false
  /** Nothing is claimed until somebody resumes; jobs at work end first. */
  #paused = false
  #sinceRest = 0
  #dataVersion = -1
  #wake: () => void = () => undefined

  constructor(parts: JobParts, batchId: number, options: FixOptions) {
    this.#parts = parts
    this.#batchId = batchId
    this.#options = options
    this.#emit = (event) => { options.onEvent?.(event) }
  }

  /** Something of this batch was changed by this process: look now rather than at the next turn. */
  nudge(): void {
    this.#look()
    this.#wake()
  }

  /** @returns true when jobs were left queued */
  async run(): Promise<boolean> {
    const signals = [this.#options.stopAfterCurrent, this.#options.stopNow].filter((signal) => signal !== undefined)
    const onStop = () => { this.nudge() }
    for (const signal of signals) signal.addEventListener('abort', onStop)
    const beat = setInterval(() => { this.#beat() }, heartbeatMs)
    try {
      await recover(this.#parts)
      this.#countAgain()
      this.#reportEnded()
      await this.#work()
      await sweep(this.#parts, this.#batchId)
      this.#reportEnded()
    } finally {
      clearInterval(beat)
      for (const signal of signals) signal.removeEventListener('abort', onStop)
      for (const each of this.#inWork.values()) this.#stop(each, 'stopped')
      await Promise.all([...this.#inWork.values()].map(({ ended }) => ended))
    }
    return this.#parts.batches.counts(this.#batchId).queued > 0
  }

  async #work(): Promise<void> {
    let lastRecovery = performance.now()
    for (;;) {
      this.#look()
      const job = this.#mayClaim() ? this.#parts.queue.claim(this.#batchId, this.#inWork.size === 0) : null
      if (job !== null) {
        this.#start(job)
        continue
      }
      if (this.#inWork.size === 0) {
        // A job whose end could not be written (the catalog was locked, say) is settled like one of a dead owner.
        for (const left of this.#parts.queue.heldBySelf(this.#batchId)) await settle(this.#parts, left)
        if (this.#halted || this.#paused || this.#isOver()) return
      }
      await this.#pause()
      // Jobs of a process that died meanwhile; after a long sleep the living ones get a turn to renew their leases first.
      const gap = performance.now() - lastRecovery
      if (gap < heartbeatMs) continue
      lastRecovery = performance.now()
      if (gap < 3 * heartbeatMs) await recover(this.#parts)
    }
  }

  #mayClaim(): boolean {
    if (this.#halted || this.#paused) return false
    const working = [...this.#inWork.values()]
    if (working.some(({ job }) => job.crashes > 0)) return false
    if (this.#sinceRest >= restEvery) {
      if (working.some(({ stage }) => stage === 'guest')) return false
      this.#sinceRest = 0
    }
    return working.filter(({ stage }) => stage === 'guest').length < inGuest && working.length < inGuest + inDelivery
  }

  #isOver(): boolean {
    const { queued, running } = this.#parts.batches.counts(this.#batchId)
    return queued + running === 0
  }

  #start(job: Job): void {
    const entry: InWork = { job, stop: new AbortController(), why: null, stage: 'guest', ended: Promise.resolve() }
    this.#inWork.set(job.id, entry)
    this.#sinceRest++
    this.#eta.started(job.id, job.megapixels ?? 0)
    this.#emit({ kind: 'started', jobId: job.id, source: job.source })
    const ended = this.#runJob(entry).catch((error: unknown) => { this.#parts.log.write(`job ${job.id} was left as it is`, error) })
    entry.ended = ended.finally(() => {
      this.#inWork.delete(job.id)
      this.#eta.dropped(job.id)
      this.#wake()
    })
  }

  async #runJob(entry: InWork): Promise<void> {
    const { job, stop } = entry
    try {
      const draft = await make(this.#parts, job, { signal: stop.signal, onProgress: (progress) => { this.#progress(job, progress) } })
      if (draft.kind === 'file' && draft.copiedFrom === null) this.#eta.finished(job.id)
      entry.stage = 'delivery'
      this.#wake()
      await finish(this.#parts, job, draft, stop.signal)
    } catch (error) {
      await this.#failed(entry, error)
    }
    this.#megapixelsLeft = this.#parts.jobs.megapixelsLeft(this.#batchId)
    this.#report(job.id)
  }

  async #failed(entry: InWork, thrown: unknown): Promise<void> {
    const { job, why } = entry
    const { queue, log } = this.#parts
    const error = asRestillError(thrown)
    // The new owner decides about the file too: it may be about to deliver it.
    if (error.code === 'JOB_LOST' || why === 'lost') return
    await removeTemporary(temporaryOf(this.#parts, job))
    if (error.code === 'CANCELLED' && why !== null) {
      if (why === 'cancelled') queue.finish(job, { state: 'cancelled', code: 'CANCELLED' })
      else queue.release(job)
      return
    }
    log.write(`job ${job.id}: ${job.source}`, thrown)
    const crashed = error.code === 'GUEST_CRASHED' || error.code === 'GUEST_UNRESPONSIVE'
    if (crashed && job.crashes === 0) {
      queue.release(job, { crashed: true })
      return
    }
    if (error.code === 'GUEST_START_FAILED' || error.code === 'DISK_FULL') this.#halt(error)
    if (error.code === 'GUEST_START_FAILED') queue.release(job)
    else {
      const detail = { file: job.source, ...error.detail }
      queue.finish(job, { state: 'failed', code: error.code, detail }, () => { this.#parts.results.forget(job.id) })
    }
  }

  /** The rest stays queued: it would only fail the same way. */
  #halt(error: RestillError): void {
    const { code, message, hint } = explain(error)
    if (!this.#halted) this.#emit({ kind: 'notice', notice: { code, text: `${message} ${hint} The other photos stay queued.` } })
    this.#halted = true
  }

  #look(): void {
    const { stopNow, stopAfterCurrent } = this.#options
    const paused = this.#parts.batches.paused(this.#batchId)
    if (stopAfterCurrent?.aborted === true || stopNow?.aborted === true) this.#halted = true
    this.#paused = paused !== null
    if (stopNow?.aborted === true || paused === 'now') {
      for (const entry of this.#inWork.values()) this.#stop(entry, 'stopped')
    }
    const { cancelled, lost } = this.#parts.queue.toStop([...this.#inWork.values()].map(({ job }) => job))
    for (const id of cancelled) this.#stop(this.#inWork.get(id), 'cancelled')
    for (const id of lost) this.#stop(this.#inWork.get(id), 'lost')
    const dataVersion = Number(this.#parts.catalog.db.pragma('data_version', { simple: true }))
    if (dataVersion === this.#dataVersion) return
    this.#dataVersion = dataVersion
    this.#countAgain()
    this.#reportEnded()
  }

  #stop(entry: InWork | undefined, why: Why): void {
    if (entry === undefined || entry.why !== null) return
    entry.why = why
    entry.stop.abort()
  }

  #beat(): void {
    try {
      this.#parts.queue.heartbeat()
    } catch (error) {
      this.#parts.log.write('lease not renewed', error)
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, lookEveryMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #progress(job: Job, progress: RestoreProgress): void {
    if (progress.tilesTotal > 0) this.#eta.progress(job.id, progress.tilesDone / progress.tilesTotal)
    this.#emit({ kind: 'progress', jobId: job.id, source: job.source, progress, batch: this.#batchProgress() })
  }

  #report(jobId: number): void {
    const job = this.#parts.jobs.byId(jobId)
    if (job === null || job.state === 'queued' || job.state === 'running' || this.#reported.has(jobId)) return
    this.#reported.add(jobId)
    this.#emit({ kind: 'finished', report: reportOf(this.#parts, job), batch: this.#batchProgress() })
  }

  /** Also what ended before this run, or in another process. */
  #reportEnded(): void {
    for (const id of this.#parts.jobs.endedIds(this.#batchId)) if (!this.#reported.has(id)) this.#report(id)
  }

  #countAgain(): void {
    this.#total = this.#parts.batches.counts(this.#batchId).total
    this.#megapixelsLeft = this.#parts.jobs.megapixelsLeft(this.#batchId)
  }

  #batchProgress(): BatchProgress {
    return { done: this.#reported.size, total: this.#total, secondsLeft: this.#eta.secondsLeft(this.#megapixelsLeft) }
  }
}
