/**
 * The noise that a diffusion begins with, by its place in the photo: the same for the same photo in every run, and for the same place in every
 * tile, so that neighbours agree where they overlap.
 */
import type { PixelSource } from '../engine.ts'

/** Rows of the photo that its seed is made of. */
const rowsRead = 3

/** A seed of its own for every photo, from a few of its rows: 32 bits. */
export async function photoSeed(photo: PixelSource): Promise<number> {
  let seed = mixed(photo.width, photo.height)
  for (let index = 0; index < rowsRead; index++) {
    const row = await photo.readRows(Math.floor((index + 0.5) / rowsRead * photo.height), 1)
    for (let at = 0; at < row.length; at++) seed = Math.imul(seed ^ row[at]!, 0x01000193)
  }
  return seed >>> 0
}

export interface LatentArea { readonly left: number, readonly top: number, readonly width: number, readonly height: number }

/**
 * Gaussian noise of mean 0 and deviation 1.
 * @param area in latents of the whole photo
 * @returns float32 `[channels, height, width]`
 */
export function noiseAt(seed: number, channels: number, { left, top, width, height }: LatentArea): Float32Array {
  const noise = new Float32Array(channels * height * width)
  for (let channel = 0; channel < channels; channel++) {
    const ofChannel = mixed(seed, channel)
    for (let y = 0; y < height; y++) {
      const ofRow = mixed(ofChannel, top + y)
      for (let x = 0; x < width; x++) {
        const first = mixed(ofRow, left + x)
        noise[(channel * height + y) * width + x] = gaussian(first, mixed(first, 1))
      }
    }
  }
  return noise
}

/** Box and Muller's transform of two even 32-bit numbers. */
function gaussian(a: number, b: number): number {
  return Math.sqrt(-2 * Math.log((a + 0.5) / 2 ** 32)) * Math.cos(2 * Math.PI * b / 2 ** 32)
}

/** Two numbers as one that looks like chance: MurmurHash3's last step. */
function mixed(key: number, value: number): number {
  let hash = key ^ Math.imul(value + 1, 0x9e3779b1)
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b)
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35)
  return (hash ^ hash >>> 16) >>> 0
}
