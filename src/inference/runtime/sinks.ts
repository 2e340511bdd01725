/** Where finished rows go: into the result, or, from a reduced copy, into a picture of residuals. */
import type { Mask } from '../../shared/mask.ts'
import { applyMask } from '../image/mask-rows.ts'
import type { Spool, SpoolWriter } from '../image/spool.ts'
import type { PixelSource } from '../engines/engine.ts'
import { type Rows, storeRows } from './layout.ts'
import type { RowSink } from './tile-stage.ts'

export type CreateSpool = (folder: string, shape: { width: number, height: number, channels: 1 | 2 | 3 | 4, depth: 8 | 16 }) => Promise<SpoolWriter>

/** A sink that ends in one picture for every look asked. */
export interface PictureSink extends RowSink { finish(): Promise<Spool[]> }

/** How much of the result a picture takes: `strength` 0..1, and where. */
export interface Look { readonly strength: number, readonly mask: Mask | null }

/** The result as the network gave it. */
export const plainLook: Look = { strength: 1, mask: null }

/** Pictures of the source's shape: `source + strength * mask * (restored - source)`, one for each look; alpha is the source's. */
export async function pictureSink(source: PixelSource, folder: string, looks: readonly Look[], create: CreateSpool): Promise<PictureSink> {
  const { width, height, channels, depth } = source
  const writers = await open(looks.length, () => create(folder, { width, height, channels, depth }))
  return {
    async accept({ y, data, source: rows }) {
      const stored = looks.map(({ strength, mask }) => {
        const result = storeRows(data, rows, width, channels, depth, strength)
        if (mask !== null) applyMask(result, rows, y, source, mask)
        return result
      })
      for (const [index, writer] of writers.entries()) await writer.writeRows(stored[index]!)
    },
    finish: () => Promise.all(writers.map(writer => writer.finish())),
    abort: () => abortAll(writers),
  }
}

/** Level of a 16-bit residual picture that means no change, and levels for a change of 1. */
export const residualZero = 32_768
export const residualScale = 32_767

/** A 16-bit RGB picture of `restored - source`; grey sources have one channel. */
export async function residualSink(source: PixelSource, folder: string, create: CreateSpool): Promise<PictureSink> {
  const { width, height, channels } = source
  const writer = await create(folder, { width, height, channels: channels >= 3 ? 3 : 1, depth: 16 })
  return {
    async accept({ data, source: rows }) {
      await writer.writeRows(residualRows(data, rows, source))
    },
    finish: async () => [await writer.finish()],
    abort: () => writer.abort(),
  }
}

/**
 * Levels of a residual picture, interleaved.
 * @param blended float32 by row: `[rows][3][width]`
 * @param rows the same rows of the source as stored
 */
export function residualRows(
  blended: Float32Array, rows: Rows, { width, channels, depth }: Pick<PixelSource, 'width' | 'channels' | 'depth'>,
): Uint16Array {
  const colours = channels >= 3 ? 3 : 1
  const top = depth === 8 ? 255 : 65_535
  const count = blended.length / (3 * width)
  const out = new Uint16Array(count * width * colours)
  for (let row = 0; row < count; row++) {
    for (let channel = 0; channel < colours; channel++) {
      const from = (row * 3 + channel) * width
      for (let x = 0; x < width; x++) {
        const place = row * width + x
        const value = colours === 3 ? blended[from + x]! : (blended[from + x]! + blended[from + width + x]! + blended[from + 2 * width + x]!) / 3
        const change = value - rows[place * channels + channel]! / top
        out[place * colours + channel] = Math.round(residualZero + Math.max(-1, Math.min(1, change)) * residualScale)
      }
    }
  }
  return out
}

async function open(count: number, create: () => Promise<SpoolWriter>): Promise<SpoolWriter[]> {
  const writers: SpoolWriter[] = []
  try {
    for (let index = 0; index < count; index++) writers.push(await create())
    return writers
  } catch (thrown) {
    await abortAll(writers)
    throw thrown
  }
}

async function abortAll(writers: readonly SpoolWriter[]): Promise<void> {
  await Promise.all(writers.map(writer => writer.abort()))
}
