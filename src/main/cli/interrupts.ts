/** Ctrl-C: once finishes the photos in work, twice stops now, a third time ends the program as it stands (jobs survive that too). */
import { exitCodes } from './exit-codes.ts'

interface Interrupts {
  readonly afterCurrent: AbortSignal
  readonly now: AbortSignal
  readonly stopped: boolean
  release(): void
}

/** @param say tells the person what the key did */
export function watchInterrupts(source: NodeJS.EventEmitter, say: (text: string) => void, quit: (code: number) => void): Interrupts {
  const afterCurrent = new AbortController()
  const now = new AbortController()
  const stopNow = () => {
    afterCurrent.abort()
    now.abort()
  }
  const onInterrupt = () => {
    if (now.signal.aborted) return quit(exitCodes.stopped)
    if (afterCurrent.signal.aborted) {
      say('Stopping now. What was in work goes back to the queue.')
      return stopNow()
    }
    say('Finishing the photo in work, the rest stays queued. Ctrl-C again stops now.')
    afterCurrent.abort()
  }
  source.on('SIGINT', onInterrupt)
  source.on('SIGTERM', stopNow)
  return {
    afterCurrent: afterCurrent.signal,
    now: now.signal,
    get stopped() {
      return afterCurrent.signal.aborted
    },
    release: () => {
      source.off('SIGINT', onInterrupt)
      source.off('SIGTERM', stopNow)
    },
  }
}
