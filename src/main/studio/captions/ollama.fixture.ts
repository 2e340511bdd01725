/** A server that speaks ollama's documented interface on a port of its own, with the faults that are known of the real one. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

interface FakeModel {
  name: string
  capabilities?: string[]
  families?: string[]
  size?: string
  remoteHost?: string
}

export interface FakeBehaviour {
  models?: FakeModel[]
  /** Milliseconds before the first byte of an answer that has to load the model. */
  loadMs?: number
  /** What a model says; by default a caption. `asked` counts from 0. */
  say?: (asked: number) => { content?: string, thinking?: string }
  /** Instead of an answer about a picture. `asked` counts from 0. */
  fault?: (asked: number) => 'error-line' | 'error-500' | 'drop' | 'hang' | 'blind' | null
  /** Tokens that a picture adds; null leaves the count out. */
  imageTokens?: number | null
  /** Answers of models have no end after their last line. */
  lingers?: boolean
  /** Instead of every answer. */
  instead?: (request: IncomingMessage, response: ServerResponse) => void
}

const chatSchema = z.object({
  model: z.string(), stream: z.boolean(), think: z.boolean(), keep_alive: z.string(), format: z.record(z.string(), z.unknown()),
  options: z.object({ num_ctx: z.int(), num_predict: z.int(), temperature: z.number() }),
  messages: z.array(z.object({ role: z.literal('user'), content: z.string(), images: z.array(z.base64()).optional() })).length(1),
})
type Chat = z.infer<typeof chatSchema>

export interface FakeOllama {
  address: string
  /** Paths in the order they were asked for; `/api/chat` with a picture as `look`, without as `load`, an unloading as `unload`. */
  asked: string[]
  /** JPEGs that arrived. */
  pictures: Buffer[]
  chats: Chat[]
  connections: () => Promise<number>
}

export const seeing = (name: string, size = '4.3B'): FakeModel => ({ name, size, capabilities: ['completion', 'vision'], families: ['gemma3'] })
export const blind = (name: string): FakeModel => ({ name, size: '4B', capabilities: ['completion'], families: ['llama'] })

const textTokens = 90

export async function fakeOllama(behaviour: FakeBehaviour = {}): Promise<FakeOllama> {
  const { models = [seeing('gemma3:4b')], loadMs = 0, imageTokens = 256 } = behaviour
  const fake: FakeOllama = { address: '', asked: [], pictures: [], chats: [], connections: () => promisify(server.getConnections.bind(server))() }
  let looks = 0
  let loaded: string | null = null

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const sent = await text(request)
    const body = (sent === '' ? {} : JSON.parse(sent)) as Record<string, unknown>
    const json = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value))
    }
    const model = models.find(({ name }) => name === body['model'] || name === `${String(body['model'])}:latest`)
    const remote = ({ remoteHost }: FakeModel) => remoteHost === undefined ? {} : { remote_host: remoteHost, remote_model: 'upstream' }
    const details = ({ families = [], size = '' }: FakeModel) => ({ family: families[0] ?? '', families, parameter_size: size })
    if (request.url === '/api/chat') return chat(chatSchema.parse(body), model, response, json)
    const path = request.url ?? ''
    fake.asked.push(body['keep_alive'] === 0 ? 'unload' : path)
    switch (path) {
      case '/api/version': return json(200, { version: '0.24.0' })
      case '/api/tags': return json(200, { models: models.map((each) => ({ name: each.name, details: details(each), ...remote(each) })) })
      case '/api/show':
        if (model === undefined) return json(404, { error: `model '${String(body['model'])}' not found` })
        return json(200, { capabilities: model.capabilities, details: details(model), ...remote(model) })
      case '/api/generate':
        loaded = null
        return json(200, { model: body['model'], response: '', done: true, done_reason: 'unload' })
      default: return json(404, { error: 'not found' })
    }
  }

  const chat = async (asked: Chat, model: FakeModel | undefined, response: ServerResponse, json: (status: number, value: unknown) => void) => {
    fake.chats.push(asked)
    const image = asked.messages[0]?.images?.[0]
    fake.asked.push(image === undefined ? 'load' : 'look')
    if (image !== undefined) fake.pictures.push(Buffer.from(image, 'base64'))
    if (model === undefined) return json(404, { error: `model '${asked.model}' not found` })
    if (loaded !== model.name) {
      await new Promise((resolve) => { setTimeout(resolve, loadMs).unref() })
      loaded = model.name
    }
    const turn = image === undefined ? null : looks++
    const fault = turn === null ? null : behaviour.fault?.(turn) ?? null
    if (fault === 'hang') return
    if (fault === 'error-500') return json(500, { error: 'llama runner process has terminated: exit status 2' })
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    const line = (value: object) => response.write(`${JSON.stringify({ model: asked.model, created_at: '2026-01-01T00:00:00Z', ...value })}\n`)
    const said = turn === null ? {} : behaviour.say?.(turn) ?? { content: '{"caption": "a red boat on a beach"}' }
    for (const thinking of (said.thinking ?? '').match(/.{1,5}/gs) ?? []) line({ message: { content: '', thinking }, done: false })
    for (const content of (said.content ?? '').match(/.{1,5}/gs) ?? []) line({ message: { content }, done: false })
    if (fault === 'drop') return void response.socket?.destroy()
    if (fault === 'error-line') {
      line({ error: 'an error was encountered while running the model: GGML_ASSERT' })
      return void response.end()
    }
    const tokens = imageTokens === null ? {} : { prompt_eval_count: textTokens + (turn === null || fault === 'blind' ? 0 : imageTokens) }
    line({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', eval_count: 12, ...tokens })
    if (behaviour.lingers !== true) response.end()
  }

  const server = createServer((request, response) => {
    if (behaviour.instead !== undefined) {
      fake.asked.push(request.url ?? '')
      return behaviour.instead(request, response)
    }
    answer(request, response).catch((thrown: unknown) => { response.destroy(thrown instanceof Error ? thrown : undefined) })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  onTestFinished(() => new Promise<void>((resolve) => {
    server.closeAllConnections()
    server.close(() => { resolve() })
  }))
  fake.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return fake
}
