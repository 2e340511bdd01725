/** The plain base network: one graph, one run a tile. */
import { RestillError } from '../../../shared/errors.ts'
import type { PackManifest } from '../../../shared/pack.ts'
import type { Engine, EngineHost, EngineSession, Tile, TileState } from '../engine.ts'
import { restrain, restraintOf } from '../restraint.ts'
import { descriptor } from './descriptor.ts'

const graph = 'restore'
const input = 'image'
const output = 'restored'

interface State extends TileState { tile: Tile, result: Float32Array | null }

export const engine: Engine = {
  descriptor,
  checkPack(manifest: PackManifest, folder: string): void {
    const spec = manifest.graphs[graph]
    const invalid = (reason: string) => new RestillError('PACK_INVALID', { detail: { file: folder, reason } })
    if (spec === undefined) throw invalid(`it has no graph "${graph}"`)
    const inputs = spec.inputs.map(tensor => tensor.name).join()
    if (inputs !== input || !spec.outputs.some(tensor => tensor.name === output)) {
      throw invalid(`its graph takes "${inputs}"; this engine gives "${input}" and wants "${output}"`)
    }
    restraintOf(manifest)
  },
  async openSession(host: EngineHost): Promise<EngineSession> {
    const runner = await host.graph(graph)
    const restraint = restraintOf(host.manifest)
    return {
      survey: () => Promise.resolve({}),
      open(tile: Tile): Promise<State> {
        const state: State = { tile, result: null, bytes: tile.data.byteLength * 2, dispose() { state.result = null } }
        return Promise.resolve(state)
      },
      async render(opened: TileState) {
        const state = opened as State
        if (state.result === null) {
          const { data, width, height } = state.tile
          const results = await runner.run({ [input]: { data, dims: [1, 3, height, width] } })
          const restored = results[output]
          if (restored === undefined || restored.data.length !== data.length) {
            throw new RestillError('PACK_INVALID', { detail: { file: host.manifest.id, reason: 'its graph answers a picture of another size' } })
          }
          if (restraint !== null) restrain(data, restored.data, width, height, restraint)
          state.result = restored.data
        }
        return { data: state.result }
      },
      dispose: () => Promise.resolve(),
    }
  },
}
