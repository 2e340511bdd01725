/** `restill eval`: how much nearer a restoration comes to the sharp photo, in figures. */
import { mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { explain, isCancelled } from '../../../shared/errors.ts'
import type { Studio } from '../../studio/api.ts'
import { duration } from '../../studio/report/units.ts'
import { visible } from '../../studio/report/visible.ts'
import { usage } from '../arguments.ts'
import { catalogOption, jsonOption, type Context, type Register } from '../context.ts'
import { resolvePaths, type OpenOptions } from '../door.ts'
import { exitCodes } from '../exit-codes.ts'
import { watchInterrupts } from '../interrupts.ts'
import { fit, table, wrap } from '../layout.ts'
import type { Output } from '../output.ts'
import { findPairs, type Pair } from '../pairs.ts'
import { addEngineOptions, engineChoice, type EngineOptions } from './options.ts'

interface EvalOptions extends EngineOptions, OpenOptions {
  json?: boolean
  perceptual?: boolean
}

/** PSNR in dB and its gain are null where they are infinite: two pictures that are the same. */
interface Measured {
  name: string
  psnrBefore: number | null
  psnrAfter: number | null
  gain: number | null
  ssimBefore: number
  ssimAfter: number
  seconds: number
  /** NIQE (lower is more natural) and the distance of features to the sharp photo; null where not asked for or not to be had. */
  niqeBefore: number | null
  niqeAfter: number | null
  niqeSharp: number | null
  featuresBefore: number | null
  featuresAfter: number | null
}

type Mean = Record<Exclude<keyof Measured, 'name'>, number | null>

export const registerEval: Register = (program, context) => {
  const command: Command = program
    .command('eval')
    .summary('measure restorations against sharp photos')
    .description(
      'Restores each blurred photo and measures it against the sharp photo of the same name: PSNR and SSIM before and after.\n' +
        'With --perceptual also how natural it looks (NIQE, by sharp photographs of our own) and how far it looks from the sharp photo (features of a '
        + 'network, in the manner of LPIPS): such figures compare with each other, not with published ones.',
    )
    .argument('<blurred>', 'folder of blurred photos, or one photo')
    .argument('<sharp>', 'folder of their sharp partners, or one photo')
  addEngineOptions(command)
    .option('--perceptual', 'NIQE and the distance of features as well')
    .addOption(jsonOption())
    .addOption(catalogOption())
    .addHelpText('after', '\nExample:\n  restill eval validation/blurred validation/sharp --scale 1')
    .action(async (blurred: string, sharp: string, options: EvalOptions) => {
      context.exitCode = await evaluate(context, [blurred, sharp], options)
    })
}

async function evaluate(context: Context, named: readonly string[], options: EvalOptions): Promise<number> {
  const output = context.output(options)
  const [blurred = '', sharp = ''] = resolvePaths(context.door.base, named)
  for (const path of [blurred, sharp]) if (!existsSync(path)) throw usage(`There is no file or folder ${path}`)
  const { pairs, alone } = await findPairs(blurred, sharp)
  for (const path of alone) context.tell(output, `No partner of the same name for ${path}`)
  if (pairs.length === 0) return exitCodes.nothingToDo
  const folder = await mkdtemp(join(tmpdir(), 'restill-eval-'))
  const interrupts = watchInterrupts(
    context.door.signals,
    (text) => output.note(text),
    (code) => context.door.quit(code),
  )
  try {
    return await context.withStudio(options, output, async (studio) => {
      const choice = engineChoice(options, await studio.engines())
      const images: Measured[] = []
      let failed = 0
      for (const [index, pair] of pairs.entries()) {
        if (interrupts.stopped) break
        output.draw([fit(`Restoring ${index + 1} of ${pairs.length}  ${visible(pair.name)}`, output.width)])
        try {
          images.push(await measure(studio, pair, join(folder, `${index}.png`), choice, options.perceptual === true, interrupts.now))
        } catch (error) {
          if (isCancelled(error)) break
          failed += 1
          context.tell(output, `${pair.name} could not be measured: ${explain(error).message}`)
        }
      }
      output.clear()
      const mean = meanOf(images)
      output.data({ images, mean })
      show(images, mean, output)
      if (options.perceptual === true) showLook(images, mean, output)
      if (interrupts.stopped) return exitCodes.stopped
      return failed > 0 ? exitCodes.someFailed : exitCodes.ok
    })
  } finally {
    interrupts.release()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(
  studio: Studio,
  pair: Pair,
  target: string,
  choice: ReturnType<typeof engineChoice>,
  isPerceptual: boolean,
  signal: AbortSignal,
): Promise<Measured> {
  const before = await studio.compare(pair.blurred, pair.sharp)
  const restored = await studio.restoreOnce(pair.blurred, target, { ...choice, encode: { format: 'png' }, signal })
  const after = await studio.compare(target, pair.sharp)
  const look = isPerceptual ? { before: await studio.perceptual(pair.blurred, pair.sharp), after: await studio.perceptual(target, pair.sharp) } : null
  await rm(target, { force: true })
  return {
    name: pair.name,
    psnrBefore: before.psnr,
    psnrAfter: after.psnr,
    gain: before.psnr === null || after.psnr === null ? null : after.psnr - before.psnr,
    ssimBefore: before.ssim,
    ssimAfter: after.ssim,
    seconds: restored.seconds.total,
    niqeBefore: look?.before.niqe ?? null,
    niqeAfter: look?.after.niqe ?? null,
    niqeSharp: look?.after.referenceNiqe ?? null,
    featuresBefore: look?.before.features ?? null,
    featuresAfter: look?.after.features ?? null,
  }
}

/** Means over the images where a figure is finite; null where none is. */
export function meanOf(images: readonly Measured[]): Mean {
  const mean = (value: (image: Measured) => number | null) => {
    const finite = images.map(value).filter((each) => each !== null)
    return finite.length === 0 ? null : finite.reduce((sum, each) => sum + each, 0) / finite.length
  }
  return {
    psnrBefore: mean((image) => image.psnrBefore),
    psnrAfter: mean((image) => image.psnrAfter),
    gain: mean((image) => image.gain),
    ssimBefore: mean((image) => image.ssimBefore),
    ssimAfter: mean((image) => image.ssimAfter),
    seconds: mean((image) => image.seconds),
    niqeBefore: mean((image) => image.niqeBefore),
    niqeAfter: mean((image) => image.niqeAfter),
    niqeSharp: mean((image) => image.niqeSharp),
    featuresBefore: mean((image) => image.featuresBefore),
    featuresAfter: mean((image) => image.featuresAfter),
  }
}

function show(images: readonly Measured[], mean: Mean, output: Output): void {
  const row = (name: string, figures: Mean) => [
    visible(name),
    figure(figures.psnrBefore, 2),
    figure(figures.psnrAfter, 2),
    figure(figures.gain, 2, true),
    figure(figures.ssimBefore, 4),
    figure(figures.ssimAfter, 4),
    figures.seconds === null ? '' : duration(figures.seconds),
  ]
  const head = ['Photo', 'before', 'after dB', 'gain dB', 'SSIM', 'after', 'time']
  const right = { align: 'right' } as const
  const lines = table(
    [head, ...images.map((image) => row(image.name, image)), row('mean', mean)],
    [{ shrinks: true }, right, right, right, right, right, right],
    output.width,
  )
  lines.forEach((line, index) => output.line(index === 0 || index === lines.length - 1 ? output.paint('bold', line) : line))
  if (images.some((image) => image.gain === null))
    for (const line of wrap('inf: the pictures are the same; such photos are left out of the mean PSNR and gain.', output.width))
      output.line(line)
}

function showLook(images: readonly Measured[], mean: Mean, output: Output): void {
  const told = (value: number | null, digits: number) => (value === null ? '-' : value.toFixed(digits))
  const row = (name: string, figures: Mean) => [
    visible(name),
    told(figures.niqeBefore, 2),
    told(figures.niqeAfter, 2),
    told(figures.niqeSharp, 2),
    told(figures.featuresBefore, 3),
    told(figures.featuresAfter, 3),
  ]
  const right = { align: 'right' } as const
  const lines = table(
    [['Photo', 'NIQE', 'after', 'sharp', 'features', 'after'], ...images.map((image) => row(image.name, image)), row('mean', mean)],
    [{ shrinks: true }, right, right, right, right, right],
    output.width,
  )
  output.line('')
  lines.forEach((line, index) => output.line(index === 0 || index === lines.length - 1 ? output.paint('bold', line) : line))
}

function figure(value: number | null, digits: number, sign = false): string {
  if (value === null) return 'inf'
  return `${sign && value >= 0 ? '+' : ''}${value.toFixed(digits)}`
}
