/** Rectangles of a picture on disk, read and written in place: rows as a spool has them, in a file that lies there already. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { headerBytes, type SpoolShape, writeFailure } from '../image/spool.ts'
import type { Rows } from '../runtime/layout.ts'
import type { Rect } from '../../shared/preview.ts'

export class RasterFile {
  readonly shape: SpoolShape
  readonly #file: string
  readonly #descriptor: number
  readonly #start: number

  /** @param start bytes before the first row @throws RestillError TARGET_READ_ONLY */
  constructor(file: string, shape: SpoolShape, options: { create?: boolean, start?: number } = {}) {
    this.shape = shape
    this.#file = file
    this.#start = options.start ?? headerBytes
    try {
      this.#descriptor = openSync(file, options.create === true ? 'w+' : 'r+')
    } catch (error) {
      throw writeFailure(file, error)
    }
  }

  /** Interleaved levels of a rectangle. */
  read({ x, y, width, height }: Rect): Rows {
    const { channels, depth } = this.shape
    const row = width * channels * depth / 8
    const bytes = new Uint8Array(row * height)
    if (width === this.shape.width) readSync(this.#descriptor, bytes, 0, bytes.length, this.#place(0, y))
    else for (let line = 0; line < height; line++) readSync(this.#descriptor, bytes, line * row, row, this.#place(x, y + line))
    return depth === 8 ? bytes : new Uint16Array(bytes.buffer)
  }

  /** @throws RestillError DISK_FULL */
  write({ x, y, width, height }: Rect, rows: Rows): void {
    const row = width * this.shape.channels * this.shape.depth / 8
    const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)
    try {
      if (width === this.shape.width) writeSync(this.#descriptor, bytes, 0, bytes.length, this.#place(0, y))
      else for (let line = 0; line < height; line++) writeSync(this.#descriptor, bytes, line * row, row, this.#place(x, y + line))
    } catch (error) {
      throw writeFailure(this.#file, error)
    }
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #place(x: number, y: number): number {
    const { width, channels, depth } = this.shape
    return this.#start + (y * width + x) * channels * depth / 8
  }
}
