/**
 * What the ollama client calls instead of the global `fetch`: goes to the named host and nowhere else. No proxy of the environment is
 * asked, no redirect followed, `localhost` needs no name server, and nothing but the caller's signal limits the time: a server that loads
 * a model sends not even headers for minutes, where the global one gives up after five.
 */
import * as http from 'node:http'
import * as https from 'node:https'
import type { LookupFunction } from 'node:net'
import type { CaptionHost } from './host.ts'

/** An answer other than success. */
export class RefusedAnswer extends Error {
  override readonly name = 'RefusedAnswer'
  readonly status: number

  constructor(status: number, reason: string) {
    super(reason)
    this.status = status
  }
}

/** More than any answer to what is asked; a host that sends on and on is cut off. */
const maxAnswerBytes = 8_000_000
const maxReasonLength = 300

export function plainFetch(host: CaptionHost, signal: AbortSignal): typeof fetch {
  return async (input, init) => {
    const url = new URL(typeof input === 'string' ? input : 'none:')
    if (!`${url.origin}${url.pathname}`.startsWith(`${host.address}/`)) throw new Error('the ollama client asked for another host')
    const body = typeof init?.body === 'string' ? init.body : ''
    const signals = [signal, init?.signal].filter((each) => each instanceof AbortSignal)
    const answer = await send(url, init?.method ?? 'GET', body, AbortSignal.any(signals))
    const { statusCode: status = 0, headers } = answer
    if (status >= 300 && status < 400) {
      answer.destroy()
      throw new RefusedAnswer(status, `it sends on to ${headers.location ?? 'another address'}, which is not followed`)
    }
    if (status !== 200) throw new RefusedAnswer(status, reasonOf(await textOf(answer), status))
    const type = headers['content-type'] ?? ''
    if (!/^application\/(x-ndjson|json)\b/.test(type)) {
      answer.destroy()
      throw new RefusedAnswer(status, 'what answers there is not ollama')
    }
    return new Response(ReadableStream.from(chunksOf(answer)), { status, headers: { 'content-type': type } })
  }
}

function send(url: URL, method: string, body: string, signal: AbortSignal): Promise<http.IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const options: http.RequestOptions = {
    method, signal, headers: { accept: 'application/json', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    ...(url.hostname === 'localhost' ? { lookup: loopbackLookup } : {}),
  }
  // An agent of its own: the global ones may have been told of a proxy.
  const request = url.protocol === 'https:'
    ? https.request(url, { ...options, agent: new https.Agent() })
    : http.request(url, { ...options, agent: new http.Agent() })
  request.on('response', resolve)
  request.on('error', reject)
  request.end(body)
  return promise
}

const loopbackLookup: LookupFunction = (_name, options, callback) => {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }, { address: '::1', family: 6 }])
  else callback(null, '127.0.0.1', 4)
}

async function* chunksOf(answer: http.IncomingMessage): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxAnswerBytes) throw new Error('its answer does not end')
    yield chunk
  }
}

async function textOf(answer: http.IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of chunksOf(answer)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function reasonOf(text: string, status: number): string {
  try {
    const said = JSON.parse(text) as unknown
    if (typeof said === 'object' && said !== null && 'error' in said && typeof said.error === 'string') return said.error.slice(0, maxReasonLength)
  } catch {
    // No JSON: the status says it.
  }
  return `it answered with status ${status}`
}
