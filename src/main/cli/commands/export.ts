/** `restill export`: writes results again, in another format, size or place. */
import { catalogOption, jsonOption, type Context, type Register } from '../context.ts'
import { resolvePaths, type OpenOptions } from '../door.ts'
import { runBatch } from '../run-batch.ts'
import { reportFolder } from './fix.ts'
import { addPresetOptions, addReportOptions, presetChoice, type PresetOptions, type ReportOptions } from './options.ts'

interface ExportOptions extends PresetOptions, ReportOptions, OpenOptions {
  out?: string
  json?: boolean
}

export const registerExport: Register = (program, context) => {
  const command = program
    .command('export')
    .summary('write results again in another format, size or place')
    .description(
      'Writes the results of photos in the catalog again, by another preset: from what is stored where it is stored, else restored anew.',
    )
    .argument('[paths...]', 'photos that were restored, or their folders (default: all that have a result)')
    .option('--out <folder>', 'where the files go')
  addReportOptions(addPresetOptions(command))
    .addOption(jsonOption())
    .addOption(catalogOption())
    .addHelpText('after', '\nExample:\n  restill export wedding --preset jpeg-web --out for-the-web')
    .action(async (paths: string[], options: ExportOptions) => {
      context.exitCode = await exportResults(context, paths, options)
    })
}

async function exportResults(context: Context, named: readonly string[], options: ExportOptions): Promise<number> {
  const output = context.output(options)
  const paths = resolvePaths(context.door.base, named)
  return context.withStudio(options, output, (studio) => {
    const request = {
      ...(paths.length === 0 ? {} : { paths }),
      ...presetChoice(options, studio.presets.list()),
      outRoot: options.out === undefined ? null : (resolvePaths(context.door.base, [options.out])[0] ?? null),
    }
    return runBatch(context, studio, output, {
      roots: paths,
      report: reportFolder(context, options),
      start: (events) => studio.exportResults(request, events),
    })
  })
}
