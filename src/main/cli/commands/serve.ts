/** `restill serve`: the window in a browser. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Option } from 'commander'
import type { Studio } from '../../studio/api.ts'
import { Log } from '../../studio/log.ts'
import { visible } from '../../studio/report/visible.ts'
import { openBrowser } from '../../serve/browser.ts'
import { isLoopback } from '../../serve/origin.ts'
import { openServer, type OpenServer } from '../../serve/server.ts'
import { parseInteger } from '../arguments.ts'
import { catalogOption, jsonOption, type Context, type Register } from '../context.ts'
import { resolvePaths, type OpenOptions } from '../door.ts'
import { exitCodes } from '../exit-codes.ts'
import { wrap } from '../layout.ts'
import type { Output } from '../output.ts'

interface ServeOptions extends OpenOptions {
  port: number
  host: string
  root?: string[]
  home?: string
  open: boolean
  renderer?: string
  json?: boolean
}

const usualPort = 4870

const examples = `
Examples:
  restill serve                            opens the window in your browser
  restill serve --root /photos --root /usb only these folders and what is below them can be chosen
  restill serve --no-open --port 4870      on a machine far away; on yours then:
                                           ssh -L 4870:127.0.0.1:4870 <machine>, and open the printed address

The printed address works once and lets one browser in, which is remembered for 30 days; Enter prints another one.
Ctrl-C ends restill: what was in work goes back to the queue.`

export const registerServe: Register = (program, context) => {
  program
    .command('serve')
    .summary('open the window in a browser')
    .description('Serves the window on this machine, for a browser here or at the other end of a tunnel.')
    .addOption(new Option('--port <number>', 'where to listen; 0 finds a free one').argParser(parseInteger('A port')).default(usualPort))
    .addOption(new Option('--host <address>', 'listen on another address than this machine alone').default('127.0.0.1'))
    .option('--root <folder...>', 'folders that can be looked through (default: your home folder)')
    .option('--home <folder>', 'keep the catalog and all that belongs to it there (default: RESTILL_HOME)')
    .option('--no-open', 'do not open the browser')
    .addOption(new Option('--renderer <folder>', 'files of the window').env('RESTILL_RENDERER').hideHelp())
    .addOption(jsonOption())
    .addOption(catalogOption())
    .addHelpText('after', examples)
    .action(async (options: ServeOptions) => {
      context.exitCode = await serve(context, options)
    })
}

async function serve(context: Context, options: ServeOptions): Promise<number> {
  const output = context.output(options)
  const { base } = context.door
  const roots = resolvePaths(base, options.root ?? [homedir()])
  const renderer = options.renderer === undefined ? join(import.meta.dirname, '../../../../out/renderer') : resolve(base, options.renderer)
  const home = options.home === undefined ? {} : { home: resolve(base, options.home) }
  return context.withStudio({ ...options, ...home }, output, async (studio) => {
    const log = new Log(studio.logFile)
    const server = await openServer({
      studio, host: options.host, port: options.port, roots, renderer, log: (text, error) => { log.write(text, error) },
    })
    try {
      await studio.batches.startWatches()
      introduce(output, server, roots, options)
      setImmediate(() => { readAhead(studio, log) })
      await untilInterrupted(context, output, server)
      output.note('Ending. What was in work goes back to the queue.')
    } finally {
      await server.close()
    }
    return exitCodes.ok
  })
}

function introduce(output: Output, server: OpenServer, roots: readonly string[], options: ServeOptions): void {
  const address = server.newAddress()
  output.data({ address, port: server.port, roots })
  output.line(`restill is open at ${address}`)
  output.line(`Folders: ${roots.map(visible).join(', ')}`)
  if (!isLoopback(options.host)) {
    const warning = `It listens on ${visible(options.host)}, without encryption: everybody on the way can read along. A tunnel (ssh -L) is safer.`
    for (const line of wrap(warning, output.width)) output.note(line)
  }
  output.line('Ctrl-C ends it.')
  if (options.open) openBrowser(address)
}

/** The first reading of a large library takes a moment: better now than when the window asks. What fails here fails there, and is shown. */
function readAhead(studio: Studio, log: Log): void {
  try {
    studio.library.index()
    studio.library.tree()
  } catch (error) {
    log.write('the library could not be read ahead', error)
  }
}

/** Ctrl-C ends in order; a second one at once: jobs survive that too. */
async function untilInterrupted(context: Context, output: Output, server: OpenServer): Promise<void> {
  const { signals } = context.door
  const { promise, resolve } = Promise.withResolvers<undefined>()
  let asked = false
  const end = () => {
    if (asked) context.door.quit(exitCodes.stopped)
    asked = true
    resolve(undefined)
  }
  signals.on('SIGINT', end)
  signals.on('SIGTERM', end)
  const lines = process.stdin.isTTY ? createInterface({ input: process.stdin }) : undefined
  lines?.on('line', () => { output.line(server.newAddress()) })
  lines?.on('SIGINT', end)
  await promise
  lines?.close()
}
