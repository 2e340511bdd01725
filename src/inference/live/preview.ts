/** Live previews: photos that are being looked at, each with what it computed so far. A newer preview of the same photo supersedes an older one. */
import { join } from 'node:path'
import type { CallOutput, LivePreview } from '../../shared/guest.ts'
import type { PreviewEvent } from '../../shared/preview.ts'
import { completeControls } from '../engines/controls.ts'
import { engineById } from '../engines/registry.ts'
import { findPack } from '../packs/find.ts'
import type { Judge } from '../runtime/devices.ts'
import { type Lane, ranks } from '../runtime/schedule.ts'
import type { SessionCache } from '../runtime/sessions.ts'
import { passOverTiles } from './pass.ts'
import { LivePhoto } from './photo.ts'

interface LiveWorkshop { sessions: SessionCache, tiles: Lane, judge: (home: string) => Judge }
interface Context { signal: AbortSignal, progress: (event: PreviewEvent) => void }

interface Turn { controller: AbortController, ended: Promise<unknown> }

export class LivePreviews {
  readonly #shop: LiveWorkshop
  readonly #photos = new Map<string, LivePhoto>()
  readonly #turns = new Map<string, Turn>()

  constructor(shop: LiveWorkshop) {
    this.#shop = shop
  }

  /** @throws RestillError CANCELLED also when a newer call supersedes; of packs, controls and devices; FILE_UNREADABLE when a spool is gone */
  async preview(input: LivePreview, context: Context): Promise<CallOutput<'livePreview'>> {
    const controller = new AbortController()
    const signal = AbortSignal.any([context.signal, controller.signal])
    const before = this.#turns.get(input.session)
    before?.controller.abort()
    const work = (async () => {
      await before?.ended
      return this.#work(input, { signal, progress: context.progress })
    })()
    const turn = { controller, ended: work.then(() => undefined, () => undefined) }
    this.#turns.set(input.session, turn)
    try {
      return await work
    } finally {
      if (this.#turns.get(input.session) === turn) this.#turns.delete(input.session)
    }
  }

  async close(session: string): Promise<void> {
    const turn = this.#turns.get(session)
    turn?.controller.abort()
    await turn?.ended
    const photo = this.#photos.get(session)
    this.#photos.delete(session)
    await photo?.dispose()
  }

  async #work(input: LivePreview, { signal, progress }: Context): Promise<CallOutput<'livePreview'>> {
    const begun = performance.now()
    const { descriptor } = engineById(input.engine)
    const controls = completeControls(descriptor, input.controls)
    // First of all: beside the tiles of a batch every read of a file would wait for one of them.
    const place = await this.#shop.tiles.enter(ranks.interactive, signal)
    try {
      const pack = await findPack(input.pack, input.engine, input.packFolders)
      const photo = await this.#photo(input)
      for (;;) {
        const { providers, home } = input
        const { run, scale } = await photo.run({ engine: engineById(input.engine), pack, scale: input.scale, providers, home, signal })
        photo.noteDrawings(input.drawings)
        try {
          const perTile = await passOverTiles({
            descriptor, controls, run, scale, photo: photo.shape, visible: input.visible, whole: input.whole, place, signal,
            device: (await photo.device()).device, nextVersion: () => photo.nextVersion(), tell: progress,
          }, begun)
          for (const { text } of photo.newNotices()) progress({ kind: 'notice', text })
          const { tileWidth, tileHeight, overlap } = run.plan
          const megapixels = (tileWidth - overlap) * (tileHeight - overlap) / 1e6
          const secondsPerMegapixel = perTile === null ? null : perTile / megapixels
          return { packHash: pack.hash, device: (await photo.device()).device, scale, secondsPerMegapixel }
        } catch (thrown) {
          // What is no lack of memory is thrown on.
          await photo.halve(thrown)
        }
      }
    } finally {
      place.leave()
    }
  }

  async #photo(input: LivePreview): Promise<LivePhoto> {
    let photo = this.#photos.get(input.session)
    if (photo !== undefined && !photo.isOf(input.source, input.result)) {
      await photo.dispose()
      photo = undefined
    }
    if (photo === undefined) {
      photo = await LivePhoto.open(input.source, input.result, join(input.home, 'spool'), this.#shop)
      this.#photos.set(input.session, photo)
    }
    return photo
  }
}
