/** The graphs of a DeMoE pack, run in the order of the network; only experts with a weight run. */
import { RestillError } from '../../../shared/errors.ts'
import type { PackManifest } from '../../../shared/pack.ts'
import type { EngineHost, GraphRunner, GraphTensor } from '../engine.ts'
import type { Window } from './survey.ts'

/** What the encoder says of a picture: the skips `skip0` (finest) and on, `deep`, `middle`. */
export type Encoded = Readonly<Record<string, GraphTensor>>

export class DemoeGraphs {
  readonly #host: Pick<EngineHost, 'manifest' | 'graph'>
  readonly #runners = new Map<string, Promise<GraphRunner>>()
  readonly #stages: number

  constructor(host: Pick<EngineHost, 'manifest' | 'graph'>) {
    this.#host = host
    this.#stages = countStages(host.manifest)
  }

  /** Features of a picture whose sides are multiples of the pack's rule. */
  async encode({ data, width, height }: Window): Promise<Encoded> {
    return this.#run('encoder', { image: { data, dims: [1, 3, height, width] } })
  }

  /** The router's logits, one an expert. It sees the deepest features and, where the pack says so, the picture itself. */
  async logits({ data, width, height }: Window, encoded: Encoded): Promise<Float32Array> {
    const seen: Encoded = { deep: this.#tensor(encoded, 'deep'), image: { data, dims: [1, 3, height, width] } }
    const inputs = this.#host.manifest.graphs['router']!.inputs.map(({ name }) => [name, this.#tensor(seen, name)] as const)
    return this.#tensor(await this.#run('router', Object.fromEntries(inputs)), 'logits').data
  }

  /**
   * The restored picture, float32 planar, not clamped.
   * @param weights of the experts, summing to one
   * @throws RestillError CANCELLED between two graphs; PACK_INVALID where an output is missing or of the wrong size
   */
  async decode({ data, width, height }: Window, encoded: Encoded, weights: readonly number[], signal: AbortSignal): Promise<Float32Array> {
    let features = await this.#experts(0, this.#tensor(encoded, 'middle'), weights, signal)
    for (let stage = 1; stage <= this.#stages; stage++) {
      const skip = this.#tensor(encoded, `skip${this.#stages - stage}`)
      const shared = this.#tensor(await this.#run(`stage-${stage}`, { features, skip }), 'shared')
      features = await this.#experts(stage, shared, weights, signal)
    }
    const restored = this.#tensor(await this.#run('tail', { features, image: { data, dims: [1, 3, height, width] } }), 'restored').data
    if (restored.length !== data.length) throw this.#invalid('its graphs answer a picture of another size')
    return restored
  }

  /** The mixture at one site (arXiv:2508.06228): the weighted sum of what the experts make of the features. */
  async #experts(site: number, features: GraphTensor, weights: readonly number[], signal: AbortSignal): Promise<GraphTensor> {
    let total: GraphTensor | null = null
    for (const [expert, weight] of weights.entries()) {
      if (weight === 0) continue
      if (signal.aborted) throw new RestillError('CANCELLED')
      const treated = this.#tensor(await this.#run(`expert-${site}-${expert}`, { features }), 'treated')
      total = weight === 1 ? treated : added(total, treated, weight)
    }
    return total!
  }

  async #run(name: string, inputs: Readonly<Record<string, GraphTensor>>): Promise<Encoded> {
    let runner = this.#runners.get(name)
    if (runner === undefined) {
      runner = this.#host.graph(name)
      this.#runners.set(name, runner)
    }
    return (await runner).run(inputs)
  }

  #tensor(outputs: Encoded, name: string): GraphTensor {
    const tensor = outputs[name]
    if (tensor === undefined) throw this.#invalid(`its graphs give no "${name}"`)
    return tensor
  }

  #invalid(reason: string): RestillError {
    return new RestillError('PACK_INVALID', { detail: { file: this.#host.manifest.id, reason } })
  }
}

/** `total` plus `weight` times `more`; a first summand makes a new tensor, later ones are added in place. */
function added(total: GraphTensor | null, more: GraphTensor, weight: number): GraphTensor {
  const sum = total?.data ?? new Float32Array(more.data.length)
  const { data } = more
  for (let index = 0; index < sum.length; index++) sum[index]! += weight * data[index]!
  return { data: sum, dims: more.dims }
}

/** Decoder stages of a pack. */
export function countStages(manifest: PackManifest): number {
  let count = 0
  while (manifest.graphs[`stage-${count + 1}`] !== undefined) count++
  return count
}

/** Names of the graphs that a pack with so many stages and experts needs. */
export function neededGraphs(stages: number, experts: number): string[] {
  const sites = Array.from({ length: stages + 1 }, (_, site) => site)
  return ['encoder', 'router', 'tail', ...sites.flatMap(site => Array.from({ length: experts }, (_, expert) => `expert-${site}-${expert}`))]
}
