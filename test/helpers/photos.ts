/** Photos of our own making for tests: smooth shapes and edges, so that every format keeps them and every engine has something to do. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import sharp from 'sharp'

/** Writes one photo in the format of its extension. Different `seed`s give different pixels; equal ones the same file. */
export async function writePhoto(file: string, options: { width?: number, height?: number, seed?: number } = {}): Promise<void> {
  const { width = 160, height = 120, seed = 1 } = options
  const pixels = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3
      const stripe = ((x * (seed % 5 + 1) + y) >> 4) % 2
      pixels[at] = (x * 255) / width
      pixels[at + 1] = stripe === 0 ? 60 : 190
      pixels[at + 2] = (y * 200) / height + (seed * 37) % 50
    }
  }
  await mkdir(dirname(file), { recursive: true })
  await sharp(pixels, { raw: { width, height, channels: 3 } }).withExif({ IFD0: { Artist: `seed ${seed}` } }).toFile(file)
}
