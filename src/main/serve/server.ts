/**
 * The browser's door: HTTP for the window's files, pictures and drops, a WebSocket for the contract. Nothing is answered before access is
 * checked.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { asRestillError, explain, RestillError } from '../../shared/errors.ts'
import { messages } from '../../shared/messages.en.ts'
import { textAnswer, type Answer } from '../rpc/answer.ts'
import type { RpcContext } from '../rpc/context.ts'
import { safeHeaders } from '../rpc/headers.ts'
import { pictureAnswer } from '../rpc/pictures.ts'
import { Places } from '../rpc/places.ts'
import { requireBuilt, windowFile } from '../rpc/window-files.ts'
import type { Studio } from '../studio/api.ts'
import { Access } from './access.ts'
import { Inbox, type InboxLimits } from './inbox.ts'
import { allowedHosts, bracketed, isForeignFetch, isOwnOrigin } from './origin.ts'
import { Sockets } from './socket.ts'

export interface ServerOptions {
  studio: Studio
  /** Name or address to listen on. */
  host: string
  /** 0 finds a free one. */
  port: number
  /** Folders that the window may look through. */
  roots: readonly string[]
  /** Folder of the built window. */
  renderer: string
  log: RpcContext['log']
  inboxLimits?: InboxLimits
}

export interface OpenServer {
  readonly port: number
  /** An address that opens the window once; an earlier one that was not used is void. */
  newAddress(): string
  close(): Promise<void>
}

/** @throws RestillError WINDOW_NOT_BUILT, ADDRESS_IN_USE */
export async function openServer(options: ServerOptions): Promise<OpenServer> {
  requireBuilt(options.renderer)
  const server = createServer()
  const port = await listen(server, options.host, options.port)
  const door = new Door(options, port)
  server.on('request', (request, response) => void door.answer(request, response))
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => { door.upgrade(request, stream, head) })
  // A large photo over a slow line takes its time; who is not let in is not read from.
  server.requestTimeout = 0
  const shown = ['0.0.0.0', '::'].includes(options.host) ? '127.0.0.1' : options.host
  return {
    port,
    newAddress: () => `http://${bracketed(shown)}:${port}/?token=${door.access.newToken()}`,
    close: async () => {
      door.close()
      await new Promise<void>((resolve) => {
        server.close(() => { resolve() })
        server.closeIdleConnections()
        setTimeout(() => { server.closeAllConnections() }, 1000).unref()
      })
    },
  }
}

class Door {
  readonly access: Access
  readonly #options: ServerOptions
  readonly #hosts: Set<string>
  readonly #inbox: Inbox
  readonly #sockets: Sockets

  constructor(options: ServerOptions, port: number) {
    this.#options = options
    this.#hosts = allowedHosts(options.host, port)
    this.access = new Access(join(options.studio.home, 'serve-sessions.json'), port)
    const places = new Places(options.roots)
    this.#inbox = new Inbox(join(options.studio.home, 'inbox'), places, options.inboxLimits)
    const { studio, log } = options
    this.#sockets = new Sockets({ studio, places, log, door: { kind: 'browser', reveal: async () => false } })
  }

  close(): void {
    this.#sockets.close()
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value)
    try {
      await this.#route(request, response)
    } catch (thrown) {
      this.#fail(request, response, thrown)
    }
  }

  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const path = addressOf(request)?.pathname
    const status = !this.#isOwnHost(request) || !isOwnOrigin(request.headers) ? '403 Forbidden'
      : !this.access.admits(request.headers.cookie) ? '401 Unauthorized'
        : path !== '/rpc' ? '404 Not Found' : null
    if (status === null) return this.#sockets.upgrade(request, stream, head)
    stream.on('error', () => undefined)
    stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#isOwnHost(request)) return refuse(request, response, 403, 'restill has no such name. Open the address that the terminal shows.')
    const url = addressOf(request)
    if (url === null) return refuse(request, response, 400, 'This address is not understood.')
    const token = url.searchParams.get('token')
    if (request.method === 'GET' && url.pathname === '/' && token !== null) return this.#enter(token, request, response)
    if (!this.access.admits(request.headers.cookie)) {
      return refuse(request, response, 401, 'This browser was not let in. Open the address that the terminal shows; it works once.')
    }
    if (url.pathname === '/inbox' || url.pathname.startsWith('/inbox/')) return this.#receive(url, request, response)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(request, response, 405, 'Only GET is answered here.')
    if (isForeignFetch(request.headers)) return refuse(request, response, 403, 'Pages of other servers get nothing.')
    if (url.pathname.startsWith('/photo/')) return this.#picture(url, response)
    send(response, await windowFile(this.#options.renderer, url.pathname) ?? textAnswer(404, 'There is nothing here.'))
  }

  /** Opening the printed address twice in the browser that was let in is no mistake. */
  #enter(token: string, request: IncomingMessage, response: ServerResponse): void {
    const cookie = this.access.exchange(token)
    if (cookie === null && !this.access.admits(request.headers.cookie)) {
      return refuse(request, response, 403, 'This address is not right, or was used already. The terminal shows a new one: press Enter there.')
    }
    response.writeHead(303, { location: '/', 'cache-control': 'no-store', ...(cookie === null ? {} : { 'set-cookie': cookie }) }).end()
  }

  async #picture(url: URL, response: ServerResponse): Promise<void> {
    const gone = new AbortController()
    response.on('close', () => { gone.abort() })
    const path = url.pathname.slice('/photo/'.length)
    const answer = await pictureAnswer(path, url.searchParams.has('v'), this.#options, gone.signal)
    if (!gone.signal.aborted) send(response, answer)
  }

  async #receive(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOwnOrigin(request.headers)) return refuse(request, response, 403, 'Pages of other servers may bring nothing.')
    if (request.method === 'POST' && url.pathname === '/inbox') return sendJson(response, 200, await this.#inbox.open())
    if (request.method !== 'PUT') return refuse(request, response, 405, 'Files are brought by PUT.')
    const declared = request.headers['content-length']
    const token = url.pathname.slice('/inbox/'.length)
    const taken = await this.#inbox.receive(token, url.searchParams.get('name') ?? '', request, declared === undefined ? null : Number(declared))
    sendJson(response, 200, taken)
  }

  #isOwnHost({ headers }: IncomingMessage): boolean {
    return headers.host !== undefined && this.#hosts.has(headers.host.toLowerCase())
  }

  #fail(request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
    const { code, message, hint } = explain(thrown)
    if (code === 'INTERNAL') this.#options.log(`${request.method ?? ''} failed`, asRestillError(thrown).cause)
    if (response.headersSent || response.destroyed) return void response.destroy()
    // What was not read is thrown away: a browser reads no answer before it has sent everything.
    request.resume()
    const status = code === 'PLACE_UNKNOWN' ? 404 : ['input', 'usage'].includes(messages[code].category) ? 422 : 500
    const { file } = asRestillError(thrown).detail
    sendJson(response, status, { code, message, hint, ...(typeof file === 'string' ? { file } : {}) })
  }
}

/** A path and its query, whatever the request calls the server: `//a` is a path, no host. */
function addressOf({ url = '' }: IncomingMessage): URL | null {
  return url.startsWith('/') ? URL.parse(`http://restill${url}`) : null
}

/** The body is not read: the connection ends. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') response.setHeader('connection', 'close')
  send(response, textAnswer(status, text))
}

/** To HEAD the server itself sends no body. */
function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': body.byteLength }).end(body)
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(value))
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  server.once('error', reject)
  server.listen({ host: host.replace(/^\[|\]$/g, ''), port }, () => { resolve(undefined) })
  try {
    await promise
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RestillError('ADDRESS_IN_USE', { detail: { address: `${bracketed(host)}:${port}`, reason }, cause })
  }
  server.removeListener('error', reject)
  return (server.address() as AddressInfo).port
}
