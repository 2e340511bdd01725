/** Captions of photos: kept in the catalog, typed by a person, or made by a vision model that ollama runs. Nothing is written to files. */
import type { Guest } from '../../../inference/client/client.ts'
import { asRestillError, type ErrorCode, explain, isCancelled, RestillError } from '../../../shared/errors.ts'
import type { Notice } from '../../../shared/guest.ts'
import { captionWords, changeWords } from '../../../shared/messages.en.ts'
import type { Catalog } from '../catalog/open.ts'
import type { Photo } from '../catalog/photo.ts'
import { Journal } from '../library/journal.ts'
import type { Log } from '../log.ts'
import { type Caption, CaptionsRepo, type Replaced, rowOf } from './captions.repo.ts'
import { hostOf } from './host.ts'
import { chooseModel, type VisionModel, visionModels } from './models.ts'
import { captionLimits, type CaptionLimits, OllamaServer } from './ollama.ts'
import { captionIn, promptVersion } from './prompt.ts'
import { CaptionQueue } from './queue.ts'

export interface CaptionRequest {
  /** Address of ollama, where it is not the one that a person prefers. */
  host?: string
  /** Name of a model there, where it is not the best suited. */
  model?: string
  /** Ask again where a model has answered already. Captions of people stay in any case. */
  again?: boolean
}

export type CaptionEvent =
  | { kind: 'notice', notice: Notice }
  /** The model comes into memory, which takes seconds to minutes and tells nothing on the way. */
  | { kind: 'loading', model: string }
  /** A restoration has the memory. */
  | { kind: 'waiting' }
  | { kind: 'photo', total: number, done: number, name: string }

export interface CaptionOptions {
  signal?: AbortSignal
  onEvent?: (event: CaptionEvent) => void
  /** The captions made are one step that can be taken back. Those of a batch of restorations are not: its results have used them. */
  undoable?: boolean
}

/** `isNew`: made now, not found in the catalog. One of `caption` and `error` is null. */
export interface CaptionOutcome { photo: Photo, caption: Caption | null, isNew: boolean, error: RestillError | null }

/** What answers at an address. */
export interface CaptionServer { host: string, isLocal: boolean, version: string | null, models: string[], problem: RestillError | null }

type Loaded = Map<string, number | null>
interface CaptionDeps { catalog: Catalog, pixels: Guest, log: Log, preferredHost: () => string, limits?: CaptionLimits }

/** Failures in a row after which the rest is not tried: each could take minutes. */
const failuresInARow = 3
/** Not of one photo: the next one would fail the same way. */
const endsAll: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CAPTION_HOST_INVALID', 'CAPTION_SERVER_MISSING', 'CAPTION_NO_MODEL', 'CAPTION_MODEL_MISSING', 'CAPTION_MODEL_BLIND', 'CAPTION_CLOUD',
  'GUEST_START_FAILED',
])

export class Captions {
  readonly #deps: CaptionDeps
  readonly #repo: CaptionsRepo
  readonly #journal: Journal
  readonly #queue = new CaptionQueue()
  /** Tokens of the prompt without a picture, by the model that is in memory; null while it is on its way there. */
  readonly #loaded: Loaded = new Map()
  readonly #closing = new AbortController()

  constructor(deps: CaptionDeps) {
    this.#deps = deps
    this.#repo = new CaptionsRepo(deps.catalog)
    this.#journal = new Journal(deps.catalog)
  }

  /** See `CaptionQueue`. */
  makeRoom(): Promise<() => void> {
    return this.#queue.makeRoom()
  }

  of(photoId: number): Caption | null {
    return this.#repo.byPhoto(photoId)
  }

  /** By hand; empty text takes captions away. @returns the label under which it can be taken back; null when nothing changed */
  set(photos: readonly Photo[], text: string): string | null {
    const trimmed = text.trim()
    return this.#journal.change((edit) => {
      let changed = 0
      for (const { id, imageHash } of photos) {
        const known = this.#repo.byPhoto(id)
        if (trimmed === (known?.text ?? '') && (known === null || known.model === null)) continue
        changed++
        // As a whole: model and prompt version only stand together, and the way back goes column by column.
        if (known !== null) edit.remove('captions', { photo_id: id })
        if (trimmed !== '') edit.insert('captions', rowOf(id, { text: trimmed, model: null, promptVersion: null, imageHash }))
      }
      return { label: changeWords.shown(changed), result: undefined }
    }).undo
  }

  /**
   * Asks a model about each photo that has no caption yet, one after the other. In the order of `photos`; what went wrong is in the outcomes.
   * @throws RestillError CANCELLED: what was made until then is in the catalog
   */
  make(photos: readonly Photo[], request: CaptionRequest = {}, { signal, onEvent, undoable = false }: CaptionOptions = {}): Promise<CaptionOutcome[]> {
    const ended = AbortSignal.any([this.#closing.signal, ...signal === undefined ? [] : [signal]])
    return this.#queue.run(async () => {
      const batch = new Batch(this.#deps, this.#repo, this.#queue, this.#loaded, request, ended, onEvent)
      try {
        return await batch.run(photos)
      } finally {
        if (undoable) this.#remember(batch.made)
      }
    })
  }

  #remember(made: readonly Replaced[]): void {
    this.#journal.change((edit) => {
      for (const { before, after } of made) edit.note('captions', before, after)
      return { label: changeWords.shown(made.length), result: undefined }
    })
  }

  /** Ends what is being made; the model leaves the memory. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#queue.run(() => Promise.resolve())
  }

  /** Asks an address for its models, without a photo. */
  async look(address?: string): Promise<CaptionServer> {
    const name = address ?? this.#deps.preferredHost()
    const found: CaptionServer = { host: name, isLocal: true, version: null, models: [], problem: null }
    try {
      const host = hostOf(name)
      Object.assign(found, { host: host.name, isLocal: host.isLocal })
      const server = new OllamaServer(host, this.#deps.limits ?? captionLimits)
      found.version = await server.version()
      found.models = (await visionModels(server)).map((model) => model.name)
      if (found.models.length === 0) throw new RestillError('CAPTION_NO_MODEL', { detail: { host: host.name } })
    } catch (thrown) {
      found.problem = asRestillError(thrown)
    }
    return found
  }
}

class Batch {
  readonly #deps: CaptionDeps
  readonly #repo: CaptionsRepo
  readonly #queue: CaptionQueue
  readonly #loaded: Loaded
  readonly #request: CaptionRequest
  readonly #signal: AbortSignal
  readonly #tell: (event: CaptionEvent) => void
  readonly made: Replaced[] = []
  #chosen: { server: OllamaServer, model: VisionModel } | null = null
  #failures = 0
  /** Why the rest is not tried. */
  #end: RestillError | null = null

  constructor(
    deps: CaptionDeps, repo: CaptionsRepo, queue: CaptionQueue, loaded: Loaded, request: CaptionRequest, signal: AbortSignal,
    onEvent: CaptionOptions['onEvent'],
  ) {
    this.#deps = deps
    this.#repo = repo
    this.#queue = queue
    this.#loaded = loaded
    this.#request = request
    this.#signal = signal
    this.#tell = (event) => onEvent?.(event)
  }

  async run(photos: readonly Photo[]): Promise<CaptionOutcome[]> {
    const outcomes: CaptionOutcome[] = []
    for (const photo of photos) {
      this.#tell({ kind: 'photo', total: photos.length, done: outcomes.length, name: photo.name })
      outcomes.push(await this.#outcome(photo))
    }
    return outcomes
  }

  async #outcome(photo: Photo): Promise<CaptionOutcome> {
    const known = this.#repo.byPhoto(photo.id)
    if (known !== null && this.#isGood(known, photo)) return { photo, caption: known, isNew: false, error: null }
    try {
      if (this.#signal.aborted) throw new RestillError('CANCELLED')
      if (this.#end !== null) throw this.#end
      if (photo.error !== null) throw new RestillError('FILE_UNREADABLE', { detail: { file: photo.path, reason: 'it could not be imported' } })
      const { server, model } = await this.#choose()
      const text = await this.#queue.photo((signal) => this.#look(server, model, photo, signal), {
        signal: this.#signal, unload: () => this.#unload(server, model), onWait: () => { this.#tell({ kind: 'waiting' }) },
      })
      this.#failures = 0
      const stored = this.#repo.store(photo.id, { text, model: model.name, promptVersion, imageHash: photo.imageHash })
      if (stored !== null) this.made.push(stored)
      return { photo, caption: this.#repo.byPhoto(photo.id), isNew: stored !== null, error: null }
    } catch (thrown) {
      if (isCancelled(thrown)) throw thrown
      const error = asRestillError(thrown)
      this.#note(error)
      return { photo, caption: null, isNew: false, error }
    }
  }

  #isGood({ model, promptVersion: version, imageHash }: Caption, photo: Photo): boolean {
    if (model === null) return true
    const { again = false, model: wanted = model } = this.#request
    return !again && model === wanted && version === promptVersion && imageHash === photo.imageHash
  }

  async #choose(): Promise<{ server: OllamaServer, model: VisionModel }> {
    if (this.#chosen !== null) return this.#chosen
    const host = hostOf(this.#request.host ?? this.#deps.preferredHost())
    const server = new OllamaServer(host, this.#deps.limits ?? captionLimits)
    const model = await chooseModel(server, this.#request.model ?? null, this.#signal)
    if (!host.isLocal) this.#tell({ kind: 'notice', notice: { code: 'PHOTOS_LEAVE', text: captionWords.away(host.name) } })
    this.#chosen = { server, model }
    return this.#chosen
  }

  /** @throws RestillError CAPTION_*, CANCELLED, and of the file */
  async #look(server: OllamaServer, model: VisionModel, { path }: Photo, signal: AbortSignal): Promise<string> {
    const { picture } = await this.#deps.pixels.call('modelPicture', { file: path, multiple: model.multiple }, { file: path, signal })
    if (picture === null) throw new RestillError('HEIC_NOT_SUPPORTED', { detail: { file: path } })
    const bare = await this.#load(server, model, signal)
    const detail = { file: path, model: model.name }
    const said = await server.say(model.name, picture.jpeg, 0, signal)
    // Without its picture a model describes one with the same confidence.
    if ((said.promptTokens ?? 0) < bare + model.leastImageTokens) throw new RestillError('CAPTION_NOT_SEEN', { detail })
    const caption = captionIn([said.content, said.thinking])
    if (caption !== null) return caption
    const again = await server.say(model.name, picture.jpeg, retryTemperature, signal)
    const second = captionIn([again.content, again.thinking])
    if (second === null) throw new RestillError('CAPTION_UNREADABLE', { detail })
    return second
  }

  async #load(server: OllamaServer, { name }: VisionModel, signal: AbortSignal): Promise<number> {
    const key = keyOf(server, name)
    const known = this.#loaded.get(key) ?? null
    if (known !== null) return known
    this.#tell({ kind: 'loading', model: name })
    this.#loaded.set(key, null)
    try {
      const tokens = await server.load(name, signal)
      this.#loaded.set(key, tokens)
      return tokens
    } catch (thrown) {
      const error = asRestillError(thrown)
      // Another photo would only wait as long for the same.
      if (!isCancelled(error)) this.#end = error
      throw error
    }
  }

  async #unload(server: OllamaServer, { name }: VisionModel): Promise<void> {
    if (!this.#loaded.delete(keyOf(server, name))) return
    // A server that is gone has nothing in memory; one that fails gives it back by itself after a while.
    await server.unload(name).catch((thrown: unknown) => { this.#deps.log.write(`the model ${name} could not be unloaded`, thrown) })
  }

  #note(error: RestillError): void {
    if (this.#end !== null) return
    if (endsAll.has(error.code)) this.#end = error
    else if (!error.code.startsWith('CAPTION_')) this.#failures = 0
    else if (++this.#failures >= failuresInARow) {
      this.#end = new RestillError('CAPTION_GIVEN_UP', { detail: { count: failuresInARow, reason: explain(error).message }, cause: error })
    }
  }
}

/** The likeliest answer was of no use: another one may be. */
const retryTemperature = 0.4

function keyOf(server: OllamaServer, model: string): string {
  return `${server.host.address} ${model}`
}
