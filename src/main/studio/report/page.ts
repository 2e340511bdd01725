/**
 * The report as a page that a person reads, and can keep or send with the folder: one file without scripts or outside resources, pictures
 * beside it. What needs a person comes first: failed, then suspect, then the rest.
 */
import { basename, dirname, extname, join } from 'node:path'
import type { JobState } from '../../../shared/jobs.ts'
import { escapeHtml, href } from './html.ts'
import { outcome } from './outcome.ts'
import type { Report, ReportHead, ReportRow } from './row.ts'
import { style } from './style.ts'
import { counted, duration } from './units.ts'

const order = ['failed', 'suspect', 'done', 'cancelled', 'queued', 'running', 'skipped'] as const satisfies readonly JobState[]

const words: Record<JobState, { title: string; explain: string }> = {
  failed: { title: 'Failed', explain: 'Nothing was written for these. The originals are as they were.' },
  suspect: {
    title: 'Suspect',
    explain: 'Written, but look at them before you use them: in some places the result could not be trusted and the photo was kept.',
  },
  done: { title: 'Done', explain: 'Restored and written. A picture opens the photo at full size, where sharpness can be judged.' },
  cancelled: { title: 'Cancelled', explain: 'Taken out of the queue by you.' },
  queued: { title: 'Not yet done', explain: 'Still in the queue: the same command, or "restill jobs resume", goes on with them.' },
  running: { title: 'In work', explain: 'In work when this report was written.' },
  skipped: { title: 'Skipped', explain: 'Nothing was to be done for these. Photos that are left as they are had nothing to mend: name an engine to restore them all the same.' },
}

/** A browser lays out a list only when it comes near the window, so thousands of photos open at once. */
const perList = 60

/** @param folder where the page will lie: addresses are relative to it */
export function* page(report: Report, folder: string): Generator<string> {
  const { head } = report
  yield `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n`
  yield `<meta name="viewport" content="width=device-width, initial-scale=1">\n`
  yield `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'">\n`
  yield `<title>restill: ${escapeHtml(verdict(report))}</title>\n<style>${style}</style>\n</head>\n<body>\n`
  yield heading(report, folder)
  for (const state of order) {
    const rows = report.rows.filter((row) => row.state === state)
    if (rows.length > 0) yield* section(state, rows, folder)
  }
  if (head.ignored.length > 0) yield* leftAlone(head.ignored)
  yield '</body>\n</html>\n'
}

/** In one sentence: `33 of 50 photos restored, 11 left as they are, 5 failed, 1 to look at`. */
function verdict({ head, rows }: Pick<Report, 'head' | 'rows'>): string {
  const { counts } = head
  const parts = [outcome(counts, rows)]
  if (counts.failed > 0) parts.push(`${counts.failed} failed`)
  if (counts.suspect > 0) parts.push(`${counts.suspect} to look at`)
  if (head.stopped) parts.push('stopped before the end')
  return parts.join(', ')
}

function heading({ head, rows }: Report, folder: string): string {
  const facts: [string, string][] = []
  if (head.destination !== null) facts.push(['Results', `<a href="${href(folder, head.destination)}/">${escapeHtml(head.destination)}</a>`])
  facts.push(['Time', escapeHtml(`${duration(head.seconds)}, ended ${head.finished.slice(0, 16).replace('T', ' ')} UTC`)])
  const used = [
    ...new Set(
      rows.flatMap((row) => (row.engine === null ? [] : [[row.engine, row.pack, row.device].filter((part) => part !== null).join(', ')])),
    ),
  ]
  if (used.length > 0) facts.push(['Restored with', escapeHtml(used.join('; '))])
  facts.push(['Written by', escapeHtml(head.software)])
  const links = order.flatMap((state) => {
    const count = rows.filter((row) => row.state === state).length
    return count === 0 ? [] : [`<a href="#${state}">${words[state].title} ${count}</a>`]
  })
  return (
    `<h1>${escapeHtml(verdict({ head, rows }))}</h1>\n<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>\n` +
    `<nav aria-label="States">${links.join('')}<a href="report.csv">Table (CSV)</a><a href="report.json">Data (JSON)</a></nav>\n`
  )
}

function* section(state: JobState, rows: readonly ReportRow[], folder: string): Generator<string> {
  const { title, explain } = words[state]
  const pairs = rows.some((row) => row.pictures.before !== null && row.pictures.after !== null)
  yield `<section id="${state}" class="${state}">\n<h2>${title}: ${rows.length}</h2>\n<p class="dim">${escapeHtml(explain)}</p>\n`
  for (let first = 0; first < rows.length; first += perList) {
    yield `<div class="list${pairs ? ' pairs' : ''}">\n`
    for (const row of rows.slice(first, first + perList)) yield card(row, folder)
    yield '</div>\n'
  }
  yield '</section>\n'
}

function card(row: ReportRow, folder: string): string {
  const target = row.output ?? row.source
  const parts = [picturesOf(row, folder)]
  parts.push(`<div class="name"><a href="${href(folder, target)}"><bdi>${escapeHtml(basename(target))}</bdi></a></div>`)
  const from = row.output === null ? dirname(row.source) : row.source
  parts.push(`<div class="dim"><a href="${href(folder, from)}"><bdi>${escapeHtml(from)}</bdi></a></div>`)
  const facts = factsOf(row)
  if (facts !== '') parts.push(`<div class="facts">${escapeHtml(facts)}</div>`)
  if (row.choice !== null && row.choice !== row.reason) parts.push(`<p class="dim">${escapeHtml(row.choice)}</p>`)
  // The name stands above, so the sentence needs no long path.
  if (row.reason !== null) parts.push(`<p class="problem">${escapeHtml(row.reason.replaceAll(row.source, basename(row.source)))}</p>`)
  const remarks = row.notices.map((notice) => notice.text)
  if (row.notCarried.length > 0) remarks.push(`Metadata that could not be carried over: ${row.notCarried.join(', ')}`)
  if (remarks.length > 0) parts.push(`<ul class="notices">${remarks.map((remark) => `<li>${escapeHtml(remark)}</li>`).join('')}</ul>`)
  return `<article>${parts.join('')}</article>\n`
}

/** Formats that a browser shows: their pictures lead to the photo itself, at full size. */
const browsers = new Set(['.jpg', '.jpeg', '.png', '.webp', '.avif'])

function picturesOf(row: ReportRow, folder: string): string {
  const { before, after } = row.pictures
  if (before === null || after === null) return ''
  const name = escapeHtml(basename(row.source))
  const figure = (path: string, label: string, whole: string | null) => {
    const small = join(folder, path)
    const image = `<img src="${href(folder, small)}" alt="${name}, ${label.toLowerCase()}" loading="lazy" decoding="async">`
    const address = href(folder, whole !== null && browsers.has(extname(whole).toLowerCase()) ? whole : small)
    return `<figure><a href="${address}">${image}</a><figcaption>${label}</figcaption></figure>`
  }
  return `<div class="pair">${figure(before, 'Before', row.source)}${figure(after, 'After', row.output)}</div>`
}

function factsOf(row: ReportRow): string {
  const facts: string[] = []
  if (row.width !== null && row.height !== null) facts.push(`${row.width} x ${row.height}`)
  if (row.scale !== null && row.scale !== 1)
    facts.push(`worked at ${row.scale === 0.5 ? '1/2' : row.scale === 0.25 ? '1/4' : row.scale} of its size`)
  const kept = row.tiles?.guarded ?? 0
  if (row.tiles !== null) facts.push(counted(row.tiles.total, 'tile') + (kept > 0 ? `, ${kept} kept as in the photo` : ''))
  if (row.trust !== null) facts.push(`${Math.floor(100 * row.trust)} % explained by the photo`)
  if (row.seconds !== null) facts.push(duration(row.seconds))
  if (row.device !== null) facts.push(row.device)
  return facts.join('  ·  ')
}

function* leftAlone(files: ReportHead['ignored']): Generator<string> {
  yield `<details><summary>Left alone: ${counted(files.length, 'other file')}</summary>\n<ul class="rows">\n`
  for (const file of files) yield `<li><bdi>${escapeHtml(file.path)}</bdi> <span class="dim">${escapeHtml(file.reason)}</span></li>\n`
  yield '</ul></details>\n'
}
