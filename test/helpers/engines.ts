/** Engines on the tiny packs of the tests, with real ONNX sessions. */
import { join } from 'node:path'
import type { Engine, EngineSession, GraphTensor, Tile } from '../../src/inference/engines/engine.ts'
import { findPack } from '../../src/inference/packs/find.ts'
import { type Pack, readPackFile } from '../../src/inference/packs/read.ts'
import { SessionCache } from '../../src/inference/runtime/sessions.ts'

export type TinyPack = 'test-adarevd' | 'test-demoe' | 'test-glowdeblur' | 'test-osdd'
/** One run of a graph, with what it was given. */
export interface GraphRun { readonly name: string, readonly inputs: Readonly<Record<string, GraphTensor>> }
/** `since` empties the list of `ran` and gives its names. */
export interface OpenedEngine { readonly session: EngineSession, readonly ran: GraphRun[], readonly since: () => string[] }

/** An engine over a tiny pack. Close it when the tests of the file are over. */
export class EngineBench {
  readonly #engine: Engine
  readonly #cache = new SessionCache()
  readonly pack: Pack

  static async of(engine: Engine, pack: TinyPack): Promise<EngineBench> {
    return new EngineBench(engine, await findPack(pack, engine.descriptor.id, [join(import.meta.dirname, '../packs')]))
  }

  private constructor(engine: Engine, pack: Pack) {
    this.#engine = engine
    this.pack = pack
  }

  /** A session that notes every run of a graph; `tables` replace those of the pack. */
  async open(tables: Readonly<Record<string, unknown>> = {}): Promise<OpenedEngine> {
    const { pack } = this
    const ran: GraphRun[] = []
    const session = await this.#engine.openSession({
      manifest: { ...pack.manifest, tables: { ...pack.manifest.tables, ...tables } },
      joined: () => Promise.reject(new Error('no engine of blocks')),
      graph: async name => {
        const { file } = pack.manifest.graphs[name]!
        const lease = await this.#cache.acquire({
          sha256: pack.manifest.files[file]!.sha256, bytes: () => readPackFile(pack, file), provider: 'cpu', dimensions: {}, cost: 1,
        })
        return {
          run(inputs) {
            ran.push({ name, inputs })
            return lease.runner.run(inputs)
          },
        }
      },
    })
    return { session, ran, since: () => ran.splice(0).map(({ name }) => name) }
  }

  close(): Promise<void> {
    return this.#cache.clear()
  }
}

/** A tile of even noise, the same every time. */
export function noisyTile(width: number, height: number): Tile {
  return { x: 0, y: 0, width, height, data: Float32Array.from({ length: 3 * width * height }, (_, index) => (index * 7919 % 256) / 255) }
}

/** Root mean square of the difference. */
export function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, index) => sum + (value - b[index]!) ** 2, 0) / a.length)
}
