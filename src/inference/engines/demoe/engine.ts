/** DeMoE: an encoder, a router that names the kind of blur, and decoder stages with an expert for each kind. */
import type { Controls } from '../../../shared/descriptor.ts'
import { RestillError } from '../../../shared/errors.ts'
import type { PackManifest } from '../../../shared/pack.ts'
import type { Engine, EngineHost, EngineSession, PixelSource, RenderedTile, Survey, Tile, TileState } from '../engine.ts'
import { restrain, restraintOf } from '../restraint.ts'
import { descriptor, type Kind, kinds } from './descriptor.ts'
import { countStages, DemoeGraphs, type Encoded, neededGraphs } from './graphs.ts'
import { expertWeights, isRouted, leading, likelihoods, probabilities } from './routing.ts'
import { windows } from './survey.ts'

interface PhotoSurvey extends Survey { readonly likely: readonly number[] }

interface State extends TileState {
  bytes: number
  readonly tile: Tile, readonly photo: readonly number[]
  encoded: Encoded
  /** What the router says of this tile alone, once asked. */
  likely: number[] | null
  rendered: { readonly weights: readonly number[], readonly data: Float32Array } | null
}

export const engine: Engine = {
  descriptor,
  checkPack(manifest: PackManifest, folder: string): void {
    const invalid = (reason: string) => new RestillError('PACK_INVALID', { detail: { file: folder, reason } })
    const order = expertsOf(manifest)
    if (order === null) throw invalid(`its table "experts" does not name each of ${kinds.map(({ id }) => id).join(', ')} once`)
    const stages = countStages(manifest)
    if (stages === 0) throw invalid('it has no graph "stage-1"')
    const missing = neededGraphs(stages, order.length).filter(name => manifest.graphs[name] === undefined)
    if (missing.length > 0) throw invalid(`it has no graph "${missing.join('", "')}"`)
    restraintOf(manifest)
  },
  openSession(host: EngineHost): Promise<EngineSession> {
    const graphs = new DemoeGraphs(host)
    const order = expertsOf(host.manifest)!
    const restraint = restraintOf(host.manifest)
    const restrained = restrainedOf(host.manifest, order)
    const { multipleOf, padding } = host.manifest.size
    return Promise.resolve({
      async survey(photo: PixelSource, controls: Controls, signal: AbortSignal): Promise<PhotoSurvey> {
        const sums = order.map(() => 0)
        let count = 0
        for await (const window of windows(photo, multipleOf, padding, signal)) {
          const logits = await graphs.logits(window, await graphs.encode(window))
          sums.forEach((sum, index) => { sums[index] = sum + logits[index]! })
          count++
        }
        const likely = probabilities(sums.map(sum => sum / count))
        const figures = { expert: leading(order, expertWeights(order, likely, controls)), ...likelihoods(order, likely) }
        return { likely, figures }
      },
      async open(tile: Tile, survey: Survey): Promise<State> {
        const encoded = await graphs.encode(tile)
        const bytes = tile.data.byteLength + Object.values(encoded).reduce((sum, { data }) => sum + data.byteLength, 0)
        const state: State = {
          tile, photo: (survey as PhotoSurvey).likely, encoded, likely: null, rendered: null, bytes,
          dispose() {
            state.encoded = {}
            state.rendered = null
          },
        }
        return state
      },
      async render(opened: TileState, controls: Controls, signal: AbortSignal): Promise<RenderedTile> {
        const state = opened as State
        let likely = state.photo
        if (isRouted(controls) && controls['routing'] === 'tile') {
          state.likely ??= probabilities(await graphs.logits(state.tile, state.encoded))
          likely = state.likely
        }
        const weights = expertWeights(order, likely, controls)
        if (state.rendered === null || state.rendered.weights.some((weight, index) => weight !== weights[index])) {
          if (state.rendered === null) state.bytes += state.tile.data.byteLength
          const data = await graphs.decode(state.tile, state.encoded, weights, signal)
          const { tile: { width, height, data: input } } = state
          if (restraint !== null && restrained.has(kinds[leading(order, weights)]!.id)) restrain(input, data, width, height, restraint)
          state.rendered = { weights, data }
        }
        return { data: state.rendered.data, figures: { expert: leading(order, weights), ...likelihoods(order, likely) } }
      },
      dispose: () => Promise.resolve(),
    })
  },
}

/** The experts that the pack's restraint holds for: all, unless it names some. Those that take grain off change sharp places on purpose. */
function restrainedOf(manifest: PackManifest, order: readonly Kind[]): ReadonlySet<Kind> {
  const table = manifest.tables['restrained']
  return new Set(Array.isArray(table) ? order.filter(kind => table.includes(kind)) : order)
}

/** The pack's order of experts; null where its table is not a permutation of the known kinds. */
function expertsOf(manifest: PackManifest): Kind[] | null {
  const table = manifest.tables['experts']
  if (!Array.isArray(table) || table.length !== kinds.length) return null
  const order = table.filter((name): name is Kind => kinds.some(({ id }) => id === name))
  return new Set(order).size === kinds.length ? order : null
}
