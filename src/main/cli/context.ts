/** One run of the program: what every command gets, and the exit code it leaves. */
import { join } from 'node:path'
import { Option, type Command } from 'commander'
import type { Studio } from '../studio/api.ts'
import { visible } from '../studio/report/visible.ts'
import { studioOptions, type Door, type OpenOptions } from './door.ts'
import { wrap } from './layout.ts'
import { Output } from './output.ts'

export class Context {
  readonly door: Door
  exitCode = 0
  /** Unexpected errors are written there; the studio's own once one was opened. */
  logFile: string
  readonly #told = new Set<string>()

  constructor(door: Door) {
    this.door = door
    this.logFile = join(door.home, 'restill.log')
  }

  output(options: { json?: boolean }): Output {
    return new Output(this.door, this.door.environment, options.json === true)
  }

  /** Opens a studio for `work`, closes it whatever happens. Each notice is told once. */
  async withStudio<T>(options: OpenOptions, output: Output, work: (studio: Studio) => Promise<T>): Promise<T> {
    const studio = await this.door.open(studioOptions(this.door, options, (notice) => this.tell(output, notice.text)))
    this.logFile = studio.logFile
    try {
      return await work(studio)
    } finally {
      await studio.close()
    }
  }

  /** A notice for people, on standard error, once however often it comes. */
  tell(output: Output, text: string): void {
    if (this.#told.has(text)) return
    this.#told.add(text)
    for (const line of wrap(visible(text), output.width)) output.note(line)
  }
}

/** A command is added to the program by one function each. */
export type Register = (program: Command, context: Context) => void

export const jsonOption = () => new Option('--json', 'print data for programs instead of text')
export const catalogOption = () => new Option('--catalog <file>', 'use another catalog than the usual one')
