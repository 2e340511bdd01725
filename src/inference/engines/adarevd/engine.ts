/** AdaRevD: one encoder, then sub-decoders one after the other; a classifier says after how many of them a tile stops. */
import type { Controls } from '../../../shared/descriptor.ts'
import { RestillError } from '../../../shared/errors.ts'
import type { PackManifest } from '../../../shared/pack.ts'
import type { Engine, EngineHost, EngineSession, GraphRunner, GraphTensor, RenderedTile, Survey, Tile, TileState } from '../engine.ts'
import { restrain, restraintOf } from '../restraint.ts'
import { descriptor } from './descriptor.ts'
import { classOfTile, costShare, countDecoders, decoderName, readExits, wantedDepth } from './exits.ts'

/** Levels of the state that sub-decoders hand on: `c0` (coarsest) to `c3` in, `n0` to `n3` out. */
const levels = [0, 1, 2, 3] as const

type Tensors = Readonly<Record<string, GraphTensor>>

interface State extends TileState {
  bytes: number
  readonly tile: Tile
  /** Degradation class, 0 is the most blurred. */
  readonly tileClass: number
  /** `top` and `c0` to `c3` for the next sub-decoder; empty after the last. */
  features: Tensors
  /** What every sub-decoder that ran made of the tile. */
  readonly pictures: Float32Array[]
}

export const engine: Engine = {
  descriptor,
  checkPack(manifest: PackManifest, folder: string): void {
    const missing = ['encoder', 'classifier', decoderName(0)].filter(name => manifest.graphs[name] === undefined)
    if (missing.length > 0) throw new RestillError('PACK_INVALID', { detail: { file: folder, reason: `it has no graph "${missing.join('", "')}"` } })
    readExits(manifest, folder)
    restraintOf(manifest)
  },
  async openSession(host: EngineHost): Promise<EngineSession> {
    const { gains, costs, classQuantile } = readExits(host.manifest, host.manifest.id)
    const restraint = restraintOf(host.manifest)
    const encoder = await host.graph('encoder')
    const classifier = await host.graph('classifier')
    const decoders: GraphRunner[] = []
    for (let index = 0; index < countDecoders(host.manifest); index++) decoders.push(await host.graph(decoderName(index)))
    const invalid = (reason: string) => new RestillError('PACK_INVALID', { detail: { file: host.manifest.id, reason } })
    const pick = (outputs: Tensors, name: string): GraphTensor => {
      const tensor = outputs[name]
      if (tensor === undefined) throw invalid(`its graphs give no "${name}"`)
      return tensor
    }
    const image = ({ data, width, height }: Tile): GraphTensor => ({ data, dims: [1, 3, height, width] })

    async function deepen(state: State): Promise<void> {
      const index = state.pictures.length
      const outputs = await decoders[index]!.run({ image: image(state.tile), ...state.features })
      const picture = pick(outputs, 'restored').data
      if (picture.length !== state.tile.data.length) throw invalid('its graphs answer a picture of another size')
      const { data, width, height } = state.tile
      if (restraint !== null) restrain(data, picture, width, height, restraint)
      state.pictures.push(picture)
      state.features = state.pictures.length === decoders.length
        ? {}
        : { top: state.features['top']!, ...Object.fromEntries(levels.map(level => [`c${level}`, pick(outputs, `n${level}`)])) }
      state.bytes = bytesOf(state)
    }

    return {
      survey: () => Promise.resolve({}),
      async open(tile: Tile, _survey: Survey, _controls: Controls, signal: AbortSignal): Promise<State> {
        const encoded = await encoder.run({ image: image(tile) })
        stopIf(signal)
        const logits = pick(await classifier.run({ feature: pick(encoded, 'feature') }), 'logits').data
        if (logits.length !== gains.length) throw invalid(`its classifier knows ${logits.length} classes, its table "exits" ${gains.length}`)
        const features = Object.fromEntries(['top', ...levels.map(level => `c${level}`)].map(name => [name, pick(encoded, name)]))
        const state: State = {
          tile, tileClass: classOfTile(logits, classQuantile), features, pictures: [], bytes: 0,
          dispose() {
            state.features = {}
            state.pictures.length = 0
            state.bytes = 0
          },
        }
        state.bytes = bytesOf(state)
        return state
      },
      async render(opened: TileState, controls: Controls, signal: AbortSignal): Promise<RenderedTile> {
        const state = opened as State
        const exit = wantedDepth(gains, state.tileClass, controls)
        while (state.pictures.length < exit) {
          stopIf(signal)
          await deepen(state)
        }
        const figures = { exit, class: state.tileClass, dRate: costShare(costs, exit) }
        return { data: state.pictures[exit - 1] ?? state.tile.data, figures }
      },
      dispose: () => Promise.resolve(),
    }
  },
}

/** @throws RestillError CANCELLED */
function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new RestillError('CANCELLED')
}

/** What a state holds, its tile included. */
function bytesOf({ tile, features, pictures }: State): number {
  return [tile.data, ...Object.values(features).map(tensor => tensor.data), ...pictures].reduce((sum, data) => sum + data.byteLength, 0)
}
