import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { guestCalls } from '../../shared/guest.ts'
import { embeddedPreview } from './embedded-preview.ts'
import { previewJpeg } from './encode.ts'
import { identify } from './identify.ts'
import { openPhoto } from './open.ts'
import { openSource } from './source.ts'
import { dataFolder, hasData, picture, samples, tagged } from './test-pictures.ts'

const signal = new AbortController().signal

test('thumbnails are upright, sRGB, in the order asked, never enlarged', async () => {
  const folder = await tempFolder()
  const file = join(folder, 'a.jpg')
  await picture(samples(640, 480, 3, 8), { width: 640, height: 480, channels: 3 }).withMetadata({ orientation: 6 }).jpeg().toFile(file)
  const found = await identify(file, [64, 256, 2000], signal)
  expect(guestCalls.identify.output.parse(found)).toBeTruthy()
  expect(found.facts).toMatchObject({ width: 480, height: 640, orientation: 6 })
  const sizes = found.thumbnails.map(({ longEdge, width, height }) => [longEdge, width, height])
  expect(sizes).toEqual([[64, 48, 64], [256, 192, 256], [2000, 480, 640]])
  for (const { jpeg, width, height } of found.thumbnails) {
    expect(await sharp(jpeg).metadata()).toMatchObject({ width, height, format: 'jpeg' })
  }
  const upright = await sharp(file).autoOrient().resize(48, 64).raw().toBuffer()
  const small = await sharp(found.thumbnails[0]?.jpeg).raw().toBuffer()
  expect(largestDifference(upright, small)).toBeLessThan(24)
})

test.each([8, 16] as const)('a photo in Adobe RGB at %i bits has a thumbnail in sRGB', async (depth) => {
  const folder = await tempFolder()
  const file = join(folder, 'a.tif')
  await tagged(file, folder, 'adobe-rgb', depth, 'tiff')
  const found = await identify(file, [64], signal)
  expect(found.facts).toMatchObject({ profile: 'Adobe RGB (1998) compatible', depth, format: 'tiff' })
  const photo = await openPhoto(file, { folder, signal })
  const expected = await previewJpeg(photo.spool, photo.icc, 64)
  await photo.dispose()
  const thumbnail = await sharp(found.thumbnails[0]?.jpeg).raw().toBuffer()
  expect(largestDifference(thumbnail, await sharp(expected).raw().toBuffer())).toBeLessThan(30)
})

test('grey, alpha and palettes get thumbnails too', async () => {
  const folder = await tempFolder()
  for (const channels of [1, 2, 4] as const) {
    const file = join(folder, `${channels}.png`)
    await picture(samples(64, 48, channels, 8), { width: 64, height: 48, channels }).png().toFile(file)
    for (const edges of [[32], [32, 16]]) {
      const { thumbnails } = await identify(file, edges, signal)
      expect(await sharp(thumbnails[0]?.jpeg).metadata()).toMatchObject({ width: 32, height: 24 })
    }
  }
})

test('an embedded preview is used where it is large enough and has the same shape', async () => {
  const folder = await tempFolder()
  const file = join(folder, 'a.jpg')
  const photo = await picture(samples(1280, 960, 3, 8), { width: 1280, height: 960, channels: 3 }).jpeg().toBuffer()
  const preview = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#f00' } }).jpeg().toBuffer()
  await writeFile(file, withThumbnail(photo, preview))
  const red = async (edge: number): Promise<boolean> => {
    const [thumbnail] = (await identify(file, [edge], signal)).thumbnails
    const { dominant } = await sharp(thumbnail?.jpeg).stats()
    return dominant.r > 200 && dominant.g < 60
  }
  expect(await red(200)).toBe(true)
  expect(await red(400)).toBe(false)
  const letterboxed = await sharp({ create: { width: 320, height: 200, channels: 3, background: '#f00' } }).jpeg().toBuffer()
  await writeFile(file, withThumbnail(photo, letterboxed))
  expect(await red(200)).toBe(false)
})

test('what cannot be opened is refused at import already', async () => {
  const folder = await tempFolder()
  await writeFile(join(folder, 'a.jpg'), '')
  await expect(identify(join(folder, 'a.jpg'), [64], signal)).rejects.toMatchObject({ code: 'FILE_EMPTY' })
  const jpeg = await picture(samples(640, 480, 3, 8), { width: 640, height: 480, channels: 3 }).jpeg().toBuffer()
  await writeFile(join(folder, 'b.jpg'), jpeg.subarray(0, jpeg.length >> 1))
  await expect(identify(join(folder, 'b.jpg'), [64], signal)).rejects.toMatchObject({ code: 'IMAGE_CORRUPT' })
  await expect(identify(join(folder, 'b.jpg'), [64], AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
})

test.skipIf(!hasData)('HEIC is known by its metadata and has no thumbnail', async () => {
  const found = await identify(join(dataFolder, 'camera/IMG_5195.HEIC'), [256], signal)
  expect(found.facts).toMatchObject({ kind: 'heic', format: 'heic', width: 2566, height: 3313, profile: 'Display P3' })
  expect(found.thumbnails).toEqual([])
  expect(found.fileHash).toBe(found.imageHash)
})

test.skipIf(!hasData)('a gain map is not taken for a preview', async () => {
  const file = join(dataFolder, 'camera/ultra-hdr-gainmap.jpg')
  const source = await openSource(file)
  const { facts } = await identify(file, [], signal)
  expect(embeddedPreview(source, facts, 1024)).toBeNull()
})

/** The photo with an EXIF block whose second directory points at the preview. */
function withThumbnail(photo: Buffer, preview: Buffer): Buffer {
  const first = Buffer.from('0100 0e01 0200 01000000 00000000'.replaceAll(' ', ''), 'hex')
  const second = 8 + first.length + 4
  const head = Buffer.alloc(second + 2 + 24 + 4)
  head.write('II*\0\x08\0\0\0', 0, 'latin1')
  first.copy(head, 8)
  head.writeUInt32LE(second, 8 + first.length)
  head.writeUInt16LE(2, second)
  for (const [index, [id, value]] of ([[513, head.length], [514, preview.length]] as const).entries()) {
    head.writeUInt16LE(id, second + 2 + index * 12)
    head.writeUInt16LE(4, second + 4 + index * 12)
    head.writeUInt32LE(1, second + 6 + index * 12)
    head.writeUInt32LE(value, second + 10 + index * 12)
  }
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), head, preview])
  const marker = Buffer.from([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 0xff])
  return Buffer.concat([photo.subarray(0, 2), marker, body, photo.subarray(2)])
}

function largestDifference(a: Buffer, b: Buffer): number {
  expect(a.length).toBe(b.length)
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? 0))), 0)
}
