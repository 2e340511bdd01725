/** `restill triage`: which photos are blurred, how, and what could be won. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { explain, RestillError } from '../../../shared/errors.ts'
import type { TriageOutcome } from '../../studio/api.ts'
import { counted } from '../../studio/report/units.ts'
import { visible } from '../../studio/report/visible.ts'
import { triageCsv, triageRow, type TriageRow } from '../../studio/triage/rows.ts'
import { usage } from '../arguments.ts'
import { catalogOption, jsonOption, type Context, type Register } from '../context.ts'
import { resolvePaths, type OpenOptions } from '../door.ts'
import { exitCodes } from '../exit-codes.ts'
import { watchInterrupts } from '../interrupts.ts'
import { fit, table, wrap } from '../layout.ts'
import type { Output } from '../output.ts'
import { shortName } from '../summary.ts'

interface TriageOptions extends OpenOptions {
  recursive?: boolean
  csv?: string
  json?: boolean
}

export const registerTriage: Register = (program, context) => {
  const command: Command = program
    .command('triage')
    .summary('say which photos are blurred, how, and what could be won')
    .description(
      'Looks for blur: the kind, how bad it is, and how many dB a restoration is expected to gain. Nothing is restored; the catalog keeps what was found.',
    )
    .argument('<paths...>', 'photos and folders')
    .option('--recursive', 'look into folders below (the default)')
    .option('--no-recursive', 'only the named folders themselves')
    .option('--csv <file>', 'write the table for a spreadsheet as well')
  command
    .addOption(jsonOption())
    .addOption(catalogOption())
    .option('--low-priority', 'leave the machine to other programs first')
    .addHelpText('after', '\nExample:\n  restill triage /photos/2026 --csv blur.csv')
    .action(async (paths: string[], options: TriageOptions) => {
      context.exitCode = await triage(context, paths, options)
    })
}

async function triage(context: Context, named: readonly string[], options: TriageOptions): Promise<number> {
  const output = context.output(options)
  const paths = resolvePaths(context.door.base, named)
  if (!paths.some((path) => existsSync(path))) throw usage('None of the named files and folders is there')
  return context.withStudio(options, output, async (studio) => {
    const interrupts = watchInterrupts(
      context.door.signals,
      () => output.note('Stopping. What was found until now is kept.'),
      (code) => context.door.quit(code),
    )
    const signal = AbortSignal.any([interrupts.afterCurrent, interrupts.now])
    try {
      const imported = await studio.import(
        { paths, recursive: options.recursive ?? true },
        { signal, onProgress: ({ found, done, name }) => output.draw([fit(`Looking at ${done} of ${found}  ${visible(name)}`, output.width)]) },
      )
      const started = performance.now()
      const outcomes = await studio.triage(
        imported.photos.map(({ id }) => id),
        { signal, onProgress: ({ total, done, name }) => output.draw([fit(`Looking for blur in ${done} of ${total}  ${visible(name)}`, output.width)]) },
      )
      output.clear()
      const seconds = (performance.now() - started) / 1000
      const rows = outcomes.filter(({ report }) => report !== null).map(triageRow)
      for (const { photo, report } of outcomes) if (report !== null) output.data({ source: photo.path, ...report })
      show(rows, paths, seconds, output)
      const failed = [...imported.failed.map(({ path, code, detail }) => new RestillError(code, { detail: { file: path, ...detail } })), ...errorsOf(outcomes)]
      for (const error of failed) for (const line of wrap(visible(sentenceOf(error)), output.width)) output.note(line)
      if (options.csv !== undefined) await writeFile(resolvePaths(context.door.base, [options.csv])[0]!, triageCsv(rows))
      if (failed.length > 0) return exitCodes.someFailed
      return rows.length === 0 ? exitCodes.nothingToDo : exitCodes.ok
    } finally {
      output.clear()
      interrupts.release()
    }
  })
}

function errorsOf(outcomes: readonly TriageOutcome[]): RestillError[] {
  return outcomes.flatMap(({ error }) => (error === null ? [] : [error]))
}

function sentenceOf(error: RestillError): string {
  const { message, hint } = explain(error)
  return `${message} ${hint}`
}

function show(rows: readonly TriageRow[], roots: readonly string[], seconds: number, output: Output): void {
  if (rows.length === 0) return
  const right = { align: 'right' } as const
  const head = ['Photo', 'kind', 'sure', 'severity', 'length', 'expected gain']
  const lines = table(
    [head, ...rows.map((row) => [visible(shortName(row.source, roots)), row.words, percent(row.probability), row.severity.toFixed(2), pixels(row), gain(row)])],
    [{ shrinks: true }, {}, right, right, right, right],
    output.width,
  )
  lines.forEach((line, index) => output.line(index === 0 ? output.paint('bold', line) : line))
  output.line()
  const blurred = rows.filter(({ kind }) => kind !== 'sharp').length
  const unsure = rows.filter(({ kind, gainDb }) => kind === 'sharp' && gainDb !== 0).length
  output.line(`${counted(rows.length, 'photo')}: ${blurred} blurred, ${unsure} hard to tell; ${seconds.toFixed(1)} s.`)
}

function percent(value: number): string {
  return `${Math.round(value * 100)} %`
}

function pixels({ blurLength, blurAngle }: TriageRow): string {
  if (blurLength === null) return ''
  return `${Math.round(blurLength)} px${blurAngle === null ? '' : ` ${Math.round(blurAngle)}°`}`
}

function gain({ gainDb, spreadDb }: TriageRow): string {
  if (gainDb === null) return ''
  return `${gainDb >= 0 ? '+' : ''}${gainDb.toFixed(1)}${spreadDb === null ? '' : ` ± ${spreadDb.toFixed(1)}`} dB`
}
