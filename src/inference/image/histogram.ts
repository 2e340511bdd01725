/** Counts of brightness levels, for the curve beside a photo. */
import { openWith } from './decode.ts'

interface Histogram { red: number[], green: number[], blue: number[] }

/** @param jpeg a small picture, 8 bit; grey counts the same in every channel. 256 counts a channel. */
export async function histogram(jpeg: Uint8Array): Promise<Histogram> {
  const { data, info } = await openWith(Buffer.from(jpeg)).toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const [red, green, blue] = [0, 1, 2].map((channel) => {
    const counts = new Array<number>(256).fill(0)
    for (let at = Math.min(channel, info.channels - 1); at < data.length; at += info.channels) counts[data[at] ?? 0]! += 1
    return counts
  })
  return { red: red!, green: green!, blue: blue! }
}
