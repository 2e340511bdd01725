/** Rendered tiles on disk, one slot each, so that a photo of any size can be put together in any order; the last ones stay in memory too. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { spoolPath, writeFailure } from '../image/spool.ts'

const memoryBytes = 96e6

export class TileStore {
  readonly #file: string
  readonly #descriptor: number
  readonly #length: number
  readonly #recent = new Map<number, Float32Array>()

  private constructor(file: string, length: number) {
    this.#file = file
    this.#length = length
    this.#descriptor = openSync(file, 'w+')
  }

  /** @param length floats of one tile @throws RestillError DISK_FULL, TARGET_READ_ONLY */
  static async create(folder: string, length: number): Promise<TileStore> {
    return new TileStore(await spoolPath(folder), length)
  }

  /** Keeps a tile; a later one replaces it. The data are not changed by anybody from now on. */
  write(index: number, tile: Float32Array): void {
    this.#remember(index, tile)
    try {
      writeSync(this.#descriptor, new Uint8Array(tile.buffer, tile.byteOffset, tile.byteLength), 0, tile.byteLength, index * this.#length * 4)
    } catch (error) {
      throw writeFailure(this.#file, error)
    }
  }

  /** A tile that was written. */
  read(index: number): Float32Array {
    let tile = this.#recent.get(index)
    if (tile === undefined) {
      tile = new Float32Array(this.#length)
      readSync(this.#descriptor, new Uint8Array(tile.buffer), 0, tile.byteLength, index * this.#length * 4)
    }
    this.#remember(index, tile)
    return tile
  }

  async dispose(): Promise<void> {
    this.#recent.clear()
    closeSync(this.#descriptor)
    await rm(this.#file, { force: true })
  }

  #remember(index: number, tile: Float32Array): void {
    this.#recent.delete(index)
    this.#recent.set(index, tile)
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size * this.#length * 4 <= memoryBytes || oldest === index) break
      this.#recent.delete(oldest)
    }
  }
}
