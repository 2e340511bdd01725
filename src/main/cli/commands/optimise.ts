/** `restill optimise`: measures a network's blocks on this device and chooses the fastest ones that keep its gain. */
import { Option, type Command } from 'commander'
import { choiceName, type Pick } from '../../../shared/edge.ts'
import type { ProviderName } from '../../../shared/guest.ts'
import type { OptimiseOutcome } from '../../studio/api.ts'
import { visible } from '../../studio/report/visible.ts'
import { parseDevices, parseInteger, usage } from '../arguments.ts'
import { catalogOption, jsonOption, type Context, type Register } from '../context.ts'
import type { OpenOptions } from '../door.ts'
import { exitCodes } from '../exit-codes.ts'
import { watchInterrupts } from '../interrupts.ts'
import { fit, table, wrap } from '../layout.ts'
import type { Output } from '../output.ts'

interface OptimiseOptions extends OpenOptions {
  engine: string
  pack?: string
  device?: ProviderName[]
  evaluations: number
  seed: number
  pick: Pick
  blocks?: Pick
  fresh?: boolean
  json?: boolean
}

export const registerOptimise: Register = (program, context) => {
  const command: Command = program
    .command('optimise')
    .summary('fit a network to this device')
    .description(
      'Measures every block of a network on this device, searches for faster ones that keep its gain, and uses the choice from then on. Close other programs first.',
    )
    .addOption(new Option('--engine <id>', 'method whose network is fitted').default('nafnet-edge'))
    .addOption(new Option('--pack <id>', 'trained network to use instead of the usual one of the engine'))
    .addOption(new Option('--device <names>', 'where to compute, in order, e.g. cuda,cpu').argParser(parseDevices))
    .addOption(new Option('--evaluations <count>', 'choices that the search tries').argParser(parseInteger('--evaluations')).default(120, '120'))
    .addOption(new Option('--seed <number>', 'the same seed gives the same search').argParser(parseInteger('--seed')).default(1, '1'))
    .addOption(
      new Option('--pick <point>', 'keep=<percent> of the gain, knee, fastest, or the number of a point').argParser(parsePick).default({ keep: 0.85 }, 'keep=85'),
    )
    .addOption(new Option('--blocks <options>', 'blocks by hand, e.g. 4,0,0,1,0,4; 0 is the block as it was trained').argParser(parseBlocks))
    .option('--fresh', 'measure the blocks again')
  command
    .addOption(jsonOption())
    .addOption(catalogOption())
    .addHelpText('after', '\nExamples:\n  restill optimise\n  restill optimise --pick knee\n  restill optimise --blocks 0,0,0,0,0,0    as it was trained')
    .action(async (options: OptimiseOptions) => {
      context.exitCode = await optimise(context, options)
    })
}

async function optimise(context: Context, options: OptimiseOptions): Promise<number> {
  const output = context.output(options)
  const { engine, pack, evaluations, seed } = options
  if (evaluations < 2 || evaluations > 2000) throw usage('--evaluations is a number from 2 to 2000')
  return context.withStudio(options, output, async (studio) => {
    const interrupts = watchInterrupts(context.door.signals, () => output.note('Stopping.'), (code) => context.door.quit(code))
    const words = { blocks: 'Measuring block', search: 'Searching', check: 'Checking' }
    try {
      const found = await studio.optimise({
        engine, evaluations, seed, providers: options.device ?? [], pick: options.blocks ?? options.pick, fresh: options.fresh ?? false,
        ...(pack === undefined ? {} : { pack }),
      }, {
        signal: AbortSignal.any([interrupts.afterCurrent, interrupts.now]),
        onProgress: ({ stage, done, total }) => output.draw([fit(`${words[stage]} ${done} of ${total}`, output.width)]),
      })
      output.clear()
      output.data(found)
      if (!output.json) show(found, output)
      return exitCodes.ok
    } finally {
      output.clear()
      interrupts.release()
    }
  })
}

function parsePick(text: string): Pick {
  const keep = /^keep=(\d+(?:\.\d+)?)%?$/.exec(text)
  if (keep !== null && Number(keep[1]) <= 100) return { keep: Number(keep[1]) / 100 }
  if (text === 'knee' || text === 'fastest') return text
  if (/^[1-9]\d*$/.test(text)) return { point: Number(text) }
  throw usage(`--pick cannot be "${text}": write keep=85, knee, fastest, or the number of a point`)
}

function parseBlocks(text: string): Pick {
  if (!/^\d+(,\d+)*$/.test(text)) throw usage(`--blocks cannot be "${text}": write a number for every slot, such as 4,0,0,1,0,4`)
  return { options: text.split(',').map(Number) }
}

function show(found: OptimiseOutcome, output: Output): void {
  const { front, baseMs, gainDb, chosen } = found
  const byTime = front.toSorted((a, b) => a.milliseconds - b.milliseconds)
  for (const line of chart(byTime.map(({ milliseconds, dropDb }) => ({ x: milliseconds, y: gainDb - dropDb })), output.width)) output.line(line)
  output.line()
  const right = { align: 'right' } as const
  const kept = (dropDb: number) => `${Math.round(100 * (1 - dropDb / gainDb))} %`
  const rows = byTime.map(({ options, dropDb, milliseconds }, index) => [
    String(index + 1), choiceName(options), `${milliseconds.toFixed(1)} ms`, `${(baseMs / milliseconds).toFixed(2)}x`, `${(gainDb - dropDb).toFixed(3)} dB`, kept(dropDb),
    choiceName(options) === choiceName(chosen.options) ? 'chosen' : choiceName(options) === choiceName(found.knee) ? 'knee' : '',
  ])
  const lines = table(
    [['Point', 'blocks', 'a tile', 'speed', 'gain', 'kept', ''], ...rows], [right, { shrinks: true }, right, right, right, right, {}], output.width,
  )
  lines.forEach((line, index) => output.line(index === 0 ? output.paint('bold', line) : line))
  output.line()
  const off = Math.round(100 * (chosen.predictedMs / chosen.measuredMs - 1))
  const said = `${visible(found.pack)} on ${visible(found.device)} (${found.provider}): blocks ${choiceName(chosen.options)}, measured ${chosen.measuredMs.toFixed(1)} ms a tile `
    + `of ${found.side} pixels (predicted ${chosen.predictedMs.toFixed(1)}, ${off >= 0 ? '+' : ''}${off} %), the base ${chosen.baseMs.toFixed(1)} ms: `
    + `${(chosen.baseMs / chosen.measuredMs).toFixed(2)}x as fast, expected to keep ${kept(chosen.dropDb)} of the gain. `
    + `Restorations with ${found.engine} use it from now on; "--set blocks=base" does not.`
  for (const line of wrap(said, output.width)) output.line(line)
}

const chartRows = 10

/** Time to the right, gain upward. */
function chart(points: readonly { x: number, y: number }[], width: number): string[] {
  const columns = Math.min(60, width - 12)
  const place = (values: readonly number[], size: number) => {
    const [low, high] = [Math.min(...values), Math.max(...values)]
    return { low, high, at: (value: number) => high > low ? Math.round((value - low) / (high - low) * (size - 1)) : 0 }
  }
  const across = place(points.map(({ x }) => x), columns)
  const up = place(points.map(({ y }) => y), chartRows)
  const cells = Array.from({ length: chartRows }, () => Array.from({ length: columns }, () => ' '))
  for (const { x, y } of points) cells[chartRows - 1 - up.at(y)]![across.at(x)] = '*'
  const label = (row: number) => row === 0 ? up.high.toFixed(3) : row === chartRows - 1 ? up.low.toFixed(3) : ''
  return [
    'gain, dB',
    ...cells.map((row, index) => `${label(index).padStart(8)} |${row.join('')}`.trimEnd()),
    `${' '.repeat(9)}+${'-'.repeat(columns)}`,
    `${' '.repeat(10)}${across.low.toFixed(1)} ms${`${across.high.toFixed(1)} ms`.padStart(columns - across.low.toFixed(1).length - 3)}`,
  ]
}
