/** `restill bench`: measures this machine. The measurements belong to the source tree, so they run as a program of their own. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { RestillError } from '../../../shared/errors.ts'
import { jsonOption, type Register } from '../context.ts'
import { exitCodes } from '../exit-codes.ts'

export const registerBench: Register = (program, context) => {
  program
    .command('bench')
    .summary('measure speed and memory on this machine')
    .description('Measures speed and memory and compares them with their limits. Takes some minutes; close other programs first.')
    .argument('[names...]', 'only these measurements; an unknown name lists them')
    .addOption(jsonOption())
    .action(async (names: string[], options: { json?: boolean }) => {
      const script = join(import.meta.dirname, '..', '..', '..', '..', 'bench', 'run.ts')
      if (!existsSync(script))
        throw new RestillError('USAGE', { detail: { reason: 'The measurements come with the source of restill, which this is not' } })
      context.exitCode = await run([script, ...(options.json === true ? ['--json'] : []), ...names])
    })
}

function run(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? exitCodes.stopped : exitCodes.someFailed)))
  })
}
