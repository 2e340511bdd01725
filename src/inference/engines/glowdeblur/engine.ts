/** GLOWDeblur: a coarse picture first, then a few steps of a diffusion on its latents, told how things moved and what the photo shows. */
import { captionControl, type Controls } from '../../../shared/descriptor.ts'
import { RestillError } from '../../../shared/errors.ts'
import type { PackManifest } from '../../../shared/pack.ts'
import type { Engine, EngineHost, EngineSession, GraphRunner, GraphTensor, PixelSource, RenderedTile, Survey, Tile, TileLines, TileState } from '../engine.ts'
import { inWindows, latentRule } from '../latents.ts'
import { restrain, restraintOf } from '../restraint.ts'
import { descriptor } from './descriptor.ts'
import { chordsOf, weighted } from './motion.ts'
import { type LatentArea, noiseAt, photoSeed } from './noise.ts'
import { type Guidance, guided, noisy, repeated, samplerRule, schedule, stepped, textInputs } from './sampler.ts'
import { captionTokens, type TextRule, textRule } from './tokens.ts'

type Tensors = Readonly<Record<string, GraphTensor>>

interface PhotoSurvey extends Survey { readonly seed: number }

interface State extends TileState {
  bytes: number
  readonly tile: Tile, readonly seed: number
  readonly lines: TileLines
  /** `motion`, `coarse`, `aligned`, `latent` and `skip0` (finest) on: none of it depends on a control. */
  held: Tensors
  rendered: { readonly key: string, readonly data: Float32Array } | null
}

const graphNames = ['motion', 'pre', 'encoder', 'dit', 'decoder'] as const

export const engine: Engine = {
  descriptor,
  checkPack(manifest: PackManifest, folder: string): void {
    const missing = graphNames.filter(name => manifest.graphs[name] === undefined)
    if (missing.length > 0) throw new RestillError('PACK_INVALID', { detail: { file: folder, reason: `it has no graph "${missing.join('", "')}"` } })
    latentRule(manifest, folder)
    samplerRule(manifest, folder)
    textRule(manifest, folder)
    restraintOf(manifest)
  },
  async openSession(host: EngineHost): Promise<EngineSession> {
    const { manifest } = host
    const rule = latentRule(manifest, manifest.id)
    const sampler = samplerRule(manifest, manifest.id)
    const text = textRule(manifest, manifest.id)
    const restraint = restraintOf(manifest)
    const multiple = manifest.size.multipleOf / rule.reduction
    const runners = new Map<string, GraphRunner>()
    for (const name of graphNames) runners.set(name, await host.graph(name))
    const invalid = (reason: string) => new RestillError('PACK_INVALID', { detail: { file: manifest.id, reason } })
    const run = async (name: typeof graphNames[number], inputs: Tensors, wanted: readonly string[], signal: AbortSignal): Promise<Tensors> => {
      if (signal.aborted) throw new RestillError('CANCELLED')
      const outputs = await runners.get(name)!.run(inputs)
      const missing = wanted.filter(output => outputs[output] === undefined)
      if (missing.length > 0) throw invalid(`its graph "${name}" gives no "${missing.join('", "')}"`)
      return outputs
    }

    /** Latents of a restored tile. */
    async function sample({ tile, seed, held }: State, { guidance, motionWeight, steps }: Asked, signal: AbortSignal): Promise<GraphTensor> {
      const guide = held['latent']!
      const motion = weighted(held['motion']!, motionWeight)
      const spoken = textInputs(guidance)
      const times = spoken.mask.dims[0]!
      const sigmas = schedule(sampler, steps)
      const velocityAt = (latents: GraphTensor, sigma: number) => inWindows([latents, guide, held['aligned']!, motion], rule, multiple, async windows => {
        const [latent, near, aligned, moved] = windows.map(window => repeated(window, times))
        const inputs = { latent: latent!, sigma: { data: new Float32Array(times).fill(sigma), dims: [times] }, guide: near!, aligned: aligned!, motion: moved!, ...spoken }
        const { velocity } = await run('dit', inputs, ['velocity'], signal)
        return { data: guided(velocity!.data, guidance.weight), dims: windows[0]!.dims }
      })
      let latents = noisy(guide, noiseAt(seed, guide.dims[1]!, areaOf(tile, rule.reduction, guide)), sigmas[0]!)
      for (let step = 0; step < steps; step++) {
        const { data } = await velocityAt(latents, sigmas[step]!)
        latents = stepped(latents, data, sigmas[step]!, sigmas[step + 1]!)
      }
      return latents
    }

    async function restore(state: State, asked: Asked, signal: AbortSignal): Promise<Float32Array> {
      const latent = await sample(state, asked, signal)
      const { tile, held } = state
      const { restored } = await run('decoder', { latent, image: held['coarse']!, ...skipsOf(held) }, ['restored'], signal)
      if (restored!.data.length !== tile.data.length) throw invalid('its graphs answer a picture of another size')
      if (restraint !== null) restrain(tile.data, restored!.data, tile.width, tile.height, restraint)
      return restored!.data
    }

    return {
      survey: async (photo: PixelSource): Promise<PhotoSurvey> => ({ seed: await photoSeed(photo) }),
      async open(tile: Tile, survey: Survey, _controls: Controls, signal: AbortSignal): Promise<State> {
        const image: GraphTensor = { data: tile.data, dims: [1, 3, tile.height, tile.width] }
        const { motion } = await run('motion', { image }, ['motion'], signal)
        const { coarse, aligned } = await run('pre', { image }, ['coarse', 'aligned'], signal)
        const { latent, ...skips } = await run('encoder', { image: coarse! }, ['latent'], signal)
        const held: Tensors = { motion: motion!, coarse: coarse!, aligned: aligned!, latent: latent!, ...skipsOf(skips) }
        const bytes = tile.data.byteLength + Object.values(held).reduce((sum, { data }) => sum + data.byteLength, 0)
        const state: State = {
          tile, seed: (survey as PhotoSurvey).seed, lines: chordsOf(motion!), held, rendered: null, bytes,
          dispose() {
            state.held = {}
            state.rendered = null
          },
        }
        return state
      },
      async render(opened: TileState, controls: Controls, signal: AbortSignal): Promise<RenderedTile> {
        const state = opened as State
        const asked = askedOf(controls, text)
        if (state.rendered?.key !== asked.key) {
          const data = await restore(state, asked, signal)
          if (state.rendered === null) state.bytes += data.byteLength
          state.rendered = { key: asked.key, data }
        }
        return { data: state.rendered.data, lines: { motion: state.lines } }
      },
      dispose: () => Promise.resolve(),
    }
  },
}

interface Asked { readonly key: string, readonly guidance: Guidance, readonly motionWeight: number, readonly steps: number }

/** What the controls come to: words that are not there have no weight, motion that is not followed has none. */
function askedOf(controls: Controls, rule: TextRule): Asked {
  const tokens = captionTokens(String(controls[captionControl]), rule)
  const weight = tokens.words.length === 0 ? 0 : Number(controls['captionWeight'])
  const motionWeight = controls['motion'] === true ? Number(controls['motionWeight']) : 0
  const steps = Number(controls['steps'])
  const key = JSON.stringify([weight === 0 ? [] : tokens.words, weight, motionWeight, steps])
  return { key, guidance: { tokens, weight, hashes: rule.hashes }, motionWeight, steps }
}

function skipsOf(tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => /^skip\d+$/.test(name)))
}

/** The latents of a tile in the grid of the whole photo, on which tiles begin. */
function areaOf({ x, y }: Tile, reduction: number, { dims: [, , height = 0, width = 0] }: GraphTensor): LatentArea {
  return { left: x / reduction, top: y / reduction, width, height }
}
