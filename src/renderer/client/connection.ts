/** Whether the studio can be reached. Streams are read anew by whoever reads them; this only tells. */
import { create } from 'zustand'

interface Connection { state: 'connected' | 'reconnecting', since: number }

export const useConnection = create<Connection>(() => ({ state: 'reconnecting', since: Date.now() }))

export function setConnection(state: Connection['state']): void {
  if (useConnection.getState().state !== state) useConnection.setState({ state, since: Date.now() })
}
