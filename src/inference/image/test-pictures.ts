/** Pictures that the tests of this folder make for themselves. */
import { writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { profileFile, type ColourSpace } from './profiles.ts'

/** Photos of the development data set; tests that use it are skipped where it is absent. */
export const dataFolder = resolve(import.meta.dirname, '../../../../shared/data')
export const hasData = existsSync(dataFolder)

/** Samples without symmetry: a smooth colour field with a bright mark in the upper left corner. */
export function samples(width: number, height: number, channels: 1 | 2 | 3 | 4, depth: 8 | 16): Uint8Array | Uint16Array {
  const top = depth === 8 ? 255 : 65535
  const out = depth === 8 ? new Uint8Array(width * height * channels) : new Uint16Array(width * height * channels)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const mark = x < width / 4 && y < height / 4 ? 0.3 : 0
      const values = [x / width * 0.6 + mark, y / height * 0.6 + mark, (x + y) / (width + height) * 0.6 + mark, 0.25 + x / width / 2]
      if (channels < 3) values.splice(1, 2)
      for (let channel = 0; channel < channels; channel++) out[at++] = Math.round((values[channel] ?? 0) * top)
    }
  }
  return out
}

/** A pipeline that holds exactly these samples, with a profile attached and not applied. */
export function picture(
  data: Uint8Array | Uint16Array, shape: { width: number, height: number, channels: 1 | 2 | 3 | 4 },
): Sharp {
  const deep = data instanceof Uint16Array
  const space = shape.channels < 3 ? (deep ? 'grey16' : 'b-w') : (deep ? 'rgb16' : 'srgb')
  return sharp(data, { raw: { ...shape } }).toColourspace(space)
}

/** The raw samples of a file as they are encoded in it. */
export async function encodedSamples(file: string): Promise<{ data: Buffer, channels: number, icc: Buffer | null, depth: string }> {
  const metadata = await sharp(file).metadata()
  const deep = metadata.depth === 'ushort'
  const space = metadata.channels < 3 ? (deep ? 'grey16' : 'b-w') : (deep ? 'rgb16' : 'srgb')
  const raw = sharp(file, { ignoreIcc: true }).toColourspace(space).raw({ depth: deep ? 'ushort' : 'uchar' })
  const { data, info } = await raw.toBuffer({ resolveWithObject: true })
  return { data, channels: info.channels, icc: metadata.icc ?? null, depth: metadata.depth }
}

/** A file in another colour space with its profile; what its values are does not matter, only that they stay. */
export async function tagged(file: string, folder: string, space: ColourSpace, depth: 8 | 16, format: 'png' | 'tiff'): Promise<void> {
  const plain = `${file}.plain.png`
  await picture(samples(64, 48, 3, depth), { width: 64, height: 48, channels: 3 }).png().toFile(plain)
  const pipeline = sharp(plain).withIccProfile(await profileFile(folder, space)).toColourspace(depth === 16 ? 'rgb16' : 'srgb')
  await writeFile(file, await (format === 'tiff' ? pipeline.tiff({ compression: 'deflate' }) : pipeline.png()).toBuffer())
}
