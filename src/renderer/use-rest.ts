/** Code that comes after the first screen, once the window is at rest, or at once when it is wanted. */
import { useEffect, useState } from 'react'

type Rest = typeof import('./rest.ts').rest
let known: Rest | null = null
/** Milliseconds after which it comes although the window is not at rest. */
const atLatest = 2000

/** @returns null until it is there; @throws what kept it from coming, into the boundary around */
export function useRest(isWanted: boolean): Rest | null {
  const [shown, setShown] = useState(known)
  useEffect(() => {
    if (shown !== null) return
    let ended = false
    const load = (): void => {
      import('./rest.ts').then(({ rest }) => {
        known = rest
        if (!ended) setShown(rest)
      }, (thrown: unknown) => {
        if (!ended) setShown(() => { throw thrown })
      })
    }
    if (isWanted) load()
    const waiting = isWanted ? null : requestIdleCallback(load, { timeout: atLatest })
    return () => {
      ended = true
      if (waiting !== null) cancelIdleCallback(waiting)
    }
  }, [shown, isWanted])
  return shown
}
