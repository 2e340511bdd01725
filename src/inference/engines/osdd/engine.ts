/** OSDD: an autoencoder with skips, and one denoising step on its latents whose two adapters gamma weighs. */
import type { Controls } from '../../../shared/descriptor.ts'
import { RestillError } from '../../../shared/errors.ts'
import type { PackManifest } from '../../../shared/pack.ts'
import type { Engine, EngineHost, EngineSession, GraphTensor, RenderedTile, Tile, TileState } from '../engine.ts'
import { inWindows, latentRule } from '../latents.ts'
import { restrain, restraintOf } from '../restraint.ts'
import { descriptor } from './descriptor.ts'

type Tensors = Readonly<Record<string, GraphTensor>>

interface State extends TileState {
  bytes: number
  readonly tile: Tile
  /** `latent` and `skip0` (finest) on: none of it depends on gamma. */
  encoded: Tensors
  rendered: { readonly gamma: number, readonly data: Float32Array } | null
}

export const engine: Engine = {
  descriptor,
  checkPack(manifest: PackManifest, folder: string): void {
    const missing = ['encoder', 'denoiser', 'decoder'].filter(name => manifest.graphs[name] === undefined)
    if (missing.length > 0) throw new RestillError('PACK_INVALID', { detail: { file: folder, reason: `it has no graph "${missing.join('", "')}"` } })
    latentRule(manifest, folder)
    restraintOf(manifest)
  },
  async openSession(host: EngineHost): Promise<EngineSession> {
    const { manifest } = host
    const rule = latentRule(manifest, manifest.id)
    const restraint = restraintOf(manifest)
    const multiple = manifest.size.multipleOf / rule.reduction
    const [encoder, denoiser, decoder] = [await host.graph('encoder'), await host.graph('denoiser'), await host.graph('decoder')]
    const invalid = (reason: string) => new RestillError('PACK_INVALID', { detail: { file: manifest.id, reason } })
    const pick = (outputs: Tensors, name: string): GraphTensor => {
      const tensor = outputs[name]
      if (tensor === undefined) throw invalid(`its graphs give no "${name}"`)
      return tensor
    }
    const image = ({ data, width, height }: Tile): GraphTensor => ({ data, dims: [1, 3, height, width] })

    async function restore({ tile, encoded }: State, value: number, signal: AbortSignal): Promise<Float32Array> {
      const gamma: GraphTensor = { data: Float32Array.of(value), dims: [] }
      const { latent, ...skips } = encoded
      const denoised = await inWindows([latent!], rule, multiple, async ([window]) => {
        stopIf(signal)
        return pick(await denoiser.run({ latent: window!, gamma }), 'denoised')
      })
      stopIf(signal)
      const { data } = pick(await decoder.run({ denoised, image: image(tile), ...skips }), 'restored')
      if (data.length !== tile.data.length) throw invalid('its graphs answer a picture of another size')
      if (restraint !== null) restrain(tile.data, data, tile.width, tile.height, restraint)
      return data
    }

    return {
      survey: () => Promise.resolve({}),
      async open(tile: Tile): Promise<State> {
        const encoded = await encoder.run({ image: image(tile) })
        pick(encoded, 'latent')
        const bytes = tile.data.byteLength + Object.values(encoded).reduce((sum, { data }) => sum + data.byteLength, 0)
        const state: State = {
          tile, encoded, rendered: null, bytes,
          dispose() {
            state.encoded = {}
            state.rendered = null
          },
        }
        return state
      },
      async render(opened: TileState, controls: Controls, signal: AbortSignal): Promise<RenderedTile> {
        const state = opened as State
        const gamma = Number(controls['gamma'])
        if (state.rendered?.gamma !== gamma) {
          const data = await restore(state, gamma, signal)
          if (state.rendered === null) state.bytes += data.byteLength
          state.rendered = { gamma, data }
        }
        return { data: state.rendered.data }
      },
      dispose: () => Promise.resolve(),
    }
  },
}

/** @throws RestillError CANCELLED */
function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new RestillError('CANCELLED')
}
