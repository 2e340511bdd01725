import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { writePhoto } from '../../../test/helpers/photos.ts'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { modelPicture } from './model-picture.ts'

const { signal } = new AbortController()

test('sides are multiples within 512 to 1024 pixels, whatever the photo', async () => {
  const folder = await tempFolder()
  const sizes: [number, number, number, [number, number]][] = [
    [1500, 1000, 32, [1024, 672]], [1500, 1000, 28, [1008, 672]], [100, 80, 32, [512, 416]], [1800, 20, 32, [1024, 64]], [20, 900, 28, [56, 896]],
    [700, 700, 32, [704, 704]],
  ]
  for (const [width, height, multiple, expected] of sizes) {
    const file = join(folder, `${width}x${height}.png`)
    await writePhoto(file, { width, height })
    const picture = await modelPicture(file, multiple, signal)
    expect([picture?.width, picture?.height]).toEqual(expected)
    const { format, width: w, height: h, space, channels } = await sharp(picture!.jpeg).metadata()
    expect([format, w, h, space, channels]).toEqual(['jpeg', ...expected, 'srgb', 3])
  }
})

test('a turned photo stands upright, 16 bit and grey become plain 8-bit sRGB', async () => {
  const folder = await tempFolder()
  const turned = join(folder, 'turned.jpg')
  await sharp({ create: { width: 1200, height: 600, channels: 3, background: '#c04020' } }).withMetadata({ orientation: 6 }).toFile(turned)
  expect(await modelPicture(turned, 32, signal)).toMatchObject({ width: 512, height: 1024 })
  const grey = join(folder, 'grey16.png')
  await sharp({ create: { width: 600, height: 600, channels: 3, background: '#808080' } }).toColourspace('grey16').png().toFile(grey)
  const { space, depth, channels } = await sharp((await modelPicture(grey, 32, signal))!.jpeg).metadata()
  expect([space, depth, channels]).toEqual(['srgb', 'uchar', 3])
})
