/** `restill fix`: restores photos and folders of photos. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Option } from 'commander'
import type { Budget, FixRequest, Studio } from '../../studio/api.ts'
import { visible } from '../../studio/report/visible.ts'
import { parseBudget, usage } from '../arguments.ts'
import { catalogOption, jsonOption, type Context, type Register } from '../context.ts'
import { resolvePaths, samplesFolder, type OpenOptions } from '../door.ts'
import { wrap } from '../layout.ts'
import type { Output } from '../output.ts'
import { runBatch } from '../run-batch.ts'
import {
  addEngineOptions,
  addPresetOptions,
  addReportOptions,
  captionChoice,
  engineChoice,
  presetChoice,
  type EngineOptions,
  type PresetOptions,
  type ReportOptions,
} from './options.ts'

interface FixOptions extends EngineOptions, PresetOptions, ReportOptions, OpenOptions {
  out?: string
  recursive?: boolean
  resume?: boolean
  dryRun?: boolean
  copySkipped?: boolean
  keepMasters?: boolean
  trust?: boolean
  budget?: Budget
  caption?: string
  json?: boolean
}

/** Long side of the report's before and after pictures, pixels. */
const comparisonEdge = 640

const examples = `
Examples:
  restill fix wedding                      every photo in the folder wedding and below; results in wedding-restored
  restill fix IMG_0012.jpg IMG_0013.jpg    two photos
  restill fix wedding --out /disk/good     results somewhere else
  restill fix wedding --dry-run            only say what would be done
  restill fix wedding --strength 0.7       a gentler restoration
  restill fix wedding --budget 2h          what gains most in two hours
  restill fix wedding --scale 1/2          long shakes in large photos, and four times as fast
  restill fix                              the sample photos that come with restill

Originals are never changed. Ctrl-C finishes the photo in work and stops; the same command goes on where it stopped.
Exit code: 0 all done, 1 some failed, 2 arguments not usable, 3 nothing to do, 130 stopped by you.`

export const registerFix: Register = (program, context) => {
  const command = program
    .command('fix')
    .summary('restore photos, or whole folders of photos')
    .description('Restores photos and writes the results beside them, with all their metadata. Without a path: the sample photos.')
    .argument('[paths...]', 'photos and folders')
    .option('--out <folder>', 'where the results go (default: <folder>-restored beside the input)')
  addPresetOptions(command)
  addEngineOptions(command)
    .addOption(
      new Option('--budget <time>', 'what --engine auto may spend: 30s for each photo, 2h for all of them (or 5m/photo, 90s/batch)')
        .argParser(parseBudget),
    )
    .option('--caption <how>', 'what photos show, for engines that read it: auto asks a vision model, none says nothing, anything else is the sentence for all')
    .option('--recursive', 'look into folders below (the default)')
    .option('--no-recursive', 'only the named folders themselves')
    .option('--resume', 'go on where an earlier run stopped and skip what is done (the default)')
    .option('--no-resume', 'restore everything anew')
    .option('--copy-skipped', 'copy photos that need no restoration to the destination too')
    .option('--keep-masters', 'keep the full results in the data folder, to export them again later')
    .option('--trust', 'measure whether each photo explains its result; engines that may make things up always do')
    .option('--dry-run', 'say what would be done, write nothing')
  addReportOptions(command)
    .addOption(jsonOption())
    .addOption(catalogOption())
    .option('--low-priority', 'leave the machine to other programs first')
    .addHelpText('after', examples)
    .action(async (paths: string[], options: FixOptions) => {
      context.exitCode = await fix(context, paths, options)
    })
}

async function fix(context: Context, paths: readonly string[], options: FixOptions): Promise<number> {
  const output = context.output(options)
  const input = inputOf(context, paths, options)
  if (paths.length === 0) introduceSamples(input, output)
  else
    output.line(`Looking at ${input.paths.length === 1 ? visible(input.paths[0] ?? '') : `${input.paths.length} photos and folders`} ...`)
  return context.withStudio(options, output, async (studio) => {
    const request = await requestOf(studio, input, options)
    return runBatch(context, studio, output, {
      roots: input.paths,
      report: reportFolder(context, options),
      dryRun: request.dryRun,
      start: (events) => studio.fix(request, events),
    })
  })
}

interface Input {
  paths: string[]
  outRoot: string | null
}

/** @throws RestillError USAGE when none of the named paths is there */
function inputOf(context: Context, named: readonly string[], options: FixOptions): Input {
  const { base } = context.door
  const out = options.out === undefined ? null : (resolvePaths(base, [options.out])[0] ?? null)
  if (named.length === 0) return { paths: [samplesFolder()], outRoot: out ?? join(base, 'restill-samples-restored') }
  const paths = resolvePaths(base, named)
  if (!paths.some((path) => existsSync(path)))
    throw usage(paths.length === 1 ? `There is no file or folder ${paths[0]}` : 'None of the named files and folders is there')
  return { paths, outRoot: out }
}

function introduceSamples({ paths, outRoot }: Input, output: Output): void {
  const text =
    'No folder was named, so restill restores the sample photos that come with it: pictures of its own making, blurred like shaken photos.'
  for (const line of wrap(text, output.width)) output.line(line)
  output.line()
  output.line(`Photos   ${visible(paths[0] ?? '')}`)
  output.line(`Results  ${visible(outRoot ?? '')}`)
  output.line()
  output.line('For your own photos: restill fix <folder>')
  output.line()
}

async function requestOf(studio: Studio, input: Input, options: FixOptions): Promise<FixRequest> {
  const engines = await studio.engines()
  return {
    ...input,
    ...presetChoice(options, studio.presets.list()),
    ...captionChoice(engineChoice(options, engines), engines, options.caption),
    recursive: options.recursive ?? true,
    resume: options.resume ?? true,
    dryRun: options.dryRun ?? false,
    copySkipped: options.copySkipped ?? false,
    keepMasters: options.keepMasters ?? false,
    trust: options.trust ?? false,
    budget: options.budget ?? null,
    comparisonEdge: options.report === false ? 0 : comparisonEdge,
  }
}

export function reportFolder(context: Context, { report }: ReportOptions): string | null | false {
  return report === undefined ? null : report === false ? false : (resolvePaths(context.door.base, [report])[0] ?? null)
}
