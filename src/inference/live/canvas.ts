/**
 * The result of a live session on disk, drawn cell by cell. At a reduced working scale the cells go into a picture of residuals first, and the
 * part of the photo that depends on them is made anew. When every cell is there, the pixels are those of a restoration of the whole photo.
 */
import { rm } from 'node:fs/promises'
import { spoolPath, type SpoolShape } from '../image/spool.ts'
import { type Rows, storeRows } from '../runtime/layout.ts'
import { ResidualEnlarger } from '../runtime/residual.ts'
import { residualRows, residualZero } from '../runtime/sinks.ts'
import type { Rect } from '../../shared/preview.ts'
import type { BlendedCell } from './cells.ts'
import { RasterFile } from './raster-file.ts'

export interface Canvas {
  /** Rows of a cell that are best drawn at once. */
  readonly bandRows: number
  /** Draws a cell at strength 1; answers which pixels of the photo are new. @throws RestillError DISK_FULL */
  draw(cell: BlendedCell): Rect
  dispose(): Promise<void>
}

/** @param photo, result rasters of one shape */
export function fullCanvas(photo: RasterFile, result: RasterFile): Canvas {
  const { channels, depth } = photo.shape
  // At strength 1 only the transparency is the photo's own.
  const isOpaque = channels === 1 || channels === 3
  let scratch: Rows = new Uint8Array(0)
  const blank = ({ width, height }: Rect) => {
    const length = width * height * channels
    if (scratch.length < length) scratch = depth === 8 ? new Uint8Array(length) : new Uint16Array(length)
    return scratch.subarray(0, length)
  }
  return {
    // What is blended of a screen's width is still in the processor's cache when it is stored.
    bandRows: 32,
    draw({ data, ...rect }) {
      const levels = isOpaque ? blank(rect) : photo.read(rect)
      result.write(rect, storeRows(data, levels, rect.width, channels, depth, 1))
      return rect
    },
    dispose: () => Promise.resolve(),
  }
}

/** @param small the reduced copy that is restored */
export async function reducedCanvas(photo: RasterFile, result: RasterFile, small: RasterFile, folder: string): Promise<Canvas> {
  const { width, height } = small.shape
  const colours = small.shape.channels >= 3 ? 3 : 1
  const shape: SpoolShape = { width, height, channels: colours, depth: 16 }
  const file = await spoolPath(folder)
  const residual = new RasterFile(file, shape, { create: true, start: 0 })
  const strip = 256
  const nothing = new Uint16Array(width * colours * Math.min(strip, height)).fill(residualZero)
  for (let y = 0; y < height; y += strip) {
    const rows = Math.min(strip, height - y)
    residual.write({ x: 0, y, width, height: rows }, nothing.subarray(0, rows * width * colours))
  }
  const enlarger = new ResidualEnlarger(photo.shape, shape)
  const across = reach(photo.shape.width, width)
  const down = reach(photo.shape.height, height)
  return {
    // Every cell makes some of the photo around it anew.
    bandRows: Number.POSITIVE_INFINITY,
    draw({ data, ...rect }) {
      residual.write(rect, residualRows(data, small.read(rect), { ...small.shape, width: rect.width }))
      const [x, right] = across(rect.x, rect.x + rect.width)
      const [y, bottom] = down(rect.y, rect.y + rect.height)
      const area = { x, y, width: right - x, height: bottom - y }
      const needed = enlarger.needed(area)
      const levels = photo.read(area)
      const sum = enlarger.add(area, levels, residual.read(needed), needed)
      result.write(area, storeRows(sum, levels, area.width, photo.shape.channels, photo.shape.depth, 1))
      return area
    },
    async dispose() {
      residual.close()
      await rm(file, { force: true })
    },
  }
}

/** Which pixels of a long axis depend on pixels `[start, end)` of a short one: an enlarged pixel looks at two neighbours on each side. */
function reach(long: number, short: number): (start: number, end: number) => [number, number] {
  const factor = long / short
  return (start, end) => [Math.max(0, Math.floor((start - 3) * factor)), Math.min(long, Math.ceil((end + 3) * factor))]
}
