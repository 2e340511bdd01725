/** Which model looks at the photos: one that can see, and that runs where its server does. */
import { RestillError } from '../../../shared/errors.ts'
import type { ListedModel, OllamaServer } from './ollama.ts'

export interface VisionModel {
  name: string
  /** Both sides of its pictures are multiples of this, pixels. */
  multiple: number
  /** A picture that reached it adds at least so many tokens to the prompt. */
  leastImageTokens: number
}

/** Billions of weights: smaller ones see little, larger ones take long on a machine that restores photos too. */
const preferredBillions = 4

/** Names of the models that can see, the best suited first. @throws RestillError of the server */
export async function visionModels(server: OllamaServer, signal?: AbortSignal): Promise<ListedModel[]> {
  const able: ListedModel[] = []
  for (const model of await server.list(signal)) {
    if (model.isRemote || isCloudName(model.name)) continue
    const shown = await server.show(model.name, signal)
    if (shown?.canSee === true && !shown.isRemote) able.push(model)
  }
  return able.sort((a, b) => distance(a) - distance(b) || (a.name < b.name ? -1 : 1))
}

/**
 * @param wanted name that a person gave; null takes the best suited
 * @throws RestillError CAPTION_CLOUD, CAPTION_NO_MODEL, CAPTION_MODEL_MISSING, CAPTION_MODEL_BLIND, and of the server
 */
export async function chooseModel(server: OllamaServer, wanted: string | null, signal?: AbortSignal): Promise<VisionModel> {
  if (wanted !== null && isCloudName(wanted)) throw new RestillError('CAPTION_CLOUD', { detail: { model: wanted } })
  const host = server.host.name
  if (wanted === null) {
    const [best] = await visionModels(server, signal)
    if (best === undefined) throw new RestillError('CAPTION_NO_MODEL', { detail: { host } })
    return traitsOf(best)
  }
  const shown = await server.show(wanted, signal)
  if (shown?.isRemote === true) throw new RestillError('CAPTION_CLOUD', { detail: { model: wanted } })
  const all = await server.list(signal)
  const listed = all.find(({ name }) => name === wanted || name === `${wanted}:latest`)
  if (listed?.isRemote === true) throw new RestillError('CAPTION_CLOUD', { detail: { model: wanted } })
  if (shown?.canSee === true) return traitsOf(listed ?? { name: wanted, isRemote: false, billions: null, families: [] })
  const known = (await visionModels(server, signal)).map(({ name }) => name).join(', ') || 'none'
  throw new RestillError(shown === null ? 'CAPTION_MODEL_MISSING' : 'CAPTION_MODEL_BLIND', { detail: { host, model: wanted, known } })
}

/** `qwen3-vl:235b-cloud`, `name:cloud`: such a model is only a way into the cloud. Others of them say so when they are shown. */
function isCloudName(name: string): boolean {
  return /[:-]cloud$/i.test(name.trim())
}

function distance({ billions }: ListedModel): number {
  return billions === null ? Infinity : Math.abs(Math.log(billions / preferredBillions))
}

/** Qwen's models panic on sides that are no multiples of their patches; for the others 32 is as good as any. Llama's count a picture as one token. */
function traitsOf({ name, families }: ListedModel): VisionModel {
  const has = (pattern: RegExp) => families.some((family) => pattern.test(family))
  return { name, multiple: has(/^qwen2/i) ? 28 : 32, leastImageTokens: has(/^mllama$/i) ? 1 : 16 }
}
