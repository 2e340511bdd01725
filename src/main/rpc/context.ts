/** What a handler of the contract gets, and the way handlers are made. A handler is thin: it asks the studio. */
import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import type { Studio } from '../studio/api.ts'
import { toCallError, withStreamErrors } from './errors.ts'
import type { Places } from './places.ts'

export interface RpcContext {
  readonly studio: Studio
  /** Folders by token: `await context.places.pathOf(token)`. */
  readonly places: Places
  readonly door: DoorHost
  /** The window that calls; `closed` when its connection is gone. A window that reconnects is another client. */
  readonly client: { readonly id: string, readonly closed: AbortSignal }
  /** Into the studio's log. */
  readonly log: (text: string, error?: unknown) => void
}

/** What only the door itself can do. */
export interface DoorHost {
  readonly kind: 'desktop' | 'browser'
  /** Shows a file in the file manager; false where there is none. */
  reveal(path: string): Promise<boolean>
}

/** `os.library.mark.handler(({ input, context, signal }) => ...)`; every failure leaves as `CallProblem`. */
export const os = implement(contract).$context<RpcContext>().use(async ({ context, next }) => {
  try {
    const result = await next()
    return { ...result, output: withStreamErrors(result.output, context.log) }
  } catch (thrown) {
    throw toCallError(thrown, context.log)
  }
})
