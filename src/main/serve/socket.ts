/** The contract over a WebSocket: one connection a window. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer, type WebSocket } from 'ws'
import type { RpcContext } from '../rpc/context.ts'
import { router } from '../rpc/router.ts'

/** Bytes of one message from a window: the ids of a hundred thousand photos take a megabyte. */
const largestMessage = 16 * 1024 ** 2
const pingEveryMs = 20_000

export class Sockets {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: largestMessage, perMessageDeflate: false })
  readonly #handler = new RPCHandler<RpcContext>(router)
  readonly #context: Omit<RpcContext, 'client'>
  readonly #answered = new WeakSet<WebSocket>()
  readonly #pinger: NodeJS.Timeout

  constructor(context: Omit<RpcContext, 'client'>) {
    this.#context = context
    this.#pinger = setInterval(() => { this.#dropSilent() }, pingEveryMs)
    this.#pinger.unref()
  }

  /** Takes over a connection that was let in. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, stream, head, (socket) => { this.#serve(socket) })
  }

  close(): void {
    clearInterval(this.#pinger)
    for (const socket of this.#server.clients) socket.close(1001, 'restill ends')
    this.#server.close()
    // A window that does not answer must not hold the end up.
    setTimeout(() => { for (const socket of this.#server.clients) socket.terminate() }, 500).unref()
  }

  #serve(socket: WebSocket): void {
    const gone = new AbortController()
    socket.on('close', () => { gone.abort() })
    socket.on('error', (error) => { this.#context.log('the connection of a window failed', error) })
    socket.on('pong', () => { this.#answered.add(socket) })
    this.#answered.add(socket)
    void this.#handler.upgrade(socket, { context: { ...this.#context, client: { id: randomUUID(), closed: gone.signal } } })
  }

  #dropSilent(): void {
    for (const socket of this.#server.clients) {
      if (!this.#answered.delete(socket)) socket.terminate()
      else socket.ping()
    }
  }
}
