/** What the window learns of a failure: the stable code and the words for people, never a stack. */
import { mapEventIterator, ORPCError } from '@orpc/client'
import { ValidationError } from '@orpc/contract'
import { asRestillError, explain, RestillError } from '../../shared/errors.ts'
import { messages } from '../../shared/messages.en.ts'

/** `data` of every error that reaches the window. */
export interface CallProblem { code: string, message: string, hint: string, file?: string }

const statuses: Partial<Record<(typeof messages)[keyof typeof messages]['category'], number>> = { usage: 400, input: 422, file: 422, cancelled: 499 }

/** @param log is told of what nobody expected, with its stack */
export function toCallError(thrown: unknown, log: (text: string, error: unknown) => void): ORPCError<string, CallProblem> {
  const error = asRestillError(beforeTransport(thrown))
  if (error.code === 'INTERNAL') log('a call of the window failed', error.cause ?? error)
  const { code, message, hint } = explain(error)
  const { file } = error.detail
  return new ORPCError(code, {
    status: statuses[messages[code].category] ?? 500, message,
    data: { code, message, hint, ...(typeof file === 'string' ? { file } : {}) },
  })
}

/** Errors of a stream come when it is read, long after the call has answered. */
export function withStreamErrors<T>(output: T, log: (text: string, error: unknown) => void): T {
  if (!isIterator(output)) return output
  return mapEventIterator<unknown, unknown, undefined>(output, {
    value: async (value: unknown) => value, error: async (thrown) => toCallError(thrown, log),
  }) as T
}

/** Malformed input is the window's mistake, malformed output the studio's own. */
function beforeTransport(thrown: unknown): unknown {
  if (!(thrown instanceof ORPCError)) return thrown
  if (!(thrown.cause instanceof ValidationError)) return thrown.cause ?? thrown
  const [issue] = thrown.cause.issues
  const where = (issue?.path ?? []).map((part) => typeof part === 'object' ? String(part.key) : String(part)).join('.')
  const reason = `${where === '' ? '' : `${where}: `}${issue?.message ?? 'malformed'}`
  if (thrown.code === 'BAD_REQUEST') return new RestillError('CALL_INVALID', { detail: { reason }, cause: thrown })
  return new Error(`the answer does not keep to the contract (${reason})`, { cause: thrown })
}

function isIterator(value: unknown): value is AsyncIterator<unknown, unknown, undefined> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value
}
