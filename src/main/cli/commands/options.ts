/** Options that several commands share. Values are checked while they are parsed. */
import { Option, type Command } from 'commander'
import { fileFormats, type ExportPreset } from '../../../shared/presets.ts'
import { captionControl, type Descriptor } from '../../../shared/descriptor.ts'
import { RestillError } from '../../../shared/errors.ts'
import type { ProviderName, ScaleChoice } from '../../../shared/guest.ts'
import type { RestoreChoice } from '../../studio/api.ts'
import { collectSet, findEngine, parseControls, parseDevices, parseQuality, parseScale, parseStrength, parseTile, usage } from '../arguments.ts'

export interface EngineOptions {
  engine: string
  set?: Record<string, string>
  strength: number
  scale: ScaleChoice
  device?: ProviderName[]
  tile?: number
  pack?: string
}

export function addEngineOptions(command: Command): Command {
  return command
    .addOption(new Option('--engine <id>', 'method that restores, or auto: chosen for each photo, sharp ones left alone; "restill models" lists them').default('auto'))
    .addOption(new Option('--pack <id>', 'trained network to use instead of the usual one of the engine'))
    .addOption(new Option('--set <name=value>', 'a control of the engine; may be repeated').argParser(collectSet))
    .addOption(new Option('--strength <0..1>', 'how much of the restoration is used').argParser(parseStrength).default(1, '1'))
    .addOption(
      new Option('--scale <size>', 'work at auto, 1, 1/2 or 1/4 of the size: smaller reaches longer blur')
        .argParser(parseScale)
        .default('auto'),
    )
    .addOption(new Option('--tile <pixels>', 'side of the pieces a photo is restored in').argParser(parseTile))
    .addOption(
      new Option('--device <names>', 'where to compute, in order, e.g. cuda,cpu; "restill doctor" lists them').argParser(parseDevices),
    )
}

/** The engine's part of a request, its controls checked by the engine's own description. */
export function engineChoice(
  options: EngineOptions,
  engines: readonly Descriptor[],
): RestoreChoice {
  const descriptor = findEngine(options.engine, engines)
  return {
    engine: options.engine === 'auto' && options.set === undefined ? 'auto' : descriptor.id,
    controls: parseControls(options.set ?? {}, descriptor),
    ...(options.pack === undefined ? {} : { pack: options.pack }),
    strength: options.strength,
    scale: options.scale,
    providers: options.device ?? [],
    tile: options.tile ?? null,
  }
}

/**
 * `--caption`: the sentence as the control that it is; without it photos have the captions that the catalog keeps.
 * @throws RestillError USAGE where the engine reads none
 */
export function captionChoice(
  choice: RestoreChoice,
  engines: readonly Descriptor[],
  caption: string | undefined,
): RestoreChoice & { makeCaptions?: boolean } {
  if (caption === undefined) return choice
  const able = engines.filter(({ controls }) => controls.some(({ id }) => id === captionControl)).map(({ id }) => id)
  if (!able.includes(choice.engine)) throw usage(`--caption needs an engine that reads captions: --engine ${able.join(' or --engine ')}`)
  if (caption === 'auto') return { ...choice, makeCaptions: true }
  return { ...choice, controls: { ...choice.controls, [captionControl]: caption === 'none' ? '' : caption } }
}

export interface PresetOptions {
  preset?: string
  format?: ExportPreset['encode']['format']
  quality?: number
  name?: string
  collision?: ExportPreset['collision']
  declareComposite?: boolean
}

export function addPresetOptions(command: Command): Command {
  return command
    .addOption(new Option('--preset <name>', 'export preset: format, size, colour, naming and metadata at once (default: restored)'))
    .addOption(new Option('--format <format>', 'file format of the results').choices(['same', ...fileFormats]))
    .addOption(new Option('--quality <1..100>', 'quality of JPEG, WebP and AVIF').argParser(parseQuality))
    .addOption(new Option('--name <template>', 'names of the results, e.g. "{name}_restored" or "{date:YYYY-MM-DD}_{seq:4}"'))
    .addOption(new Option('--collision <policy>', 'when the result is there already').choices(['unique', 'skip', 'overwrite']))
    .option('--declare-composite', 'declare results as composites even where the settings made nothing up')
}

/** @throws RestillError PRESET_UNKNOWN */
export function presetChoice(
  options: PresetOptions,
  presets: readonly ExportPreset[],
): { preset: string; presetOverrides?: Partial<ExportPreset> } {
  const name = options.preset ?? 'restored'
  const preset = presets.find((each) => each.name === name)
  if (preset === undefined)
    throw new RestillError('PRESET_UNKNOWN', { detail: { preset: name, known: presets.map((each) => each.name).join(', ') } })
  const overrides: Partial<ExportPreset> = {
    ...(options.name === undefined ? {} : { naming: options.name }),
    ...(options.collision === undefined ? {} : { collision: options.collision }),
    ...(options.declareComposite === true ? { metadata: { ...preset.metadata, declareComposite: true } } : {}),
    ...(options.format === undefined && options.quality === undefined
      ? {}
      : {
          encode: { ...preset.encode, format: options.format ?? preset.encode.format, quality: options.quality ?? preset.encode.quality },
        }),
  }
  return { preset: name, ...(Object.keys(overrides).length === 0 ? {} : { presetOverrides: overrides }) }
}

/** `--report <folder>`, `--no-report`, or neither. */
export interface ReportOptions {
  report?: string | false
}

export function addReportOptions(command: Command): Command {
  return command
    .option('--report <folder>', 'put the report there (default: restill-report in the destination)')
    .option('--no-report', 'write no report')
}
