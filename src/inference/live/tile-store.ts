/** Rendered tiles, so that a photo of any size can be put together in any order: the last ones in memory, those before them on disk, a slot each. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { spoolPath, writeFailure } from '../image/spool.ts'

const memoryBytes = 96e6

export class TileStore {
  readonly #file: string
  readonly #descriptor: number
  readonly #length: number
  readonly #memory: number
  /** The least recently used first; `saved` where the slot on disk holds the same. */
  readonly #recent = new Map<number, { tile: Float32Array, saved: boolean }>()

  private constructor(file: string, length: number, memory: number) {
    this.#file = file
    this.#length = length
    this.#memory = memory
    this.#descriptor = openSync(file, 'w+')
  }

  /**
   * @param length floats of one tile
   * @param memory bytes of tiles that stay in memory
   * @throws RestillError DISK_FULL, TARGET_READ_ONLY
   */
  static async create(folder: string, length: number, memory = memoryBytes): Promise<TileStore> {
    return new TileStore(await spoolPath(folder), length, memory)
  }

  /** Keeps a tile; a later one replaces it. The data are not changed by anybody from now on. @throws RestillError DISK_FULL */
  write(index: number, tile: Float32Array): void {
    const known = this.#recent.get(index)
    this.#remember(index, tile, known?.tile === tile && known.saved)
  }

  /** A tile that was written. @throws RestillError DISK_FULL */
  read(index: number): Float32Array {
    const known = this.#recent.get(index)
    const tile = known?.tile ?? this.#load(index)
    this.#remember(index, tile, known?.saved ?? true)
    return tile
  }

  async dispose(): Promise<void> {
    this.#recent.clear()
    closeSync(this.#descriptor)
    await rm(this.#file, { force: true })
  }

  #load(index: number): Float32Array {
    const tile = new Float32Array(this.#length)
    readSync(this.#descriptor, new Uint8Array(tile.buffer), 0, tile.byteLength, index * this.#length * 4)
    return tile
  }

  #remember(index: number, tile: Float32Array, saved: boolean): void {
    this.#recent.delete(index)
    this.#recent.set(index, { tile, saved })
    for (const [oldest, { tile: old, saved: isSaved }] of this.#recent) {
      if (this.#recent.size * this.#length * 4 <= this.#memory || oldest === index) break
      if (!isSaved) this.#save(oldest, old)
      this.#recent.delete(oldest)
    }
  }

  #save(index: number, tile: Float32Array): void {
    try {
      writeSync(this.#descriptor, new Uint8Array(tile.buffer, tile.byteOffset, tile.byteLength), 0, tile.byteLength, index * this.#length * 4)
    } catch (error) {
      throw writeFailure(this.#file, error)
    }
  }
}
