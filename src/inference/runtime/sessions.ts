/**
 * Loaded graphs, kept under a memory budget, the least recently used out first. One load for everybody who asks at once; a failed load is forgotten.
 */
import { freemem } from 'node:os'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { ProviderName } from '../../shared/guest.ts'
import type { GraphRunner, GraphTensor } from '../engines/engine.ts'
import { physicalCores } from './cores.ts'
import { allowedSilenceMs, allowSilence } from './silence.ts'

export interface SessionRequest {
  /** SHA-256 of the graph: sessions are shared by content. */
  sha256: string
  bytes(): Promise<Uint8Array>
  provider: ProviderName
  /** Sizes to fix the graph's free dimensions to, so that memory is planned once; empty leaves them free. */
  dimensions: Readonly<Record<string, number>>
  /** Estimate of what the session holds, bytes. */
  cost: number
}

export interface SessionLease { readonly runner: GraphRunner, release(): void }

/** What is used of ONNX Runtime's sessions. */
interface RunnableSession { run(feeds: Record<string, Tensor>): Promise<InferenceSession.OnnxValueMapType>, release(): Promise<void> }
type CreateSession = (graph: Uint8Array, options: InferenceSession.SessionOptions) => Promise<RunnableSession>

interface Entry { session: Promise<RunnableSession>, cost: number, users: number, usedAt: number }

const loadMs = 180_000

export class SessionCache {
  readonly #budget: number
  readonly #entries = new Map<string, Entry>()
  readonly #create: CreateSession
  #clock = 0

  /** @param budget bytes; half of the free memory by default */
  constructor(budget = freemem() / 2, create: CreateSession = (graph, options) => InferenceSession.create(graph, options)) {
    this.#budget = budget
    this.#create = create
  }

  /** Sessions held, loaded or loading. */
  get size(): number {
    return this.#entries.size
  }

  /** @throws what ONNX Runtime throws when the graph cannot be loaded on that device */
  async acquire(request: SessionRequest): Promise<SessionLease> {
    const key = JSON.stringify([request.sha256, request.provider, request.dimensions])
    let entry = this.#entries.get(key)
    if (entry === undefined) {
      entry = { session: this.#load(request), cost: request.cost, users: 0, usedAt: 0 }
      this.#entries.set(key, entry)
    }
    const held = entry
    held.users++
    held.usedAt = ++this.#clock
    try {
      const session = await held.session
      await this.#trim()
      let released = false
      return {
        runner: runnerOf(session),
        release() {
          if (!released) held.users--
          released = true
        },
      }
    } catch (thrown) {
      held.users--
      if (this.#entries.get(key) === held) this.#entries.delete(key)
      throw thrown
    }
  }

  /** Releases everything that nobody uses. */
  async clear(): Promise<void> {
    await this.#trim(0)
  }

  async #load(request: SessionRequest): Promise<RunnableSession> {
    const bytes = await request.bytes()
    const before = allowedSilenceMs()
    allowSilence(Math.max(before, loadMs))
    try {
      return await this.#create(bytes, sessionOptions(request.provider, request.dimensions))
    } finally {
      allowSilence(before)
    }
  }

  async #trim(budget = this.#budget): Promise<void> {
    let total = [...this.#entries.values()].reduce((sum, entry) => sum + entry.cost, 0)
    const idle = [...this.#entries].filter(([, entry]) => entry.users === 0).sort(([, a], [, b]) => a.usedAt - b.usedAt)
    for (const [key, entry] of idle) {
      if (total <= budget) break
      this.#entries.delete(key)
      total -= entry.cost
      await (await entry.session).release()
    }
  }
}

/** Options that every session gets, also those of the self-test. */
export function sessionOptions(provider: ProviderName, dimensions: Readonly<Record<string, number>> = {}): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: physicalCores(),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    freeDimensionOverrides: dimensions,
    logSeverityLevel: 3,
    // Waiting threads that spin take the cores from decoding, encoding and everybody else.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  }
}

function runnerOf(session: RunnableSession): GraphRunner {
  return {
    async run(inputs) {
      const feeds = Object.fromEntries(Object.entries(inputs).map(([name, { data, dims }]) => [name, new Tensor('float32', data, [...dims])]))
      const results: Record<string, GraphTensor> = {}
      for (const [name, tensor] of Object.entries(await session.run(feeds))) {
        if (tensor.type === 'float32') results[name] = { data: tensor.data as Float32Array, dims: tensor.dims }
      }
      return results
    },
  }
}
