/** Which version of the result each part of the photo has, kept by cells of one picture tile: a tile's address names the newest it touches. */
import type { PictureTile, Pyramid } from './picture-tiles.ts'
import { tileRect } from './picture-tiles.ts'
import type { PhotoRect } from './viewport.ts'

const unknown = -1

export class ResultVersions {
  readonly #pyramid: Pyramid
  readonly #columns: number
  readonly #cells: Int32Array

  /** @param stored true where a stored result covers the whole photo already: everything begins at version 0. */
  constructor(pyramid: Pyramid, stored: boolean) {
    this.#pyramid = pyramid
    this.#columns = Math.ceil(pyramid.width / pyramid.tileSide)
    this.#cells = new Int32Array(this.#columns * Math.ceil(pyramid.height / pyramid.tileSide)).fill(stored ? 0 : unknown)
  }

  touch(rect: PhotoRect, version: number): void {
    for (const cell of this.#within(rect)) this.#cells[cell] = Math.max(this.#cells[cell]!, version)
  }

  /** Null where no part of the tile has a result. */
  of(tile: PictureTile): number | null {
    let newest = unknown
    for (const cell of this.#within(tileRect(this.#pyramid, tile))) newest = Math.max(newest, this.#cells[cell]!)
    return newest === unknown ? null : newest
  }

  * #within(rect: PhotoRect): Generator<number> {
    const side = this.#pyramid.tileSide
    const right = Math.min(this.#pyramid.width, rect.x + rect.width)
    const bottom = Math.min(this.#pyramid.height, rect.y + rect.height)
    for (let row = Math.floor(Math.max(0, rect.y) / side); row * side < bottom; row++) {
      for (let column = Math.floor(Math.max(0, rect.x) / side); column * side < right; column++) yield row * this.#columns + column
    }
  }
}
