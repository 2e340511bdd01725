/**
 * Expected failures: one class, stable codes, words for people in `messages.en.ts`.
 * Inside a process: throw `RestillError` for an expected failure, a plain `Error` for a bug.
 * Between processes: `toWire` and `fromWire`. Cancellation is an outcome of its own (`CANCELLED`), never a notice.
 */
import { messages, type ErrorCode } from './messages.en.ts'

export type { ErrorCode } from './messages.en.ts'

export type ErrorDetail = Record<string, string | number | boolean | null>

interface ErrorOptions { detail?: ErrorDetail, cause?: unknown }

export class RestillError extends Error {
  override readonly name = 'RestillError'
  readonly code: ErrorCode
  /** Values for the placeholders of the message: at least `file` where a file is concerned. */
  readonly detail: ErrorDetail

  constructor(code: ErrorCode, options: ErrorOptions = {}) {
    super(`${code}: ${fill(messages[code].message, options.detail ?? {})}`, { cause: options.cause })
    this.code = code
    this.detail = options.detail ?? {}
  }
}

export interface WireError { code: ErrorCode, detail: ErrorDetail, stack?: string | undefined }

/** What a person reads: what happened to which file, then what to do. */
export interface Explanation { code: ErrorCode, title: string, message: string, hint: string }

/** Words for any thrown value; an unexpected one becomes `INTERNAL` with its text as detail. */
export function explain(thrown: unknown): Explanation {
  const error = asRestillError(thrown)
  const words = messages[error.code]
  return { code: error.code, title: words.title, message: fill(words.message, error.detail), hint: fill(words.hint, error.detail) }
}

export function asRestillError(thrown: unknown): RestillError {
  if (thrown instanceof RestillError) return thrown
  if (thrown instanceof Error && thrown.name === 'AbortError') return new RestillError('CANCELLED', { cause: thrown })
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return new RestillError('INTERNAL', { detail: { text }, cause: thrown })
}

export function toWire(thrown: unknown): WireError {
  const error = asRestillError(thrown)
  return { code: error.code, detail: error.detail, stack: error.cause instanceof Error ? error.cause.stack : error.stack }
}

export function fromWire(wire: WireError): RestillError {
  const cause = new Error(wire.stack?.split('\n')[0] ?? wire.code)
  if (wire.stack !== undefined) cause.stack = wire.stack
  return new RestillError(wire.code, { detail: wire.detail, cause })
}

export function isCancelled(thrown: unknown): boolean {
  return asRestillError(thrown).code === 'CANCELLED'
}

/** Exhaustiveness: a union member that a switch forgot does not compile. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`)
}

function fill(text: string, detail: ErrorDetail): string {
  return text.replace(/\{(\w+)\}/g, (_, key: string) => String(detail[key] ?? `(${key} unknown)`))
}
