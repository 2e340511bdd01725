/** What is known of a running batch, from its events: how much is done by weight, what is in work, how long it will take. */
import { basename } from 'node:path'
import type { FixEvent } from '../studio/api.ts'
import { visible } from '../studio/report/visible.ts'
import { timeLeft } from '../studio/report/units.ts'
import { fit } from './layout.ts'

interface InWork {
  name: string
  tilesDone: number
  tilesTotal: number
  stage: string
}

const stages: Record<string, string> = { waiting: 'waiting', decode: 'opening', survey: 'looking', tiles: '', encode: 'writing' }

export class BatchView {
  #found: { found: number; done: number; name: string; loading?: string | null } | null = null
  #total = 0
  #done = 0
  #megapixels = 0
  #megapixelsDone = 0
  #secondsLeft: number | null = null
  #device: string | null = null
  readonly #inWork = new Map<number, InWork>()

  take(event: FixEvent): void {
    switch (event.kind) {
      case 'import':
      case 'triage':
      case 'caption':
        this.#found = event
        break
      case 'planned':
        this.#found = null
        this.#total = event.total
        this.#megapixels = event.megapixels
        this.#done = this.#megapixelsDone = 0
        break
      case 'started':
        this.#inWork.set(event.jobId, { name: visible(basename(event.source)), tilesDone: 0, tilesTotal: 0, stage: 'decode' })
        break
      case 'progress':
        this.#batch(event.batch)
        this.#device = event.progress.device ?? this.#device
        this.#inWork.set(event.jobId, {
          name: visible(basename(event.source)),
          tilesDone: event.progress.tilesDone,
          tilesTotal: event.progress.tilesTotal,
          stage: event.progress.stage,
        })
        break
      case 'finished':
        this.#batch(event.batch)
        this.#inWork.delete(event.report.jobId)
        this.#megapixelsDone += event.report.megapixels ?? 0
        break
      case 'notice':
        break
    }
  }

  get done(): number {
    return this.#done
  }
  get total(): number {
    return this.#total
  }

  /** 0..1 by megapixels, with the tiles of the photos in work; by photos where sizes are unknown. Never 1 before the last photo is done. */
  get fraction(): number {
    if (this.#total === 0) return 0
    if (this.#done >= this.#total) return 1
    const share = this.#megapixels > 0 ? Math.min(1, this.#megapixelsDone / this.#megapixels) : this.#done / this.#total
    let running = 0
    for (const { tilesDone, tilesTotal } of this.#inWork.values()) if (tilesTotal > 0) running += tilesDone / tilesTotal
    const each = (1 - share) / (this.#total - this.#done)
    return Math.min(0.999, share + Math.min(running, this.#total - this.#done) * each)
  }

  /** Lines to redraw: the bar of the whole batch, then what is in work. None before there is anything to say. */
  lines(width: number): string[] {
    if (this.#total === 0)
      return this.#found === null
        ? []
        : [fit(lookingLine(this.#found), width)]
    const left = this.#secondsLeft === null ? '' : `  ${timeLeft(this.#secondsLeft)} left`
    const text = `${String(Math.floor(this.fraction * 100)).padStart(3)} %  ${this.#done} of ${this.#total}${left}`
    const room = Math.min(40, width - text.length - 4)
    const lines = [fit(room >= 8 ? `${bar(this.fraction, room)} ${text}` : text.trimStart(), width)]
    for (const { name, tilesDone, tilesTotal, stage } of [...this.#inWork.values()].slice(0, 3)) {
      const what =
        stage === 'tiles' && tilesTotal > 0
          ? `tile ${Math.min(tilesDone + 1, tilesTotal)} of ${tilesTotal}${this.#device === null ? '' : `, ${this.#device}`}`
          : (stages[stage] ?? stage)
      const cut = fit(name, Math.max(8, width - what.length - 4))
      lines.push(fit(what === '' ? `  ${cut}` : `  ${cut}  ${what}`, width))
    }
    return lines
  }

  #batch(batch: { done: number; total: number; secondsLeft: number | null }): void {
    this.#done = batch.done
    this.#total = batch.total
    this.#secondsLeft = batch.secondsLeft
  }
}

function lookingLine({ found, done, name, loading = null }: { found: number; done: number; name: string; loading?: string | null }): string {
  return loading === null ? `Looking at ${done} of ${found}  ${visible(basename(name))}` : `Loading ${visible(loading)}`
}

function bar(fraction: number, width: number): string {
  const filled = Math.round(fraction * (width - 2))
  const head = filled > 0 && filled < width - 2 ? `${'='.repeat(filled - 1)}>` : '='.repeat(filled)
  return `[${head.padEnd(width - 2)}]`
}
