/** The two ways to the studio: a message port that the desktop hands over, or a WebSocket that is opened again when it falls. */
import type { ClientContext, ClientLink } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { portMessage, type DesktopBridge } from '../../shared/bridge.ts'
import { setConnection } from './connection.ts'

type Link = ClientLink<ClientContext>
const firstWait = 250
const longestWait = 4000
/** How long a call waits for a connection that is being made, milliseconds. */
const patience = 8000

/** Calls go to the newest link; a call made while there is none waits for it. */
class SwitchedLink implements Link {
  #link: Link | null = null
  #waiting: (() => void)[] = []

  set(link: Link | null): void {
    this.#link = link
    if (link === null) return
    for (const go of this.#waiting.splice(0)) go()
  }

  call(...request: Parameters<Link['call']>): Promise<unknown> {
    return this.#link === null ? this.#wait().then(() => this.#must().call(...request)) : this.#link.call(...request)
  }

  #must(): Link {
    if (this.#link === null) throw new Error('the studio does not answer')
    return this.#link
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patience)
      this.#waiting.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
}

export function desktopLink(bridge: DesktopBridge): Link {
  const switched = new SwitchedLink()
  window.addEventListener('message', (event) => {
    if (event.source !== window || event.data !== portMessage) return
    const [port] = event.ports
    if (port === undefined) return
    port.start()
    switched.set(new PortLink({ port }))
    setConnection('connected')
  })
  bridge.connect()
  return switched
}

/** @param address WebSocket address of the studio */
export function socketLink(address: string): Link {
  const switched = new SwitchedLink()
  let wait = firstWait
  const open = (): void => {
    const socket = new WebSocket(address)
    const link = new SocketLink({ websocket: socket })
    socket.addEventListener('open', () => {
      wait = firstWait
      switched.set(link)
      setConnection('connected')
    })
    socket.addEventListener('close', () => {
      switched.set(null)
      setConnection('reconnecting')
      setTimeout(open, wait)
      wait = Math.min(longestWait, wait * 2)
    })
  }
  open()
  return switched
}
