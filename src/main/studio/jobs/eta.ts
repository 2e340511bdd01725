/**
 * Time left of a batch, by megapixels: the moving median of measured seconds a megapixel times what is left, over what runs at once.
 * Before the first photo is done it is told from the tiles of those in work; before their first tile nobody knows.
 */
interface InWork { megapixels: number, startedAt: number, fraction: number }

const kept = 15

export class Eta {
  readonly #now: () => number
  readonly #inWork = new Map<number, InWork>()
  #speeds: number[] = []
  #lastEnd: number | null = null

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  started(jobId: number, megapixels: number): void {
    this.#inWork.set(jobId, { megapixels, startedAt: this.#now(), fraction: 0 })
  }

  /** @param fraction 0..1 of the photo's tiles */
  progress(jobId: number, fraction: number): void {
    const job = this.#inWork.get(jobId)
    if (job !== undefined) job.fraction = Math.min(1, Math.max(job.fraction, fraction))
  }

  /** A photo was computed: the time since the one before it (or since its own start, if later) is what it cost. */
  finished(jobId: number): void {
    const job = this.#inWork.get(jobId)
    if (job === undefined) return
    const now = this.#now()
    const from = Math.max(job.startedAt, this.#lastEnd ?? job.startedAt)
    if (job.megapixels > 0) this.#speeds = [...this.#speeds, (now - from) / 1000 / job.megapixels].slice(-kept)
    this.#lastEnd = now
    this.#inWork.delete(jobId)
  }

  /** It ended without being computed: skipped, copied, failed or cancelled. */
  dropped(jobId: number): void {
    this.#inWork.delete(jobId)
  }

  /** @param megapixelsLeft of all jobs that have not ended, those in work included. @returns seconds, or null */
  secondsLeft(megapixelsLeft: number): number | null {
    const jobs = [...this.#inWork.values()]
    const doneInWork = jobs.reduce((sum, job) => sum + job.fraction * job.megapixels, 0)
    const speed = this.#speeds.length > 0 ? median(this.#speeds) : this.#speedFromTiles(jobs, doneInWork)
    if (speed === null) return null
    return Math.max(0, megapixelsLeft - doneInWork) * speed
  }

  #speedFromTiles(jobs: readonly InWork[], doneMegapixels: number): number | null {
    if (doneMegapixels <= 0) return null
    const earliest = Math.min(...jobs.map((job) => job.startedAt))
    return (this.#now() - earliest) / 1000 / doneMegapixels
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] ?? 0 : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
