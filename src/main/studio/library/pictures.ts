/** Pictures of items for the window: thumbnails straight from where they are kept; what is not kept is made by the pixels guest, once. */
import { z } from 'zod'
import type { Guest } from '../../../inference/client/client.ts'
import { itemId } from '../../../shared/contract/items.ts'
import { RestillError } from '../../../shared/errors.ts'
import type { Catalog } from '../catalog/open.ts'
import type { Previews } from '../catalog/previews.ts'
import type { Picture } from '../picture.ts'
import { thumbnailEdge } from './import.ts'

const firstResult = itemId('result', 0)
/** Long side of the picture for the loupe, pixels. */
const previewEdge = 2048

/** Pictures in work together: more would only fill the guest's memory. */
const picturesAtOnce = 4

interface Making extends PromiseWithResolvers<Uint8Array | null> {
  source: PictureSource
  longEdge: number
  /** Of everybody who waits for it; one without a signal waits to the end. */
  signals: (AbortSignal | undefined)[]
  begun: boolean
}

/** The file an item's picture comes from, and what the picture is known by. */
export interface PictureSource { path: string, hash: string }

const countsSchema = z.object({ red: z.array(z.number()), green: z.array(z.number()), blue: z.array(z.number()) })
export type Histogram = z.infer<typeof countsSchema>

export class ItemPictures {
  readonly #previews: Previews
  readonly #pixels: Guest
  readonly #find: (item: number) => PictureSource | null
  /** Being made or waiting to be, by hash and size: two windows ask for the same picture. */
  readonly #making = new Map<string, Making>()
  #running = 0

  constructor(catalog: Catalog, previews: Previews, pixels: Guest) {
    this.#previews = previews
    this.#pixels = pixels
    const photo = catalog.db.prepare<[number], PictureSource>(`SELECT path, image_hash AS hash FROM photos
      WHERE id = (SELECT photo_id FROM items WHERE id = ? AND id < ${firstResult})`)
    const result = catalog.db.prepare<[number], PictureSource>(`SELECT output AS path, sha256 AS hash FROM results
      WHERE id = ? - ${firstResult} AND output IS NOT NULL`)
    this.#find = (item) => (item < firstResult ? photo : result).get(item) ?? null
  }

  /** JPEG, long side at most 320 pixels, sRGB; null for an unknown item and where nothing can be drawn (HEIC, never readable). */
  async thumbnail(item: number, signal?: AbortSignal): Promise<Picture | null> {
    const source = this.#find(item)
    if (source === null) return null
    return jpegOf(this.#kept(source) ?? await this.#make(source, thumbnailEdge, signal))
  }

  /** The same where it needs no making; null where it does. */
  keptThumbnail(item: number): Uint8Array | null {
    const source = this.#find(item)
    return source === null ? null : this.#kept(source)
  }

  /** JPEG, long side at most 2048 pixels, sRGB; null as for thumbnails. @throws RestillError of the file */
  async preview(item: number, signal?: AbortSignal): Promise<Picture | null> {
    const source = this.#find(item)
    if (source === null) return null
    return jpegOf((source.hash === '' ? null : this.#previews.preview(source.hash)) ?? await this.#make(source, previewEdge, signal))
  }

  /** Levels of the thumbnail, 0..1 of the highest; null where there is no picture. */
  async histogram(item: number): Promise<Histogram | null> {
    const source = this.#find(item)
    if (source === null || source.hash === '') return null
    const kept = this.#previews.histogram(source.hash)
    if (kept !== null) return countsSchema.parse(JSON.parse(kept))
    const jpeg = this.#kept(source) ?? await this.#make(source, thumbnailEdge).catch(() => null)
    if (jpeg === null) return null
    const counts = await this.#pixels.call('histogram', { jpeg: new Uint8Array(jpeg) })
    const highest = Math.max(1, ...counts.red, ...counts.green, ...counts.blue)
    const share = (values: number[]): number[] => values.map((value) => Math.round(value / highest * 1000) / 1000)
    const histogram = { red: share(counts.red), green: share(counts.green), blue: share(counts.blue) }
    this.#previews.putHistogram(source.hash, JSON.stringify(histogram))
    return histogram
  }

  #kept({ hash }: PictureSource): Uint8Array | null {
    return hash === '' ? null : this.#previews.get(hash, thumbnailEdge)?.jpeg ?? null
  }

  /** Few at once, the last one asked for first: that is where a person looks now. What nobody waits for any more is not begun. */
  async #make(source: PictureSource, longEdge: number, signal?: AbortSignal): Promise<Uint8Array | null> {
    const key = `${source.hash || source.path}:${longEdge}`
    const making = this.#making.get(key) ?? { ...Promise.withResolvers<Uint8Array | null>(), source, longEdge, signals: [], begun: false }
    making.signals.push(signal)
    this.#making.delete(key)
    this.#making.set(key, making)
    this.#next()
    return making.promise
  }

  #next(): void {
    for (const [key, making] of [...this.#making].reverse()) {
      if (making.begun) continue
      if (making.signals.every((signal) => signal?.aborted === true)) {
        this.#making.delete(key)
        making.reject(new RestillError('CANCELLED'))
        continue
      }
      if (this.#running >= picturesAtOnce) return
      this.#running++
      making.begun = true
      void this.#draw(making.source, making.longEdge).then(making.resolve, making.reject).finally(() => {
        this.#running--
        this.#making.delete(key)
        this.#next()
      })
    }
  }

  async #draw({ path, hash }: PictureSource, longEdge: number): Promise<Uint8Array | null> {
    const { picture } = await this.#pixels.call('smallPicture', { file: path, longEdge }, { file: path })
    if (picture === null) return null
    if (hash !== '') {
      if (longEdge === thumbnailEdge) this.#previews.put([{ imageHash: hash, thumbnails: [picture] }])
      else this.#previews.putPreview(hash, picture.jpeg)
    }
    return picture.jpeg
  }
}

function jpegOf(bytes: Uint8Array | null): Picture | null {
  return bytes === null ? null : { type: 'image/jpeg', bytes }
}
