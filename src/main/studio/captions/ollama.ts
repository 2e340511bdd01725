/** The part of ollama's interface that captions need, every answer parsed by its schema. One object a host. */
import { Ollama } from 'ollama'
import { z } from 'zod'
import { RestillError } from '../../../shared/errors.ts'
import type { CaptionHost } from './host.ts'
import { plainFetch, RefusedAnswer } from './plain-fetch.ts'
import { answerFormat, prompt } from './prompt.ts'

/** Milliseconds that a server has for a plain question, for loading a model (`cold`), and for one caption. */
export interface CaptionLimits { answerMs: number, loadMs: number, captionMs: number }
/** The server gives up a load of its own accord after five minutes without progress; a disk may need several for all of it. */
export const captionLimits: CaptionLimits = { answerMs: 10_000, loadMs: 600_000, captionMs: 300_000 }

export interface ListedModel {
  name: string
  /** Runs elsewhere although its name does not say so. */
  isRemote: boolean
  /** Of its weights, in billions; null where it does not say. */
  billions: number | null
  families: string[]
}

/** What a model said, and how many tokens its prompt had, picture included; null where the server does not tell. */
export interface Said { content: string, thinking: string, promptTokens: number | null }

const text = z.string().nullish().transform((value) => value ?? '')
const remote = { remote_host: text, remote_model: text }
const details = z.object({ families: z.array(z.string()).nullish(), family: text, parameter_size: text }).nullish()
const versionSchema = z.object({ version: z.string() })
const listSchema = z.object({ models: z.array(z.object({ name: z.string(), details, ...remote })) })
const showSchema = z.object({ capabilities: z.array(z.string()).nullish().transform((value) => value ?? []), ...remote })
const partSchema = z.object({
  message: z.object({ content: text, thinking: text }).nullish(), prompt_eval_count: z.number().nullish(),
})

/** Bounds a model's memory; a picture of 1024 pixels has about 1,400 tokens. The same in every call: another value loads the model anew. */
const contextTokens = 4096
const answerTokens = 200
/** Longer than between two photos, shorter than a forgotten window. */
const keepAlive = '5m'

export class OllamaServer {
  readonly host: CaptionHost
  readonly #limits: CaptionLimits

  constructor(host: CaptionHost, limits: CaptionLimits) {
    this.host = host
    this.#limits = limits
  }

  /** @throws RestillError CAPTION_SERVER_MISSING, CAPTION_SERVER_FAILED, CAPTION_TIMEOUT, CANCELLED; so do all others */
  version(signal?: AbortSignal): Promise<string> {
    return this.#ask('answering', this.#limits.answerMs, signal, async (client) => versionSchema.parse(await client.version()).version)
  }

  list(signal?: AbortSignal): Promise<ListedModel[]> {
    return this.#ask('answering', this.#limits.answerMs, signal, async (client) => {
      const { models } = listSchema.parse(await client.list())
      return models.map(({ name, details: about, remote_host, remote_model }) => ({
        name, isRemote: remote_host !== '' || remote_model !== '', billions: billionsOf(about?.parameter_size ?? ''),
        families: [about?.family ?? '', ...about?.families ?? []].filter((family) => family !== ''),
      }))
    })
  }

  /** Null for a model that is not there. */
  show(model: string, signal?: AbortSignal): Promise<{ canSee: boolean, isRemote: boolean } | null> {
    return this.#ask('answering', this.#limits.answerMs, signal, async (client) => {
      try {
        const { capabilities, remote_host, remote_model } = showSchema.parse(await client.show({ model }))
        return { canSee: capabilities.includes('vision'), isRemote: remote_host !== '' || remote_model !== '' }
      } catch (thrown) {
        if (thrown instanceof RefusedAnswer && thrown.status === 404) return null
        throw thrown
      }
    })
  }

  /** Loads a model by asking it what a caption asks, without a picture: the tokens of that are what a picture's come on top of. */
  async load(model: string, signal?: AbortSignal): Promise<number> {
    const { promptTokens } = await this.#say('loading the model', this.#limits.loadMs, { model, jpeg: null, temperature: 0, tokens: 1 }, signal)
    return promptTokens ?? 0
  }

  /** @param temperature 0 for the likeliest answer, more for another one */
  say(model: string, jpeg: Uint8Array, temperature: number, signal?: AbortSignal): Promise<Said> {
    return this.#say('with a caption', this.#limits.captionMs, { model, jpeg, temperature, tokens: answerTokens }, signal)
  }

  /** Takes the model out of memory. */
  async unload(model: string): Promise<void> {
    await this.#ask('answering', this.#limits.answerMs, undefined, (client) => client.generate({ model, prompt: '', keep_alive: 0 }))
  }

  #say(
    stage: string, ms: number, ask: { model: string, jpeg: Uint8Array | null, temperature: number, tokens: number }, signal: AbortSignal | undefined,
  ): Promise<Said> {
    const { model, jpeg, temperature, tokens } = ask
    return this.#ask(stage, ms, signal, async (client) => {
      const parts = await client.chat({
        model, stream: true, think: false, format: answerFormat, keep_alive: keepAlive,
        messages: [{ role: 'user', content: prompt, ...jpeg === null ? {} : { images: [jpeg] } }],
        options: { num_ctx: contextTokens, num_predict: tokens, temperature },
      })
      const said: Said = { content: '', thinking: '', promptTokens: null }
      for await (const raw of parts) {
        const { message, prompt_eval_count: count } = partSchema.parse(raw)
        said.content += message?.content ?? ''
        said.thinking += message?.thinking ?? ''
        said.promptTokens = count ?? said.promptTokens
      }
      return said
    })
  }

  async #ask<T>(stage: string, ms: number, signal: AbortSignal | undefined, work: (client: Ollama) => Promise<T>): Promise<T> {
    const isCancelled = () => signal?.aborted === true
    if (isCancelled()) throw new RestillError('CANCELLED')
    const timeout = AbortSignal.timeout(ms)
    // The client stops reading at the last line: what is left of the connection would keep the process from ending.
    const over = new AbortController()
    const any = AbortSignal.any([timeout, over.signal, ...signal === undefined ? [] : [signal]])
    try {
      return await work(new Ollama({ host: this.host.address, fetch: plainFetch(this.host, any) }))
    } catch (thrown) {
      if (isCancelled()) throw new RestillError('CANCELLED', { cause: thrown })
      const detail = { host: this.host.name }
      if (timeout.aborted) throw new RestillError('CAPTION_TIMEOUT', { detail: { ...detail, stage, seconds: ms / 1000 }, cause: thrown })
      if (isUnreachable(thrown)) throw new RestillError('CAPTION_SERVER_MISSING', { detail, cause: thrown })
      throw new RestillError('CAPTION_SERVER_FAILED', { detail: { ...detail, reason: reasonOf(thrown) }, cause: thrown })
    } finally {
      over.abort()
    }
  }
}

/** Nobody listens there; where a connection broke off, somebody did. */
function isUnreachable(thrown: unknown): boolean {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : ''
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ETIMEDOUT'].includes(String(code))
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof z.ZodError) return 'its answer is not one of ollama'
  if (!(thrown instanceof Error)) return String(thrown)
  const isBroken = 'code' in thrown || thrown.message === 'aborted' || thrown.message.startsWith('Did not receive done')
  return isBroken ? 'the connection broke off' : thrown.message
}

/** `4.3B`, `430M`. */
function billionsOf(size: string): number | null {
  const found = /^([\d.]+)\s*([BM])$/i.exec(size.trim())
  const value = Number(found?.[1])
  if (found === null || !(value > 0)) return null
  return found[2]?.toUpperCase() === 'M' ? value / 1000 : value
}
