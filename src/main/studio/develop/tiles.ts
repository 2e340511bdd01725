/** Encoded squares of pictures, the last ones kept: panning back asks nobody. */
import type { Picture } from '../picture.ts'

const keptBytes = 96e6

export class TileCache {
  readonly #kept = new Map<string, Uint8Array>()
  #bytes = 0

  /** A square that is kept, or the one that `make` makes; null outside of the picture. */
  async get(key: string, make: () => Promise<Uint8Array | null>): Promise<Picture | null> {
    const jpeg = this.#kept.get(key) ?? await make()
    if (jpeg === null) return null
    this.#keep(key, jpeg)
    return { type: 'image/jpeg', bytes: jpeg }
  }

  #keep(key: string, jpeg: Uint8Array): void {
    this.#bytes += jpeg.length - (this.#kept.get(key)?.length ?? 0)
    this.#kept.delete(key)
    this.#kept.set(key, jpeg)
    for (const [oldest, { length }] of this.#kept) {
      if (this.#bytes <= keptBytes) break
      this.#kept.delete(oldest)
      this.#bytes -= length
    }
  }
}
