/** `restill jobs`: batches and their photos: look, go on, pause, cancel, try again, reorder. */
import type { Command } from 'commander'
import { endStates, jobStates, type JobState } from '../../../shared/jobs.ts'
import type { BatchRow, JobReport, Studio } from '../../studio/api.ts'
import { counted, duration } from '../../studio/report/units.ts'
import { visible } from '../../studio/report/visible.ts'
import { parseInteger, usage } from '../arguments.ts'
import { catalogOption, jsonOption, type Context, type Register } from '../context.ts'
import type { OpenOptions } from '../door.ts'
import { exitCodes } from '../exit-codes.ts'
import { table } from '../layout.ts'
import type { Output } from '../output.ts'
import { runBatch } from '../run-batch.ts'
import { sentence } from '../summary.ts'
import { reportFolder } from './fix.ts'
import { addReportOptions, type ReportOptions } from './options.ts'

interface JobsOptions extends OpenOptions {
  json?: boolean
}
type Work = (studio: Studio, output: Output) => number | Promise<number>

const batchNumber = parseInteger('The number of a batch')
const jobNumber = parseInteger('The number of a job')

const examples = `
Examples:
  restill jobs                   all batches
  restill jobs show 3            the photos of batch 3
  restill jobs retry 3           try the failed photos of batch 3 again
  restill jobs resume            go on with whatever is unfinished`

export const registerJobs: Register = (program, context) => {
  const jobs = program
    .command('jobs')
    .summary('look at batches; resume, pause, cancel or retry them')
    .description('Every run of fix is a batch, every photo in it a job. They are kept, so that a stopped batch can go on.')
    .addHelpText(
      'after',
      examples,
    )
  const act = (command: Command, work: (...values: never[]) => Work) =>
    command
      .addOption(jsonOption())
      .addOption(catalogOption())
      .action(async (...given: unknown[]) => {
        const options = (given.at(-1) as Command).optsWithGlobals<JobsOptions>()
        const output = context.output(options)
        context.exitCode = await context.withStudio(options, output, async (studio) => work(...(given as never[]))(studio, output))
      })

  act(jobs.command('list', { isDefault: true }).description('All batches.'), () => list)
  act(
    jobs
      .command('show')
      .description('The photos of a batch.')
      .argument('[batch]', 'its number (default: the newest)', batchNumber)
      .option('--state <state>', `only those that are ${jobStates.join(', ')}`, parseState),
    (batch: number | undefined, options: { state?: JobState }) => show(batch, options.state),
  )
  act(
    addReportOptions(jobs.command('resume'))
      .description('Goes on with what is queued.')
      .argument('[batch]', 'its number (default: every unfinished batch)', batchNumber),
    (batch: number | undefined, options: ReportOptions) => (studio, output) => resume(context, studio, output, batch ?? null, options),
  )
  act(
    jobs
      .command('pause')
      .description('Pauses a batch, wherever it runs.')
      .argument('<batch>', 'its number', batchNumber)
      .option('--now', 'stop within the photo in work, which goes back to the queue'),
    (batch: number, options: { now?: boolean }) => (studio, output) => {
      known(studio, batch)
      studio.jobs.pause(batch, options.now === true ? 'now' : 'after-current')
      return tell(output, { batch, paused: true }, `Batch ${batch} is paused. "restill jobs resume ${batch}" goes on.`)
    },
  )
  act(
    jobs
      .command('cancel')
      .description('Takes what is left of a batch out of the queue.')
      .argument('<batch>', 'its number', batchNumber)
      .option('--job <numbers...>', 'only these jobs of it'),
    (batch: number, options: { job?: string[] }) => (studio, output) => {
      known(studio, batch)
      const count = studio.jobs.cancel(options.job === undefined ? { batchId: batch } : { jobIds: options.job.map(jobNumber) })
      return tell(output, { batch, cancelled: count }, `${counted(count, 'photo')} cancelled.`, count > 0)
    },
  )
  act(
    jobs
      .command('retry')
      .description('Tries failed photos again; resume then runs them.')
      .argument('<batch>', 'its number', batchNumber)
      .option('--state <states...>', 'which ones: failed, suspect, cancelled or skipped (default: failed)'),
    (batch: number, options: { state?: string[] }) => (studio, output) => retry(studio, output, batch, options.state?.map(parseState)),
  )
  act(
    jobs
      .command('priority')
      .description('Lets a photo run earlier (higher) or later.')
      .argument('<job>', 'its number, from "jobs show"', jobNumber)
      .argument('<priority>', '0 is usual', parsePriority),
    (job: number, priority: number) => (studio, output) => {
      studio.jobs.prioritise(job, priority)
      return tell(output, { job, priority }, `Job ${job} has priority ${priority}.`)
    },
  )
}

const list: Work = (studio, output) => {
  const batches = studio.jobs.batches()
  output.data({ batches })
  if (batches.length === 0) return tell(output, undefined, 'No batch yet. "restill fix <folder>" makes one.')
  const right = { align: 'right' } as const
  const rows = batches.map((batch) => [
    String(batch.id),
    batch.createdAt.slice(0, 16).replace('T', ' '),
    stateOf(batch),
    String(batch.counts.done),
    String(batch.counts.suspect),
    String(batch.counts.failed),
    String(batch.counts.queued + batch.counts.running),
    batch.paths.map(visible).join(', '),
  ])
  for (const line of table(
    [['Batch', 'Started (UTC)', 'State', 'done', 'suspect', 'failed', 'left', 'From'], ...rows],
    [right, {}, {}, right, right, right, right, { shrinks: true }],
    output.width,
  ))
    output.line(line)
  return exitCodes.ok
}

function stateOf({ counts, paused }: BatchRow): string {
  if (endStates.reduce((sum, state) => sum + counts[state], 0) === counts.total) return 'ended'
  if (counts.running > 0) return 'running'
  return paused === null ? 'unfinished' : 'paused'
}

function show(batch: number | undefined, state: JobState | undefined): Work {
  return (studio, output) => {
    const row = batch === undefined ? newest(studio) : known(studio, batch)
    const reports = studio.jobs.list({ batchId: row.id, ...(state === undefined ? {} : { state }) })
    output.data({ batch: row, jobs: reports.map(plain) })
    for (const report of reports) {
      const [first = '', ...rest] = sentence(report, row.paths, output.width - 18)
      const time = report.seconds === null ? '' : `  ${duration(report.seconds)}`
      output.line(`${String(report.jobId).padStart(6)}  ${report.state.padEnd(9)}${first.trimStart()}${time}`)
      for (const line of rest) output.line(`${' '.repeat(15)}${line}`)
    }
    return exitCodes.ok
  }
}

/** The report without its pictures. */
function plain({
  jobId,
  source,
  output,
  state,
  reason,
  code,
  engine,
  pack,
  device,
  seconds,
  trust,
  choice,
  notices,
  notCarried,
}: JobReport): Omit<JobReport, 'before' | 'after' | 'batchId' | 'megapixels' | 'width' | 'height' | 'tiles' | 'scale'> {
  return { jobId, source, output, state, reason, code, engine, pack, device, seconds, trust, choice, notices, notCarried }
}

function resume(context: Context, studio: Studio, output: Output, batch: number | null, options: ReportOptions): Promise<number> {
  const roots = batch === null ? studio.jobs.batches().flatMap((row) => row.paths) : known(studio, batch).paths
  if (batch !== null) studio.jobs.unpause(batch)
  return runBatch(context, studio, output, {
    roots,
    report: reportFolder(context, options),
    start: (events) => studio.jobs.resume(batch, events),
  })
}

function retry(studio: Studio, output: Output, batch: number, states: JobState[] | undefined): number {
  known(studio, batch)
  const count = studio.jobs.retry(batch, states)
  const text =
    count > 0
      ? `Queued again: ${counted(count, 'photo')}. "restill jobs resume ${batch}" runs them.`
      : 'There is nothing to try again. Photos that could not even be opened are tried again by "restill fix".'
  return tell(output, { batch, queued: count }, text, count > 0)
}

function known(studio: Studio, batch: number): BatchRow {
  const row = studio.jobs.batches().find((each) => each.id === batch)
  if (row === undefined) throw usage(`There is no batch ${batch}; "restill jobs" lists them`)
  return row
}

function newest(studio: Studio): BatchRow {
  const row = studio.jobs.batches().toSorted((a, b) => b.id - a.id)[0]
  if (row === undefined) throw usage('There is no batch yet; "restill fix <folder>" makes one')
  return row
}

function tell(output: Output, data: unknown, text: string, something = true): number {
  if (data !== undefined) output.data(data)
  output.line(text)
  return something ? exitCodes.ok : exitCodes.nothingToDo
}

function parseState(text: string): JobState {
  const state = jobStates.find((each) => each === text)
  if (state === undefined) throw usage(`--state cannot be "${text}": it is one of ${jobStates.join(', ')}`)
  return state
}

function parsePriority(text: string): number {
  if (!/^-?\d{1,6}$/.test(text)) throw usage(`A priority cannot be "${text}": it is a whole number`)
  return Number(text)
}
