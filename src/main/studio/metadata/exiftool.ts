/**
 * One long-lived ExifTool process (`-stay_open`), fed argument by argument, never through a shell.
 * It never changes a file in place: every write goes to a new name (`-o`), so that a failed write leaves what it started from.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { ExifTool, ExifToolTask, exiftoolPath } from 'exiftool-vendored'
import { RestillError } from '../../../shared/errors.ts'

export interface ExifToolAnswer { stdout: string, errors: string[], warnings: string[] }

interface ExifToolOptions {
  /** Milliseconds for one command; after that the process is killed and the next command starts a new one. */
  timeoutMs?: number
  /** Another ExifTool than the one that comes with the application. */
  path?: string
}

class CommandTask extends ExifToolTask<ExifToolAnswer> {
  protected override parse(stdout: string): ExifToolAnswer {
    return { stdout, errors: this.errors, warnings: this.warnings }
  }
}

export class ExifToolProcess {
  readonly #options: ExifToolOptions
  #tool: ExifTool | null = null
  #version: Promise<string> | null = null

  constructor(options: ExifToolOptions = {}) {
    this.#options = options
  }

  /** ExifTool's version. @throws METADATA_TOOL_MISSING when it (or perl, which it needs outside Windows) cannot run */
  version(): Promise<string> {
    this.#version ??= this.#firstAnswer().catch((cause: unknown) => {
      this.#version = null
      throw new RestillError('METADATA_TOOL_MISSING', { detail: { reason: oneLine(cause) }, cause })
    })
    return this.#version
  }

  /**
   * Runs one command. Arguments are single lines: paths go through `safePath` first.
   * Errors and warnings that ExifTool prints are part of the answer; only a process that hangs or dies rejects.
   * @throws METADATA_TOOL_MISSING, METADATA_FAILED
   */
  async run(file: string, args: readonly string[]): Promise<ExifToolAnswer> {
    await this.version()
    const once = () => this.#start().enqueueTask(() => new CommandTask([...charset, ...args]), false)
    try {
      return await once().catch(async (thrown: unknown) => {
        // A process that died in the middle says nothing about the file; one that took too long does.
        if (/timeout/i.test(oneLine(thrown))) throw thrown
        const output = args[args.indexOf('-o') + 1]
        if (args.includes('-o') && output !== undefined) await rm(output, { force: true })
        return once()
      })
    } catch (cause) {
      throw new RestillError('METADATA_FAILED', { detail: { file, reason: oneLine(cause) }, cause })
    }
  }

  /** A process that cannot start is tried again and again by the library underneath: what it needs is looked for first. */
  async #firstAnswer(): Promise<string> {
    if (this.#options.path !== undefined && !existsSync(this.#options.path)) throw new Error(`${this.#options.path} is not there`)
    if (process.platform !== 'win32' && !isInPath('perl')) throw new Error('no perl was found in the search path')
    const version = this.#start().version()
    version.catch(() => undefined)
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => { reject(new Error('no answer')) }, firstAnswerMs).unref()
    })
    return Promise.race([version, late])
  }

  async close(): Promise<void> {
    const tool = this.#tool
    this.#tool = null
    this.#version = null
    await tool?.end()
  }

  #start(): ExifTool {
    this.#tool ??= new ExifTool({
      maxProcs: 1,
      maxTasksPerProcess: 2000,
      taskTimeoutMillis: this.#options.timeoutMs ?? 30_000,
      taskRetries: 0,
      processFactory: () => spawnExifTool(this.#options.path),
    })
    return this.#tool
  }
}

const firstAnswerMs = 30_000
const charset = process.platform === 'win32' ? ['-charset', 'filename=utf8'] : []

/**
 * In a process group of its own, so that Ctrl-C in a terminal, which reaches the whole group, does not take it from the photo in work.
 * It ends by itself when its input closes, also when the studio was killed. The user's environment and ExifTool settings stay out of it.
 */
async function spawnExifTool(path: string | undefined): Promise<ChildProcess> {
  const program = path ?? await exiftoolPath()
  const args = ['-config', configFile(), '-stay_open', 'True', '-@', '-']
  if (process.platform === 'win32') return spawn(program, args, { stdio: 'pipe', windowsHide: true })
  return spawn('perl', [program, ...args], { stdio: 'pipe', detached: true, env: { PATH: process.env['PATH'] ?? '', LANG: 'C' } })
}

/** `resources/exiftool/restill.config`, from a checkout as from a bundle (outside the archive, where perl can read it). */
function configFile(): string {
  let folder = import.meta.dirname
  for (;;) {
    const file = join(folder, 'resources', 'exiftool', 'restill.config')
    const unpacked = file.replace('app.asar', 'app.asar.unpacked')
    if (existsSync(unpacked)) return unpacked
    if (existsSync(file)) return file
    const parent = dirname(folder)
    if (parent === folder) throw new Error('resources/exiftool/restill.config is missing from this installation')
    folder = parent
  }
}

function isInPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some(folder => folder !== '' && existsSync(join(folder, program)))
}

function oneLine(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\s+/g, ' ').slice(0, 300)
}
