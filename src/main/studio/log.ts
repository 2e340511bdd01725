/** A plain log file for what a person does not read: stacks of unexpected errors, restarts. One older file is kept. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const maxBytes = 2_000_000

export class Log {
  readonly file: string

  constructor(file: string) {
    this.file = file
  }

  /** Never throws: a full disk must not turn a message about it into a second error. */
  write(text: string, error?: unknown): void {
    try {
      mkdirSync(dirname(this.file), { recursive: true })
      this.#rotate()
      appendFileSync(this.file, `${new Date().toISOString()} [${process.pid}] ${text}${error === undefined ? '' : `\n${stackOf(error)}`}\n`)
    } catch {
      // Nowhere left to say it.
    }
  }

  #rotate(): void {
    const size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0
    if (size > maxBytes) renameSync(this.file, `${this.file}.1`)
  }
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`
  const detail = 'detail' in error ? ` ${JSON.stringify(error.detail)}` : ''
  return `${error.stack ?? error.message}${detail}${cause}`
}
