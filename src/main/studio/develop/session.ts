/** One photo open in Develop: decoded on disk by the pixels guest, restored where it is looked at by the infer guest. */
import type { Guest } from '../../../inference/client/client.ts'
import type { DevelopSettings } from '../../../shared/contract/develop.ts'
import type { Descriptor } from '../../../shared/descriptor.ts'
import { isCancelled } from '../../../shared/errors.ts'
import type { CallOutput, ProviderName } from '../../../shared/guest.ts'
import type { AutoChoice, OverlayMap, PreviewEvent, Rect } from '../../../shared/preview.ts'
import { drawTileMap } from '../../../shared/tile-map.ts'
import type { Photo } from '../catalog/photos.repo.ts'
import type { StoredPixels } from '../jobs/results.repo.ts'
import type { Chosen } from '../packs.ts'
import type { Speeds } from './engines.ts'
import { streamOf } from './events.ts'

export interface SessionParts {
  home: string
  infer: Guest, pixels: Guest
  packFolders: string[]
  speeds: Speeds
  /** Engine, pack and controls that these settings mean for this photo. `reason`: Auto's, where they leave the engine to it. */
  choose: (photo: Photo, settings: DevelopSettings) => Promise<{ chosen: Chosen, reason: string | null }>
  providers: () => ProviderName[]
  /** Files that hold what these settings make of this photo, best first. */
  storedResults: (photo: Photo, chosen: Chosen, settings: DevelopSettings) => StoredPixels[]
}

/** Where a photo is sharp. @throws RestillError of the file */
export async function sharpnessOf({ pixels, home }: Pick<SessionParts, 'pixels' | 'home'>, file: string): Promise<OverlayMap> {
  const map = await pixels.call('pictureMap', { kind: 'sharpness', file, home }, { file })
  return { id: 'sharpness', label: 'Sharpness', kind: 'levels', words: ['soft', 'sharp'], ...map }
}

export interface PreviewRequest { settings: DevelopSettings, visible: Rect, whole: boolean }
type Held = CallOutput<'holdPhoto'>

export class DevelopSession {
  readonly id: string
  readonly item: number
  readonly photo: Photo
  readonly #parts: SessionParts
  readonly #closed = new AbortController()
  readonly #maps = new Map<string, OverlayMap>()
  #newest = new AbortController()
  /** What Auto chose last, where settings left the engine open. */
  automatic: AutoChoice | null = null
  /** Whose maps are known. */
  #engine = ''
  #held: Held
  /** The version told last. */
  #version = 0
  /** The stored result that was drawn last, and how often something else than a preview drew. */
  #shown: StoredPixels | null = null
  #drawings = 0

  private constructor(id: string, item: number, photo: Photo, held: Held, parts: SessionParts) {
    this.id = id
    this.item = item
    this.photo = photo
    this.#held = held
    this.#parts = parts
  }

  /** @throws RestillError of the file */
  static async open(id: string, item: number, photo: Photo, parts: SessionParts): Promise<DevelopSession> {
    const held = await parts.pixels.call('holdPhoto', { session: id, file: photo.path, home: parts.home }, { file: photo.path })
    return new DevelopSession(id, item, photo, held, parts)
  }

  get held(): Held {
    return this.#held
  }

  /** A map over the photo as far as it is known: of the engine, of changed pixels, of sharpness. */
  async overlay(id: string): Promise<OverlayMap | null> {
    if (id === 'sharpness') return sharpnessOf(this.#parts, this.photo.path)
    if (id !== 'changed') return this.#maps.get(id) ?? null
    const { source, result } = this.#held
    const map = await this.#parts.pixels.call('pictureMap', { kind: 'changed', source, result }, { file: this.photo.path })
    return { id, label: 'Changed pixels', kind: 'levels', words: ['as it was', 'changed most'], ...map }
  }

  /** Draws a stored result of these settings; false where there is none that fits. */
  async showStored(settings: DevelopSettings): Promise<boolean> {
    const chosen = await this.#choose(settings)
    for (const stored of this.#parts.storedResults(this.photo, chosen, settings)) {
      if (this.#shown?.file !== stored.file) {
        if (!await this.#draw(stored.file)) continue
        this.#drawings++
      }
      this.#shown = stored
      this.#maps.clear()
      for (const map of stored.maps) this.#maps.set(map.id, drawTileMap(map, wordsOf(chosen.descriptor, map.id)))
      return true
    }
    return false
  }

  /** A newer one supersedes: the stream of the older just ends. */
  preview(request: PreviewRequest, signal: AbortSignal): AsyncGenerator<PreviewEvent, void> {
    this.#newest.abort()
    const newest = this.#newest = new AbortController()
    return streamOf(AbortSignal.any([signal, newest.signal, this.#closed.signal]), async (tell, until) => {
      try {
        const isStored = await this.showStored(request.settings)
        if (request.settings.engine === 'auto' && this.automatic !== null) tell({ kind: 'auto', choice: this.automatic })
        if (isStored) this.#tellStored(tell)
        else await this.#compute(request, tell, until)
      } catch (error) {
        // Superseded, closed or no longer watched: nobody waits for an end.
        if (!isCancelled(error)) throw error
      }
    })
  }

  /** A square of the result; null outside. */
  async square(place: { level: number, column: number, row: number }): Promise<Uint8Array | null> {
    const cut = async () => {
      const of = { kind: 'spool' as const, file: this.#held.result }
      return (await this.#parts.pixels.call('pictureTile', { of, ...place }, { file: this.photo.path })).jpeg
    }
    try {
      return await cut()
    } catch (error) {
      if (this.#closed.signal.aborted) throw error
      // The guest that held the pixels is gone; its successor decodes the photo again.
      await this.#hold()
      return cut()
    }
  }

  async close(): Promise<void> {
    this.#closed.abort()
    const { infer, pixels } = this.#parts
    const session = this.id
    // A guest that does not run holds nothing.
    const running = (guest: Guest) => guest.pid !== null
    await Promise.allSettled([running(infer) && infer.call('closeLive', { session }), running(pixels) && pixels.call('letGoPhoto', { session })])
  }

  async #compute(request: PreviewRequest, tell: (event: PreviewEvent) => void, signal: AbortSignal): Promise<void> {
    const { home, infer, packFolders, speeds } = this.#parts
    const { descriptor, pack, controls } = await this.#choose(request.settings)
    await this.#hold()
    this.#shown = null
    // Known of stored results alone: what is computed now is another one.
    const trust = this.#maps.get('trust')
    if (trust !== undefined) tell({ kind: 'map', map: { ...trust, values: trust.values.map(() => null) } })
    this.#maps.delete('trust')
    if (this.#engine !== descriptor.id) this.#maps.clear()
    this.#engine = descriptor.id
    const { source, result } = this.#held
    const { visible, whole, settings: { scale } } = request
    const made = await infer.call('livePreview', {
      session: this.id, source, result, drawings: this.#drawings, engine: descriptor.id, pack: pack.id, packFolders, controls,
      scale, providers: this.#parts.providers(), visible, whole, home,
    }, {
      signal, file: this.photo.path,
      onProgress: (event) => {
        if (event.kind === 'map') this.#maps.set(event.map.id, event.map)
        // Counted here, so that a guest that was started again does not count from the beginning.
        tell(event.kind === 'tile' ? { ...event, version: ++this.#version } : event)
      },
    })
    if (made.secondsPerMegapixel !== null) speeds.note(descriptor.id, made.device, made.secondsPerMegapixel * made.scale ** 2)
  }

  /** A stored file that is gone, damaged or of another shape is no result. */
  async #draw(file: string): Promise<boolean> {
    const { pixels, home } = this.#parts
    const { drawn } = await pixels.call('drawStored', { session: this.id, file, home }, { file }).catch(() => ({ drawn: false }))
    return drawn
  }

  #tellStored(tell: (event: PreviewEvent) => void): void {
    const { width, height } = this.#held
    tell({ kind: 'begin', tilesTotal: 0, device: '', scale: 1, reused: true })
    const rect = { x: 0, y: 0, width, height }
    tell({ kind: 'tile', rect, version: ++this.#version, tilesDone: 0, tilesTotal: 0, secondsLeft: null, guarded: false })
    for (const map of this.#maps.values()) tell({ kind: 'map', map })
    for (const kind of ['visible-done', 'done'] as const) tell({ kind, milliseconds: 0, sessionCalls: 0, figures: this.#shown?.figures ?? {} })
  }

  /** Asks for the spools again: the same where the guest lives, new ones where another took its place. */
  async #hold(): Promise<void> {
    const { pixels, home } = this.#parts
    this.#held = await pixels.call('holdPhoto', { session: this.id, file: this.photo.path, home }, { file: this.photo.path })
  }

  async #choose(settings: DevelopSettings): Promise<Chosen> {
    const { chosen, reason } = await this.#parts.choose(this.photo, settings)
    if (reason !== null) this.automatic = { engine: chosen.descriptor.id, reason }
    return chosen
  }
}

const trustWords = { label: 'Trust', kind: 'levels' as const, words: ['your photo explains it', 'it does not'] }

function wordsOf(descriptor: Descriptor, id: string): Pick<OverlayMap, 'label' | 'kind' | 'words'> {
  if (id === 'trust') return trustWords
  const { label = id, kind = 'levels', words = [] } = descriptor.overlays.find((overlay) => overlay.id === id) ?? {}
  return { label, kind, words }
}
