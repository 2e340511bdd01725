/** One graph, one run a tile: the base network, or one joined from blocks that were chosen for the device. */
import { RestillError } from '../../../shared/errors.ts'
import type { Controls } from '../../../shared/descriptor.ts'
import { parseChoice } from '../../../shared/edge.ts'
import type { PackManifest } from '../../../shared/pack.ts'
import { edgeTableOf } from '../../optimise/table.ts'
import type { Engine, EngineHost, EngineSession, GraphRunner, Tile, TileState } from '../engine.ts'
import { restrain, restraintOf } from '../restraint.ts'
import { descriptor } from './descriptor.ts'

const graph = 'restore'
const input = 'image'
const output = 'restored'
/** The value of `blocks` for the pack's own graph. */
const asTrained = 'base'

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
    edgeTableOf(manifest, folder)
  },
  openSession(host: EngineHost): Promise<EngineSession> {
    const runnerOf = runners(host)
    const restraint = restraintOf(host.manifest)
    return Promise.resolve({
      // Nothing to look for; what is loaded now does not hold up the first tile.
      survey: async (_photo, controls) => {
        await runnerOf(controls)
        return {}
      },
      open(tile: Tile): Promise<State> {
        const state: State = { tile, result: null, bytes: tile.data.byteLength * 2, dispose() { state.result = null } }
        return Promise.resolve(state)
      },
      async render(opened: TileState, controls: Controls) {
        const state = opened as State
        if (state.result === null) {
          const { data, width, height } = state.tile
          const runner = await runnerOf(controls)
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
    })
  },
}

/** The network that a value of the control `blocks` stands for. @throws RestillError CONTROL_INVALID */
function runners(host: EngineHost): (controls: Controls) => Promise<GraphRunner> {
  const opened = new Map<string, Promise<GraphRunner>>()
  const table = edgeTableOf(host.manifest, host.manifest.id)
  const open = (name: string): Promise<GraphRunner> => {
    if (name === asTrained) return host.graph(graph)
    const choice = table === null ? null : parseChoice(name, table)
    if (choice === null) {
      const reason = table === null ? 'the blocks of this pack cannot be exchanged' : `${table.slots.length} numbers from 0 to ${table.options.length - 1} are expected, or "base"`
      throw new RestillError('CONTROL_INVALID', { detail: { control: 'blocks', value: name, reason } })
    }
    return choice.every(option => option === 0) ? open(asTrained) : host.joined(choice)
  }
  return async ({ blocks }) => {
    const name = blocks === undefined || blocks === descriptor.controls[0]?.default ? asTrained : String(blocks)
    let runner = opened.get(name)
    if (runner === undefined) opened.set(name, runner = open(name))
    return runner
  }
}
