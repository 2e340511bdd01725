/** The command line as a whole: its commands, its help, and what becomes of an error. */
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { z } from 'zod'
import { usage } from './arguments.ts'
import { registerBench } from './commands/bench.ts'
import { registerCaption } from './commands/caption.ts'
import { registerCatalog } from './commands/catalog.ts'
import { registerDoctor } from './commands/doctor.ts'
import { registerEval } from './commands/eval.ts'
import { registerExport } from './commands/export.ts'
import { registerFix } from './commands/fix.ts'
import { registerImport } from './commands/import.ts'
import { registerJobs } from './commands/jobs.ts'
import { registerModels } from './commands/models.ts'
import { registerOptimise } from './commands/optimise.ts'
import { registerServe } from './commands/serve.ts'
import { registerTriage } from './commands/triage.ts'
import { Context } from './context.ts'
import type { Door } from './door.ts'
import { exitCodeOfError, exitCodes } from './exit-codes.ts'
import { tellFailure } from './failure.ts'

const registers = [
  registerServe,
  registerFix,
  registerImport,
  registerTriage,
  registerCaption,
  registerJobs,
  registerModels,
  registerOptimise,
  registerExport,
  registerCatalog,
  registerDoctor,
  registerBench,
  registerEval,
]

/** @returns the exit code; nothing is thrown */
export async function run(args: readonly string[], door: Door): Promise<number> {
  const context = new Context(door)
  const program = build(context)
  try {
    await program.parseAsync(args.length === 0 ? ['help'] : [...args], { from: 'user' })
    return context.exitCode
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok
    const thrown = error instanceof CommanderError ? usageOf(error) : error
    if (thrown === null) return exitCodes.usage
    const output = context.output({ json: args.includes('--json') })
    output.clear()
    tellFailure(thrown, output, context.logFile)
    return exitCodeOfError(thrown)
  }
}

const start = `
Start with:
  restill fix <folder>       restore every photo in a folder
  restill fix                try it on the sample photos
  restill help fix           all options of fix, with examples`

function build(context: Context): Command {
  const { door } = context
  const program = new Command('restill')
    .description('Restores blurred photos. Originals are never changed, metadata are kept.')
    .version(version(), '--version', 'print the version')
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => door.stdout.write(text),
      writeErr: (text) => door.stderr.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(100, door.stdout.columns ?? 100),
      getErrHelpWidth: () => Math.min(100, door.stderr.columns ?? 100),
    })
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText(
      'after',
      start,
    )
  for (const register of registers) register(program, context)
  return program
}

/** Commander's words as ours; null when it has shown its help because no command was named. */
function usageOf(error: CommanderError): Error | null {
  if (error.code === 'commander.help') return null
  const text = error.message.replace(/^error: /, '').replace(/\n/g, ' ')
  return usage(text.slice(0, 1).toUpperCase() + text.slice(1))
}

function version(): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')))
    .version
}
