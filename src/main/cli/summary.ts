/** The end of a batch as a person reads it: counts, then every photo that needs a look, then where the results lie. */
import { basename, isAbsolute, relative } from 'node:path'
import type { JobState } from '../../shared/jobs.ts'
import type { FixSummary, JobReport } from '../studio/api.ts'
import { leftAsItIs, outcome } from '../studio/report/outcome.ts'
import { visible } from '../studio/report/visible.ts'
import { counted, duration } from '../studio/report/units.ts'
import { table, wrap } from './layout.ts'
import type { Output } from './output.ts'

/** More than these are in the report, not on the terminal. */
const listed = 40

const remarks: Partial<Record<JobState, string>> = {
  suspect: 'look at these before you use them',
  failed: 'nothing was written for these',
  queued: 'the same command goes on with them',
}
const shownStates = ['done', 'suspect', 'failed', 'skipped', 'cancelled', 'queued'] as const

interface SummaryPlaces {
  roots: readonly string[]
  page: string | null
}

export function showSummary(summary: FixSummary, places: SummaryPlaces, output: Output): void {
  const { counts } = summary
  output.line()
  output.line(output.paint('bold', headline(summary)))
  const rows = shownStates.flatMap((state) => (counts[state] === 0 ? [] : [[`  ${state}`, String(counts[state]), remarks[state] ?? '']]))
  if (rows.length > 0) output.line()
  for (const line of table(rows, [{}, { align: 'right' }, { shrinks: true }], output.width)) output.line(line)
  const inState = (state: JobState) => summary.reports.filter((report) => report.state === state)
  list('failed', inState('failed'), places, output)
  list('suspect', inState('suspect'), places, output)
  // What was restored before needs no word, unless that was all; a HEIC photo or a foreign file in the way does.
  const skipped = inState('skipped').filter((report) => counts.total === counts.skipped || report.code !== null)
  list('skipped', skipped, places, output, 5)
  if (counts.total > counts.skipped) list('left as they are', summary.reports.filter(leftAsItIs), places, output, 5)
  if (places.page !== null) showRemarks(summary.reports, output)
  if (summary.ignored.length > 0) {
    output.line()
    output.line(`${counted(summary.ignored.length, 'other file')} left alone.`)
  }
  showPlaces(summary, places, output)
}

function headline({ counts, reports, seconds }: FixSummary): string {
  if (counts.total === 0) return 'There was nothing to do: no photo was found.'
  if (counts.total === counts.skipped) {
    return `There was nothing to do: ${counts.total === 1 ? 'the photo was' : `all ${counts.total} photos were`} skipped.`
  }
  return `${outcome(counts, reports, ` in ${duration(seconds)}`)}.`
}

function showRemarks(reports: readonly JobReport[], output: Output): void {
  const { length } = reports.filter((report) => report.output !== null && report.notices.length + report.notCarried.length > 0)
  if (length === 0) return
  const have = `${counted(length, 'result')} ${length === 1 ? 'has' : 'have'}`
  const text = `${have} a remark, such as metadata that could not be carried over: see the report.`
  output.line()
  for (const line of wrap(text, output.width)) output.line(line)
}

function showPlaces(summary: FixSummary, places: SummaryPlaces, output: Output): void {
  const rows: string[][] = []
  if (summary.destination !== null && summary.counts.total > 0) rows.push(['Results', visible(summary.destination)])
  if (places.page !== null) rows.push(['Report', visible(places.page)])
  if (rows.length > 0) output.line()
  // Paths are never cut: they are there to be copied.
  for (const line of table(rows, [{}, {}], Number.MAX_SAFE_INTEGER)) output.line(line)
}

function list(title: JobState | 'left as they are', reports: readonly JobReport[], places: SummaryPlaces, output: Output, limit = listed): void {
  if (reports.length === 0) return
  output.line()
  output.line(output.paint(title === 'failed' ? ['bold', 'red'] : ['bold'], `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`))
  for (const report of reports.slice(0, limit)) for (const line of sentence(report, places.roots, output.width)) output.line(line)
  if (reports.length > limit) output.line(`  ... and ${reports.length - limit} more${places.page === null ? '' : ': see the report'}`)
}

/** `name: what happened. What to do.`, wrapped; the source's long path within the sentence becomes its short name. */
export function sentence(report: JobReport, roots: readonly string[], width: number): string[] {
  const name = visible(shortName(report.source, roots))
  const reason = visible(report.reason ?? '').replaceAll(visible(report.source), name)
  const text = reason === '' ? name : reason.startsWith(name) ? reason : `${name}: ${reason}`
  return wrap(text, width - 2, '  ').map((line, index) => (index === 0 ? line : `  ${line}`))
}

/** The path below the folder that was named, or the name alone. */
export function shortName(source: string, roots: readonly string[]): string {
  for (const root of roots) {
    const path = relative(root, source)
    if (path !== '' && path !== '..' && !path.startsWith('../') && !path.startsWith('..\\') && !isAbsolute(path)) return path
  }
  return basename(source)
}
