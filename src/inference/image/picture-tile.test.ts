import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { scene } from '../../../test/helpers/pictures.ts'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { pictureHandlers } from './picture-handlers.ts'

async function photo(width: number, height: number, options: { depth?: 8 | 16, profile?: string } = {}) {
  const home = await tempFolder()
  const file = join(home, 'photo.tif')
  const shape = { width, height, channels: 3, depth: options.depth ?? 8 } as const
  let pipeline = sharp(scene(shape).samples, { raw: shape }).toColourspace(shape.depth === 16 ? 'rgb16' : 'srgb')
  if (options.profile !== undefined) pipeline = pipeline.withIccProfile(options.profile)
  await pipeline.tiff().toFile(file)
  return { home, file }
}

const square = async ({ file, home }: { file: string, home: string }, level: number, column: number, row: number) => {
  const { jpeg } = await pictureHandlers.pictureTile({ of: { kind: 'photo', file, home }, level, column, row })
  return jpeg
}
const raw = async (jpeg: Uint8Array) => sharp(jpeg).raw().toBuffer({ resolveWithObject: true })

test('squares cover the picture at every level, and nothing lies outside', async () => {
  const picture = await photo(1300, 700)
  const sizes = async (level: number, across: number, down: number) => Promise.all(Array.from({ length: across * down }, async (_, index) => {
    const { width, height } = await sharp((await square(picture, level, index % across, Math.floor(index / across)))!).metadata()
    return [width, height]
  }))
  expect(await sizes(0, 3, 2)).toEqual([[512, 512], [512, 512], [276, 512], [512, 188], [512, 188], [276, 188]])
  expect(await sizes(1, 2, 1)).toEqual([[512, 350], [138, 350]])
  expect(await sizes(2, 1, 1)).toEqual([[325, 175]])
  for (const [level, column, row] of [[0, 3, 0], [0, 0, 2], [3, 0, 0]] as const) expect(await square(picture, level, column, row)).toBeNull()
})

test('a square differs from the photo by less than an eye tells', async () => {
  const picture = await photo(600, 520)
  const { data } = await raw((await square(picture, 0, 0, 0))!)
  const original = await sharp(picture.file).extract({ left: 0, top: 0, width: 512, height: 512 }).raw().toBuffer()
  let sum = 0
  for (const [at, level] of original.entries()) sum += (level - data[at]!) ** 2
  expect(10 * Math.log10(255 * 255 * original.length / sum)).toBeGreaterThan(40)
})

test('reduced squares have no seam: what two of them show is what one reduction of the whole shows', async () => {
  const picture = await photo(2048, 600)
  const [left, right] = await Promise.all([square(picture, 1, 0, 0), square(picture, 1, 1, 0)].map(async jpeg => raw((await jpeg)!)))
  const whole = await sharp(picture.file).resize(1024, 300, { kernel: 'lanczos3', fit: 'fill' }).raw().toBuffer()
  let most = 0
  for (let y = 0; y < 300; y++) {
    for (const [x, part, at] of [[511, left!, 511], [512, right!, 0]] as const) {
      for (let channel = 0; channel < 3; channel++) {
        most = Math.max(most, Math.abs(whole[(y * 1024 + x) * 3 + channel]! - part.data[(y * 512 + at) * 3 + channel]!))
      }
    }
  }
  expect(most).toBeLessThanOrEqual(12)
})

test('the photo\'s own profile goes along and its values stay; 16 bits are shown with 8', async () => {
  const picture = await photo(600, 400, { profile: 'p3', depth: 16 })
  const jpeg = await square(picture, 0, 0, 0)
  const [was, is] = await Promise.all([sharp(picture.file).metadata(), sharp(jpeg!).metadata()])
  expect(was.icc).toBeDefined()
  expect(is.icc?.equals(was.icc!)).toBe(true)
  const pixel = sharp(picture.file, { ignoreIcc: true }).extract({ left: 100, top: 100, width: 1, height: 1 }).toColourspace('rgb16')
  const value = (await pixel.raw({ depth: 'ushort' }).toBuffer()).readUInt16LE(0)
  const { data } = await sharp(jpeg!, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true })
  expect(Math.abs(data[(100 * 512 + 100) * 3]! - value / 257)).toBeLessThanOrEqual(4)
})

test('photo and untouched result are the same bytes on both sides of the divider', async () => {
  const picture = await photo(900, 700, { profile: 'p3' })
  const held = await pictureHandlers.holdPhoto({ session: 'divider', ...picture })
  for (const [level, column, row] of [[0, 1, 1], [1, 0, 0]] as const) {
    const { jpeg } = await pictureHandlers.pictureTile({ of: { kind: 'spool', file: held.result }, level, column, row })
    expect(Buffer.compare(jpeg!, (await square(picture, level, column, row))!)).toBe(0)
  }
  await pictureHandlers.letGoPhoto({ session: 'divider' })
})
