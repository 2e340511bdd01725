/** Where finished rows go: into the result, or, from a reduced copy, into a picture of residuals. */
import type { Spool, SpoolWriter } from '../image/spool.ts'
import type { PixelSource } from '../engines/engine.ts'
import { storeRows } from './layout.ts'
import type { RowSink } from './tile-stage.ts'

export type CreateSpool = (folder: string, shape: { width: number, height: number, channels: 1 | 2 | 3 | 4, depth: 8 | 16 }) => Promise<SpoolWriter>

/** A sink that ends in one picture for every strength asked. */
export interface PictureSink extends RowSink { finish(): Promise<Spool[]> }

/**
 * Pictures of the source's shape: `source + strength * (restored - source)` for each strength; alpha is the source's.
 * @param strengths 0..1, one picture each
 */
export async function pictureSink(source: PixelSource, folder: string, strengths: readonly number[], create: CreateSpool): Promise<PictureSink> {
  const { width, height, channels, depth } = source
  const writers = await open(strengths.length, () => create(folder, { width, height, channels, depth }))
  return {
    async accept({ data, source: rows }) {
      const stored = strengths.map(strength => storeRows(data, rows, width, channels, depth, strength))
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
  const { width, height, channels, depth } = source
  const colours = channels >= 3 ? 3 : 1
  const top = depth === 8 ? 255 : 65_535
  const writer = await create(folder, { width, height, channels: colours, depth: 16 })
  return {
    async accept({ count, data, source: rows }) {
      const out = new Uint16Array(count * width * colours)
      for (let row = 0; row < count; row++) {
        for (let channel = 0; channel < colours; channel++) {
          const from = (row * 3 + channel) * width
          for (let x = 0; x < width; x++) {
            const place = row * width + x
            const value = colours === 3 ? data[from + x]! : (data[from + x]! + data[from + width + x]! + data[from + 2 * width + x]!) / 3
            const change = value - rows[place * channels + channel]! / top
            out[place * colours + channel] = Math.round(residualZero + Math.max(-1, Math.min(1, change)) * residualScale)
          }
        }
      }
      await writer.writeRows(out)
    },
    finish: async () => [await writer.finish()],
    abort: () => writer.abort(),
  }
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
