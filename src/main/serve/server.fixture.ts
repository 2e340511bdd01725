/** A real studio behind a real server, for one test. */
import { mkdir, writeFile } from 'node:fs/promises'
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { writePhoto } from '../../../test/helpers/photos.ts'
import type { Contract } from '../../shared/contract/index.ts'
import { openStudio, type Studio } from '../studio/studio.ts'
import type { InboxLimits } from './inbox.ts'
import { openServer, type OpenServer } from './server.ts'

export interface Answered { status: number, headers: IncomingHttpHeaders, body: Buffer }
export interface Asked { method?: string, headers?: OutgoingHttpHeaders, body?: Buffer | string }

export interface TestServer {
  folder: string
  home: string
  /** The only root; `photos/shoot/a.jpg` is in it. */
  photos: string
  origin: string
  studio: Studio
  server: OpenServer
  logged: string[]
  /** Without a cookie, unless `headers` bring one. */
  ask: (path: string, asked?: Asked) => Promise<Answered>
  /** The value of a Cookie header of somebody who was let in. */
  enter: () => Promise<string>
  socket: (headers: Record<string, string>, path?: string) => WebSocket
  client: () => Promise<ContractRouterClient<Contract>>
}

export async function testServer(options: { inboxLimits?: InboxLimits, host?: string } = {}): Promise<TestServer> {
  const folder = await tempFolder()
  const home = join(folder, 'home')
  const photos = join(folder, 'photos')
  const renderer = join(folder, 'renderer')
  await mkdir(join(renderer, 'assets'), { recursive: true })
  await writeFile(join(renderer, 'index.html'), '<!doctype html><title>restill</title>')
  await writeFile(join(renderer, 'assets/index-abc.js'), 'export {}')
  await writeFile(join(folder, 'secret.json'), '"nobody may read this"')
  await writePhoto(join(photos, 'shoot/a.jpg'))
  const studio = await openStudio({ home })
  const logged: string[] = []
  const { host = '127.0.0.1', inboxLimits } = options
  const server = await openServer({
    studio, host, port: 0, roots: [photos], renderer, log: (text, error) => { logged.push(`${text} ${String(error)}`) },
    ...(inboxLimits === undefined ? {} : { inboxLimits }),
  })
  onTestFinished(async () => {
    await server.close()
    await studio.close()
  })
  const origin = `http://127.0.0.1:${server.port}`
  const ask = (path: string, asked: Asked = {}): Promise<Answered> => answerOf(server.port, path, asked)
  const enter = async (): Promise<string> => {
    const { headers } = await ask(new URL(server.newAddress()).search.replace(/^/, '/'))
    return (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
  }
  const socket = (headers: Record<string, string>, path = '/rpc'): WebSocket => new WebSocket(`${origin.replace('http', 'ws')}${path}`, { headers })
  return {
    folder, home, photos, origin, studio, server, logged, ask, enter, socket,
    client: async () => {
      const connection = socket({ cookie: await enter(), origin })
      onTestFinished(() => { connection.close() })
      return createORPCClient(new RPCLink({ websocket: connection as unknown as globalThis.WebSocket }))
    },
  }
}

/** How the server takes a connection: `open`, or the status of its refusal. */
export function outcomeOf(socket: WebSocket): Promise<number | 'open'> {
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      resolve('open')
      socket.close()
    })
    socket.on('unexpected-response', (_, response) => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
    socket.on('error', reject)
  })
}

function answerOf(port: number, path: string, { method = 'GET', headers = {}, body }: Asked): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }) })
      response.on('error', reject)
    })
    asking.on('error', reject)
    asking.end(body)
  })
}
