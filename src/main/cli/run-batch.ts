/** Shows a running batch and its end: the same for `fix`, `export` and `jobs resume`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { explain } from '../../shared/errors.ts'
import { endStates } from '../../shared/jobs.ts'
import type { FixEvent, FixOptions, FixSummary, JobReport, Studio } from '../studio/api.ts'
import { reportFolderName } from '../studio/report/folder-names.ts'
import { counted, duration, timeLeft } from '../studio/report/units.ts'
import { visible } from '../studio/report/visible.ts'
import { writeReport } from '../studio/report/write.ts'
import type { Context } from './context.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { watchInterrupts } from './interrupts.ts'
import type { Output } from './output.ts'
import { BatchView } from './progress.ts'
import { sentence, shortName, showSummary } from './summary.ts'

const redrawMs = 100

interface BatchRun {
  /** Folders and files that were named: names are shown relative to them. */
  roots: readonly string[]
  /** A folder for the report; null puts it into the destination; false writes none. */
  report: string | null | false
  dryRun?: boolean
  start(options: FixOptions): Promise<FixSummary>
}

/** @returns the exit code */
export async function runBatch(context: Context, studio: Studio, output: Output, batch: BatchRun): Promise<number> {
  const show = new Show(context, output, batch)
  const interrupts = watchInterrupts(
    context.door.signals,
    (text) => output.note(text),
    (code) => context.door.quit(code),
  )
  const started = new Date()
  const redraw = setInterval(() => show.redraw(), redrawMs)
  try {
    const summary = await batch.start({
      onEvent: (event) => show.take(event),
      stopAfterCurrent: interrupts.afterCurrent,
      stopNow: interrupts.now,
    })
    clearInterval(redraw)
    output.clear()
    for (const report of summary.reports) show.finished(report)
    if (batch.dryRun === true) showPlan(summary, batch.roots, output)
    else {
      const page = await report(context, studio, summary, started, batch, output)
      showSummary(summary, { roots: batch.roots, page }, output)
    }
    output.data({ counts: summary.counts })
    return exitCode(studio, summary, interrupts.stopped, batch)
  } finally {
    clearInterval(redraw)
    interrupts.release()
  }
}

function exitCode(studio: Studio, summary: FixSummary, stoppedHere: boolean, batch: BatchRun): number {
  if (batch.dryRun === true) return summary.counts.queued > 0 ? exitCodes.ok : exitCodes.nothingToDo
  const pausedElsewhere = summary.stopped && studio.jobs.batches().some((row) => row.id === summary.batchId && row.paused !== null)
  return exitCodeOf(summary, summary.stopped && (stoppedHere || pausedElsewhere))
}

class Show {
  readonly #context: Context
  readonly #output: Output
  readonly #batch: BatchRun
  readonly #view = new BatchView()
  readonly #shown = new Set<string>()

  constructor(context: Context, output: Output, batch: BatchRun) {
    this.#context = context
    this.#output = output
    this.#batch = batch
  }

  take(event: FixEvent): void {
    this.#view.take(event)
    if (event.kind === 'notice') this.#context.tell(this.#output, event.notice.text)
    if (event.kind === 'caption' && event.loading !== null && !this.#output.isLive) this.#output.line(`Loading ${visible(event.loading)}; this can take minutes ...`)
    if (event.kind === 'planned') this.#planned(event)
    if (event.kind === 'finished') this.finished(event.report, event.batch.secondsLeft)
  }

  redraw(): void {
    if (this.#output.isLive) this.#output.draw(this.#view.lines(this.#output.width))
  }

  /** Once for every photo that came to an end, whichever way it is heard of. */
  finished(report: JobReport, secondsLeft: number | null = null): void {
    const ended = endStates.some((state) => state === report.state) || this.#batch.dryRun === true
    const key = `${report.batchId} ${report.source}`
    if (!ended || this.#shown.has(key)) return
    this.#shown.add(key)
    const { source, state, reason, choice, engine, pack, device, seconds } = report
    this.#output.data({ source, output: report.output, state, reason, choice, engine, pack, device, seconds })
    if (this.#batch.dryRun === true || state === 'skipped') return
    if (this.#output.isLive) this.#scroll(report)
    else this.#line(report, secondsLeft)
  }

  #planned({ total, megapixels, destination }: Extract<FixEvent, { kind: 'planned' }>): void {
    if (this.#batch.dryRun === true) return
    const size = megapixels === 0 ? '' : `, ${megapixels >= 10 ? Math.round(megapixels) : megapixels.toPrecision(2)} megapixels to restore`
    this.#output.line(`${counted(total, 'photo')}${size}. Results go to ${visible(destination)}`)
    if (this.#output.isLive) this.#output.line()
  }

  /** Above the bar only what needs a person; the rest is in the bar. */
  #scroll(report: JobReport): void {
    if (report.state !== 'failed' && report.state !== 'suspect') return
    const [first = '', ...rest] = sentence(report, this.#batch.roots, this.#output.width - 9)
    this.#output.line(`${this.#output.paint(report.state === 'failed' ? 'red' : 'yellow', report.state.padEnd(7))}${first}`)
    for (const line of rest) this.#output.line(`       ${line}`)
  }

  #line(report: JobReport, secondsLeft: number | null): void {
    const width = String(this.#view.total).length
    const place = `[${String(this.#view.done).padStart(width)}/${this.#view.total}]`
    const parts = [place, report.state.padEnd(7), visible(shortName(report.source, this.#batch.roots))]
    if (report.state === 'failed' || report.state === 'suspect') {
      const text = sentence(report, this.#batch.roots, Number.MAX_SAFE_INTEGER).join(' ').trim()
      parts[2] = text
    } else if (report.seconds !== null) parts.push(duration(report.seconds))
    if (secondsLeft !== null && secondsLeft > 0) parts.push(`(${timeLeft(secondsLeft)} left)`)
    this.#output.line(parts.join('  '))
  }
}

function showPlan(summary: FixSummary, roots: readonly string[], output: Output): void {
  for (const report of summary.reports) {
    const name = visible(shortName(report.source, roots))
    if (report.state === 'queued') output.line(`  ${name}${report.output === null ? '' : `  ->  ${visible(report.output)}`}`)
    else for (const line of sentence(report, roots, output.width - report.state.length)) output.line(`  ${report.state}${line}`)
  }
  const { queued, skipped, failed } = summary.counts
  output.line()
  output.line(`${counted(queued, 'photo')} would be restored, ${skipped} skipped, ${failed} cannot be opened. Nothing was written.`)
  if (summary.destination !== null) output.line(`Results would go to ${visible(summary.destination)}`)
}

async function report(
  context: Context,
  studio: Studio,
  summary: FixSummary,
  started: Date,
  batch: BatchRun,
  output: Output,
): Promise<string | null> {
  const folder = reportFolderOf(summary, batch)
  if (folder === null) return null
  try {
    const { restill = '' } = await studio.versions()
    return await writeReport(
      folder,
      {
        software: `restill ${restill}`.trim(),
        batch: summary.batchId,
        started: started.toISOString(),
        finished: new Date().toISOString(),
        seconds: summary.seconds,
        destination: summary.destination,
        stopped: summary.stopped,
        counts: summary.counts,
        ignored: summary.ignored,
      },
      summary.batchId === null ? summary.reports : studio.jobs.list({ batchId: summary.batchId }),
    )
  } catch (error) {
    context.tell(output, `The report could not be written: ${explain(error).message}`)
    return null
  }
}

/** A run that restored nothing leaves the report of an earlier one where it is, unless it is asked for its own. */
function reportFolderOf({ counts, destination }: FixSummary, { report }: BatchRun): string | null {
  if (report === false || counts.total === counts.skipped) return null
  if (report !== null) return report
  const folder = destination === null ? null : join(destination, reportFolderName)
  const restored = counts.done + counts.suspect > 0
  return folder === null || (!restored && existsSync(join(folder, 'report.json'))) ? null : folder
}
