/** Where words go: people read lines, programs read JSON. With `--json` standard output holds nothing but JSON lines. */
import { styleText } from 'node:util'
import { createLogUpdate } from 'log-update'

export type Stream = NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
type Style = Parameters<typeof styleText>[0]

/** Lines that are redrawn in place; what is printed meanwhile scrolls above them. */
interface Live {
  draw(lines: string[]): void
  print(text: string): void
  clear(): void
}

export class Output {
  readonly json: boolean
  readonly #stdout: Stream
  readonly #stderr: Stream
  readonly #live: Live | null
  readonly #paints: boolean

  constructor(streams: { stdout: Stream; stderr: Stream }, environment: NodeJS.ProcessEnv, json: boolean) {
    this.json = json
    this.#stdout = streams.stdout
    this.#stderr = streams.stderr
    // Data and a bar on the same terminal would run into each other.
    const people = json ? streams.stderr : streams.stdout
    const terminal = people.isTTY === true && environment['TERM'] !== 'dumb'
    this.#live = terminal && !(json && streams.stdout.isTTY === true) ? live(people) : null
    this.#paints = terminal && (environment['NO_COLOR'] ?? '') === ''
  }

  /** True when a bar can be redrawn in place. */
  get isLive(): boolean {
    return this.#live !== null
  }

  /** Columns of the terminal; 100 where there is none, so that logs keep their lines. */
  get width(): number {
    return Math.max(20, Math.min(100, (this.json ? this.#stderr : this.#stdout).columns ?? 100))
  }

  /** A line for people; nothing with `--json`. */
  line(text = ''): void {
    if (!this.json) this.#write(this.#stdout, text)
  }

  /** A line that is shown in every mode, beside the data: what went wrong, what was done instead. */
  note(text: string): void {
    this.#write(this.#stderr, text)
  }

  /** One value as one line of JSON, with `--json` alone. */
  data(value: unknown): void {
    if (this.json) this.#stdout.write(`${JSON.stringify(value)}\n`)
  }

  draw(lines: string[]): void {
    this.#live?.draw(lines)
  }
  clear(): void {
    this.#live?.clear()
  }

  paint(style: Style, text: string): string {
    return this.#paints ? styleText(style, text, { validateStream: false }) : text
  }

  #write(stream: Stream, text: string): void {
    if (this.#live === null) stream.write(`${text}\n`)
    else this.#live.print(text)
  }
}

function live(stream: Stream): Live {
  // The cursor stays: a process that is killed could not bring it back.
  const update = createLogUpdate(stream, { showCursor: true })
  let drawn = false
  return {
    draw: (lines) => {
      if (lines.length === 0) return
      update(lines.join('\n'))
      drawn = true
    },
    print: (text) => {
      if (drawn) update.persist(text)
      else stream.write(`${text}\n`)
      drawn = false
    },
    clear: () => {
      if (drawn) update.clear()
      update.done()
      drawn = false
    },
  }
}
