/** `restill import`: takes photos into the catalog, where they lie. */
import { existsSync } from 'node:fs'
import { explain } from '../../../shared/errors.ts'
import { messages, errorCodes } from '../../../shared/messages.en.ts'
import { RestillError } from '../../../shared/errors.ts'
import type { ImportSummary } from '../../studio/api.ts'
import { counted } from '../../studio/report/units.ts'
import { visible } from '../../studio/report/visible.ts'
import { usage } from '../arguments.ts'
import { catalogOption, jsonOption, type Context, type Register } from '../context.ts'
import { resolvePaths, type OpenOptions } from '../door.ts'
import { exitCodes } from '../exit-codes.ts'
import { watchInterrupts } from '../interrupts.ts'
import { fit, table, wrap } from '../layout.ts'
import type { Output } from '../output.ts'

interface ImportOptions extends OpenOptions {
  recursive?: boolean
  json?: boolean
}

export const registerImport: Register = (program, context) => {
  program
    .command('import')
    .summary('take photos into the catalog without restoring them')
    .description('Takes photos into the catalog. They stay where they are; nothing is copied or changed.')
    .argument('<paths...>', 'photos and folders')
    .option('--recursive', 'look into folders below (the default)')
    .option('--no-recursive', 'only the named folders themselves')
    .addOption(jsonOption())
    .addOption(catalogOption())
    .addHelpText('after', '\nExample:\n  restill import /photos/2026    everything in and below the folder')
    .action(async (paths: string[], options: ImportOptions) => {
      context.exitCode = await importPhotos(context, paths, options)
    })
}

async function importPhotos(context: Context, named: readonly string[], options: ImportOptions): Promise<number> {
  const output = context.output(options)
  const paths = resolvePaths(context.door.base, named)
  if (!paths.some((path) => existsSync(path))) throw usage('None of the named files and folders is there')
  return context.withStudio(options, output, async (studio) => {
    const interrupts = watchInterrupts(
      context.door.signals,
      () => output.note('Stopping.'),
      (code) => context.door.quit(code),
    )
    try {
      const summary = await studio.import(
        { paths, recursive: options.recursive ?? true },
        {
          signal: interrupts.afterCurrent,
          onProgress: ({ found, done, name }) => output.draw([fit(`Looking at ${done} of ${found}  ${visible(name)}`, output.width)]),
        },
      )
      output.clear()
      show(summary, output)
      if (interrupts.stopped) return exitCodes.stopped
      if (summary.failed.length > 0) return exitCodes.someFailed
      return summary.photos.length === 0 ? exitCodes.nothingToDo : exitCodes.ok
    } finally {
      output.clear()
      interrupts.release()
    }
  })
}

const outcomes = {
  new: 'new',
  known: 'known already',
  moved: 'found again in another place',
  changed: 'changed since',
  metadata: 'metadata read anew',
  duplicate: 'copies of others',
} as const

function show(summary: ImportSummary, output: Output): void {
  const counts = Object.fromEntries(
    Object.keys(outcomes).map((outcome) => [outcome, summary.photos.filter((photo) => photo.outcome === outcome).length]),
  )
  const failed = summary.failed.map(({ path, code, detail }) => {
    const known = errorCodes.find((each) => each === code)
    const words = known === undefined ? null : explain(new RestillError(known, { detail }))
    return { path, code, reason: words === null ? messages.INTERNAL.title : `${words.message} ${words.hint}` }
  })
  output.data({
    counts: { ...counts, failed: failed.length, ignored: summary.ignored.length },
    photos: summary.photos,
    failed,
    ignored: summary.ignored,
  })
  const rows = Object.entries(outcomes).flatMap(([outcome, words]) =>
    (counts[outcome] ?? 0) === 0 ? [] : [[`  ${counts[outcome]}`, words]],
  )
  output.line(`${counted(summary.photos.length, 'photo')} in the catalog from there.`)
  for (const line of table(rows, [{ align: 'right' }, {}], output.width)) output.line(line)
  if (failed.length > 0) {
    output.line()
    output.line(output.paint('bold', 'Could not be opened'))
    for (const { reason } of failed) for (const line of wrap(visible(reason), output.width, '  ')) output.line(line)
  }
  if (summary.ignored.length > 0)
    output.line(`${counted(summary.ignored.length, 'other file')} left alone.`)
}
