/** Photos for measuring: one of our own samples, enlarged or cut to size with a little grain, so that codecs have real work. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

const samples = join(import.meta.dirname, '../resources/samples')

/** Writes a photo of `width` x `height` pixels in the format of `file`'s extension (tif: 16 bit). `variant` turns the picture a little, so that photos differ. */
export async function makePhoto(file: string, width: number, height: number, variant = 0): Promise<string> {
  const names = (await readdir(samples)).filter(name => /\.jpe?g$/i.test(name)).sort()
  const source = join(samples, names[variant % names.length]!)
  const grain = await sharp({ create: { width: 1024, height: 1024, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma: 6 } } }).png().toBuffer()
  const base = sharp(source).rotate().resize(width, height, { fit: 'cover' }).modulate({ brightness: 1 + variant / 500 })
    .composite([{ input: grain, tile: true, blend: 'soft-light' }])
  if (/\.tiff?$/i.test(file)) await base.toColourspace('rgb16').tiff({ compression: 'none' }).toFile(file)
  else await base.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toFile(file)
  return file
}
