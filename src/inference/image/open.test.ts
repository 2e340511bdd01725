import { existsSync, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { explain } from '../../shared/errors.ts'
import { previewJpeg } from './encode.ts'
import { openPhoto, type OpenPhoto } from './open.ts'
import { profileBytes } from './profiles.ts'
import { openReduced } from './reduce.ts'
import { dataFolder, encodedSamples, hasData, picture, samples, tagged } from './test-pictures.ts'

const signal = new AbortController().signal
const wide = { width: 64, height: 48, channels: 3 } as const

async function all(photo: OpenPhoto): Promise<Buffer> {
  const rows = await photo.spool.readRows(0, photo.spool.height)
  await photo.dispose()
  return Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength)
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i is applied once', async (orientation) => {
  const folder = await tempFolder()
  const file = join(folder, 'a.tif')
  await picture(samples(64, 48, 3, 8), wide).withMetadata({ orientation }).tiff({ compression: 'none' }).toFile(file)
  const upright = await sharp(file, { ignoreIcc: true }).autoOrient().raw().toBuffer({ resolveWithObject: true })
  const photo = await openPhoto(file, { folder: join(folder, 'spool'), signal })
  expect(photo.facts).toMatchObject({ width: upright.info.width, height: upright.info.height, orientation })
  expect(photo.spool).toMatchObject({ width: upright.info.width, height: upright.info.height })
  expect((await all(photo)).equals(upright.data)).toBe(true)
  expect(readdirSync(join(folder, 'spool'))).toEqual([])
})

const allShapes = [[1, 8], [2, 8], [3, 8], [4, 8], [1, 16], [2, 16], [3, 16], [4, 16]] as const

test.each(allShapes)('%i channels of %i bits arrive as they are', async (channels, depth) => {
  const folder = await tempFolder()
  const file = join(folder, 'a.png')
  const data = samples(64, 48, channels, depth)
  await picture(data, { width: 64, height: 48, channels }).png().toFile(file)
  const photo = await openPhoto(file, { folder, signal })
  expect(photo.spool).toMatchObject({ channels, depth })
  expect(photo.facts).toMatchObject({ alpha: channels % 2 === 0, depth, profile: null })
  expect(photo.facts).toMatchObject(channels < 3 ? { channels: 1, space: 'grey' } : { channels: 3, space: 'rgb' })
  expect(photo.notices).toEqual([])
  expect((await all(photo)).equals(Buffer.from(data.buffer))).toBe(true)
})

const allSpaces = [['display-p3', 8], ['adobe-rgb', 8], ['display-p3', 16], ['adobe-rgb', 16]] as const

test.each(allSpaces)('a photo in %s at %i bits is not converted', async (space, depth) => {
  const folder = await tempFolder()
  const file = join(folder, 'a.tif')
  await tagged(file, folder, space, depth, 'tiff')
  const photo = await openPhoto(file, { folder, signal })
  expect(Buffer.from(photo.icc ?? []).equals(profileBytes(space))).toBe(true)
  expect((await all(photo)).equals((await encodedSamples(file)).data)).toBe(true)
})

test('a 16-bit gradient keeps more than 256 levels, reduced too', async () => {
  const folder = await tempFolder()
  const file = join(folder, 'a.tif')
  const data = Uint16Array.from({ length: 4096 * 8 }, (_, index) => 20_000 + index % 4096)
  await picture(data, { width: 4096, height: 8, channels: 1 }).tiff({ compression: 'deflate' }).toFile(file)
  const photo = await openPhoto(file, { folder, signal })
  expect(new Set(await photo.spool.readRows(0, 1)).size).toBe(4096)
  const reduced = await openReduced(photo, 0.5, signal)
  expect(reduced).toMatchObject({ width: 2048, height: 4, channels: 1, depth: 16 })
  expect(new Set(await reduced.readRows(1, 1)).size).toBeGreaterThan(2000)
  await reduced.dispose()
  await photo.dispose()
})

test('the reduced copy is anti-aliased and carries no alpha', async () => {
  const folder = await tempFolder()
  const file = join(folder, 'a.png')
  const checker = (pixel: number): number => (pixel % 64 + Math.floor(pixel / 64)) % 2 * 255
  const data = Uint8Array.from({ length: 64 * 48 * 4 }, (_, index) => index % 4 === 3 ? 255 : checker(index >> 2))
  await picture(data, { width: 64, height: 48, channels: 4 }).png().toFile(file)
  const photo = await openPhoto(file, { folder, signal })
  const reduced = await openReduced(photo, 0.25, signal)
  expect(reduced).toMatchObject({ width: 16, height: 12, channels: 3, depth: 8 })
  const middle = await reduced.readRows(6, 1)
  expect(Math.max(...middle) - Math.min(...middle)).toBeLessThan(4)
  await reduced.dispose()
  await photo.dispose()
})

test('a palette becomes RGB, one bit becomes grey', async () => {
  const folder = await tempFolder()
  await picture(samples(64, 48, 3, 8), wide).png({ palette: true, colours: 16 }).toFile(join(folder, 'palette.png'))
  const palette = await openPhoto(join(folder, 'palette.png'), { folder, signal })
  expect(palette.spool).toMatchObject({ channels: 3, depth: 8 })
  await palette.dispose()
  await picture(samples(64, 48, 1, 8), { width: 64, height: 48, channels: 1 })
    .threshold(90).tiff({ bitdepth: 1, compression: 'ccittfax4' }).toFile(join(folder, 'bits.tif'))
  const bits = await openPhoto(join(folder, 'bits.tif'), { folder, signal })
  expect(bits.spool).toMatchObject({ channels: 1, depth: 8 })
  expect(new Set(await bits.spool.readRows(0, 48))).toEqual(new Set([0, 255]))
  await bits.dispose()
})

test('CMYK is converted to RGB and says so', async () => {
  const folder = await tempFolder()
  const file = join(folder, 'a.jpg')
  await picture(samples(64, 48, 3, 8), wide).withIccProfile('cmyk').jpeg({ quality: 100 }).toFile(file)
  const photo = await openPhoto(file, { folder, signal })
  expect(photo.facts).toMatchObject({ space: 'cmyk', channels: 3, alpha: false })
  expect(photo.notices.map(({ code }) => code)).toEqual(['COLOUR_CONVERTED'])
  expect(photo.spool.channels).toBe(3)
  expect(Buffer.from(photo.icc ?? []).equals(profileBytes('display-p3'))).toBe(true)
  await photo.dispose()
})

test('a linear profile is converted to a display-encoded wide one at full depth', async () => {
  const folder = await tempFolder()
  const linear = Buffer.from(profileBytes('srgb'))
  const curve = linear.indexOf('para', 128, 'latin1')
  linear.writeUInt16BE(0, curve + 8)
  linear.writeInt32BE(65536, curve + 12)
  await writeFile(join(folder, 'linear.icc'), linear)
  const grey = Uint16Array.from({ length: 64 * 48 * 3 }, (_, index) => Math.floor(index / 3) * 21)
  await picture(grey, wide).png().toFile(join(folder, 'plain.png'))
  await sharp(join(folder, 'plain.png')).toColourspace('rgb16').withIccProfile(join(folder, 'linear.icc'))
    .tiff({ compression: 'deflate' }).toFile(join(folder, 'a.tif'))
  const stored = (await encodedSamples(join(folder, 'a.tif'))).data
  const photo = await openPhoto(join(folder, 'a.tif'), { folder, signal })
  expect(photo.notices.map(({ code }) => code)).toEqual(['COLOUR_CONVERTED'])
  expect(photo.spool.depth).toBe(16)
  const rows = await photo.spool.readRows(0, 48)
  // Mid-grey in light is 0.735 display-encoded (IEC 61966-2-1).
  const half = [...Array(64 * 48).keys()].find((pixel) => stored.readUInt16LE(pixel * 6) >= 32768) ?? 0
  expect((rows[half * 3] ?? 0) / 65535).toBeCloseTo(0.735, 2)
  expect(new Set(rows).size).toBeGreaterThan(2000)
  await photo.dispose()
})

test('colour declared by number is told by a profile from then on; high dynamic range is told', async () => {
  const folder = await tempFolder()
  const png = await picture(samples(64, 48, 3, 8), wide).png().toBuffer()
  const withCode = async (name: string, primaries: number, transfer: number): Promise<OpenPhoto> => {
    const chunk = Buffer.from([0, 0, 0, 4, ...Buffer.from('cICP'), primaries, transfer, 0, 1, 0, 0, 0, 0])
    chunk.writeUInt32BE(crc32(chunk.subarray(4, 12)), 12)
    await writeFile(join(folder, name), Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]))
    return openPhoto(join(folder, name), { folder, signal })
  }
  const p3 = await withCode('p3.png', 12, 13)
  expect(p3.facts.profile).toBe('Display P3')
  expect(Buffer.from(p3.icc ?? []).equals(profileBytes('display-p3'))).toBe(true)
  await p3.dispose()
  const hdr = await withCode('hdr.png', 9, 16)
  expect(hdr.icc).toBeNull()
  expect(hdr.notices.map(({ code }) => code)).toEqual(['HDR_NOT_KEPT'])
  await hdr.dispose()
})

test.each([10, 12] as const)('AVIF of %i bits keeps its depth, and its white', async (bitdepth) => {
  const folder = await tempFolder()
  const data = samples(64, 48, 3, 16)
  data.fill(65535, 0, 64 * 3 * 16)
  await picture(data, wide).avif({ bitdepth, quality: 100, lossless: true, effort: 0 }).toFile(join(folder, 'a.avif'))
  const photo = await openPhoto(join(folder, 'a.avif'), { folder, signal })
  expect(photo.spool.depth).toBe(16)
  const rows = await photo.spool.readRows(0, 48)
  const most = 2 ** bitdepth - 1
  expect(Math.max(...rows)).toBe(65535)
  for (const value of rows) expect(Math.abs(value / 65535 * most - Math.round(value / 65535 * most))).toBeLessThan(0.04)
  await photo.dispose()
})

test('several pages: the first, and a notice; a reduced copy does not count', async () => {
  const folder = await tempFolder()
  const file = join(folder, 'a.tif')
  const one = await picture(samples(64, 48, 3, 8), wide).tiff({ compression: 'none' }).toBuffer()
  await sharp([one, one, one], { join: { animated: true } }).tiff({ compression: 'none' }).toFile(file)
  const photo = await openPhoto(file, { folder, signal })
  expect(photo.facts).toMatchObject({ pages: 3, width: 64, height: 48 })
  expect(photo.notices.map(({ code }) => code)).toEqual(['PAGES_FIRST_ONLY'])
  await photo.dispose()
})

test('what is not a photo is refused with its reason', async () => {
  const folder = await tempFolder()
  const code = async (name: string, bytes: Buffer | string): Promise<unknown> => {
    await writeFile(join(folder, name), bytes)
    return openPhoto(join(folder, name), { folder, signal }).then((photo) => photo.dispose(), (error: unknown) => explain(error).code)
  }
  const jpeg = await picture(samples(640, 480, 3, 8), { width: 640, height: 480, channels: 3 }).jpeg().toBuffer()
  const frame = await picture(samples(64, 48, 3, 8), wide).png().toBuffer()
  const animated = await sharp([frame, await sharp(frame).negate().png().toBuffer()], { join: { animated: true } }).webp().toBuffer()
  expect(await code('empty.jpg', '')).toBe('FILE_EMPTY')
  expect(await code('page.jpg', '<!DOCTYPE html><html></html>')).toBe('IMAGE_UNSUPPORTED')
  expect(await code('drawing.png', '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>')).toBe('IMAGE_UNSUPPORTED')
  expect(await code('a.gif', await sharp(frame).gif().toBuffer())).toBe('IMAGE_UNSUPPORTED')
  expect(await code('moving.webp', animated)).toBe('IMAGE_UNSUPPORTED')
  expect(await code('half.jpg', jpeg.subarray(0, jpeg.length >> 1))).toBe('IMAGE_CORRUPT')
  expect(await code('half.png', frame.subarray(0, frame.length >> 1))).toBe('IMAGE_CORRUPT')
  expect(await code('soi.jpg', Buffer.from([0xff, 0xd8]))).toBe('IMAGE_CORRUPT')
  expect(await code('dot.png', await sharp(frame).resize(1, 1).png().toBuffer())).toBe('IMAGE_TOO_SMALL')
  const grey = picture(samples(64, 48, 1, 8), { width: 64, height: 48, channels: 1 })
  const float = await grey.tiff({ predictor: 'float', compression: 'deflate' }).toBuffer()
  expect(await code('float.tif', float)).toBe('IMAGE_UNSUPPORTED')
  await expect(openPhoto(join(folder, 'absent.jpg'), { folder, signal })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  await expect(openPhoto(folder, { folder, signal })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  expect(readdirSync(folder).filter((name) => name.endsWith('.v'))).toEqual([])
})

test('a long narrow photo opens; a giant one is refused before it is decoded', async () => {
  const folder = await tempFolder()
  await picture(new Uint8Array(30_000 * 10), { width: 30_000, height: 10, channels: 1 }).png().toFile(join(folder, 'long.png'))
  const photo = await openPhoto(join(folder, 'long.png'), { folder, signal })
  expect(photo.spool).toMatchObject({ width: 30_000, height: 10 })
  await photo.dispose()
  const small = await picture(samples(64, 48, 3, 8), wide).jpeg().toBuffer()
  const frame = small.indexOf(Buffer.from([0xff, 0xc0]))
  small.writeUInt16BE(65_000, frame + 5)
  small.writeUInt16BE(65_000, frame + 7)
  await writeFile(join(folder, 'bomb.jpg'), small)
  await expect(openPhoto(join(folder, 'bomb.jpg'), { folder, signal })).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' })
})

test('a wrong extension opens with a notice', async () => {
  const folder = await tempFolder()
  await picture(samples(64, 48, 3, 8), wide).jpeg().toFile(join(folder, 'a.jpg.png'))
  const file = join(folder, 'b.tif')
  await writeFile(file, await picture(samples(64, 48, 3, 8), wide).webp().toBuffer())
  const photo = await openPhoto(file, { folder, signal })
  expect(photo.facts.format).toBe('webp')
  expect(photo.notices.map(({ code }) => code)).toEqual(['EXTENSION_WRONG'])
  await photo.dispose()
})

test('a JPEG that only lacks its end marker, and one with stray bytes, open and say so', async () => {
  const folder = await tempFolder()
  const jpeg = await picture(samples(64, 48, 3, 8), wide).jpeg().toBuffer()
  await writeFile(join(folder, 'noend.jpg'), jpeg.subarray(0, -2))
  const open = await openPhoto(join(folder, 'noend.jpg'), { folder, signal })
  expect(open.notices.map(({ code }) => code)).toEqual(['FILE_DAMAGED'])
  expect((await all(open)).equals(await sharp(jpeg).raw().toBuffer())).toBe(true)
  await writeFile(join(folder, 'stray.jpg'), Buffer.concat([jpeg.subarray(0, 20), Buffer.alloc(7), jpeg.subarray(20)]))
  const stray = await openPhoto(join(folder, 'stray.jpg'), { folder, signal })
  expect(stray.notices.map(({ code }) => code)).toEqual(['FILE_DAMAGED'])
  await stray.dispose()
})

test('cancelling frees the caller and leaves no spool behind', async () => {
  const folder = await tempFolder()
  const file = join(folder, 'a.png')
  await picture(samples(2000, 1500, 3, 8), { width: 2000, height: 1500, channels: 3 }).png({ compressionLevel: 1 }).toFile(file)
  const controller = new AbortController()
  const opening = openPhoto(file, { folder: join(folder, 'spool'), signal: controller.signal })
  queueMicrotask(() => { controller.abort() })
  await expect(opening).rejects.toMatchObject({ code: 'CANCELLED' })
  await expect(openPhoto(file, { folder, signal: controller.signal })).rejects.toMatchObject({ code: 'CANCELLED' })
  await expect.poll(() => existsSync(join(folder, 'spool')) ? readdirSync(join(folder, 'spool')) : []).toEqual([])
})

test.skipIf(!hasData)('all eight landscape orientations look the same upright', async () => {
  const folder = await tempFolder()
  const pictures = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(async (index) => {
    const photo = await openPhoto(join(dataFolder, `camera/landscape_${index}.jpg`), { folder, signal })
    expect(photo.spool).toMatchObject({ width: 600, height: 450 })
    const small = await sharp(await previewJpeg(photo.spool, photo.icc, 60)).raw().toBuffer()
    await photo.dispose()
    return small
  }))
  const first = pictures[0] ?? Buffer.alloc(0)
  for (const other of pictures) expect(meanDifference(first, other)).toBeLessThan(6)
})

test.skipIf(!hasData)('an orientation that only XMP holds is applied; AVIF is turned once', async () => {
  const folder = await tempFolder()
  const xmp = await openPhoto(join(dataFolder, 'camera/xmp_tags_orientation_exiftool.png'), { folder, signal })
  expect(xmp.facts.orientation).toBe(3)
  await xmp.dispose()
  const avif = await openPhoto(join(dataFolder, 'camera/avif-orientation-6.avif'), { folder, signal })
  expect(avif.facts).toMatchObject({ width: 3024, height: 4032, orientation: 1, profile: 'Display P3' })
  await avif.dispose()
})

function meanDifference(a: Buffer, b: Buffer): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += Math.abs((a[index] ?? 0) - (b[index] ?? 0))
  return sum / a.length
}
