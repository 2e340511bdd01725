/** Writes metadata step by step, each into a new file beside the target, so that every step can fail without harm. */
import { randomUUID } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { explain } from '../../../shared/errors.ts'
import type { ExifToolProcess } from './exiftool.ts'
import type { SafePaths } from './safe-path.ts'

export class StepWriter implements AsyncDisposable {
  /** What ExifTool said about steps that failed, in order. */
  readonly failures: string[] = []
  readonly #tool: ExifToolProcess
  readonly #paths: SafePaths
  readonly #target: string
  readonly #signal: AbortSignal | undefined
  readonly #files: string[] = []

  constructor(tool: ExifToolProcess, paths: SafePaths, target: string, signal: AbortSignal | undefined) {
    this.#tool = tool
    this.#paths = paths
    this.#target = target
    this.#signal = signal
  }

  /** A name for the next step: `.restill-<key>.part.m1.jpg`. Removed at the end unless it was renamed. */
  nextName(): string {
    const extension = extname(this.#target)
    const name = basename(this.#target, extension)
    const stem = name.startsWith('.restill-') ? name : `.restill-${randomUUID()}.part`
    const file = join(dirname(this.#target), `${stem}.m${this.#files.length + 1}${extension}`)
    this.#files.push(file)
    return file
  }

  /** The file `from` with ExifTool's `args` applied, as a new file; null where ExifTool refused. @throws the signal's reason */
  async write(from: string, args: readonly string[]): Promise<string | null> {
    const to = this.nextName()
    await rm(to, { force: true })
    const answer = await this.#tool.run(from, ['-m', '-o', await this.#paths.newFile(to), ...args, await this.#paths.file(from)])
      .catch((thrown: unknown) => ({ errors: [explain(thrown).message] }))
    this.#signal?.throwIfAborted()
    const written = await stat(to).then(found => found.size > 0, () => false)
    if (answer.errors.length === 0 && written) return to
    this.failures.push(...answer.errors.length > 0 ? answer.errors : ['nothing was written'])
    return null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#files.map(file => rm(file, { force: true })))
  }
}
