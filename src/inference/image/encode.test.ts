import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import type { ImageFacts } from '../../shared/guest.ts'
import { encodeSchema, type EncodeOptions } from '../../shared/presets.ts'
import { chooseFormat } from './encode-format.ts'
import { encodeMaster, encodePhoto, previewJpeg, type EncodedFile } from './encode.ts'
import { openPhoto } from './open.ts'
import { profileBytes, type ColourSpace } from './profiles.ts'
import { createSpool, type Spool } from './spool.ts'
import { encodedSamples, picture, samples, tagged } from './test-pictures.ts'

const signal = new AbortController().signal

async function spoolOf(folder: string, channels: 1 | 2 | 3 | 4, depth: 8 | 16, width = 64, height = 48): Promise<Spool> {
  const writer = await createSpool(folder, { width, height, channels, depth })
  await writer.writeRows(samples(width, height, channels, depth))
  return disposedLater(await writer.finish())
}

function disposedLater(spool: Spool): Spool {
  onTestFinished(() => spool.dispose())
  return spool
}

function factsOf(spool: Spool, format = 'jpeg', kind: ImageFacts['kind'] = 'photo'): ImageFacts {
  return {
    kind, format, width: spool.width, height: spool.height, depth: spool.depth, channels: spool.channels < 3 ? 1 : 3,
    alpha: spool.channels % 2 === 0, orientation: 1, profile: null, space: 'rgb', pages: 1,
  }
}

function write(
  spool: Spool, path: string, encode: Partial<EncodeOptions>, icc: Uint8Array | null = null, source = factsOf(spool),
): Promise<EncodedFile> {
  return encodePhoto(spool, { path, encode: encodeSchema.parse(encode), source, icc, signal })
}

const spaces: ColourSpace[] = ['display-p3', 'adobe-rgb']
const holders = ([8, 16] as const).flatMap((depth) => (['png', 'tiff'] as const).map((format) => [depth, format] as const))
const lossless = spaces.flatMap((space) => holders.map((holder) => [space, ...holder] as const))

test.each(lossless)('%s at %i bits through %s: the same values and the same profile bytes', async (space, depth, format) => {
  const folder = await tempFolder()
  const file = join(folder, `a.${format}`)
  await tagged(file, folder, space, depth, format)
  const photo = await openPhoto(file, { folder, signal })
  const out = join(folder, 'out')
  const written = await write(photo.spool, out, { format: 'same' }, photo.icc, photo.facts)
  await photo.dispose()
  expect(written).toMatchObject({ format, depth, width: 64, height: 48, notices: [] })
  const before = await encodedSamples(file)
  const after = await encodedSamples(out)
  expect(after.data.equals(before.data)).toBe(true)
  expect(after.icc?.equals(profileBytes(space))).toBe(true)
  expect(written.bytes).toBe(readFileSync(out).length)
  expect(written.sha256).toBe(createHash('sha256').update(readFileSync(out)).digest('hex'))
})

test.each([8, 16] as const)('grey with a grey profile at %i bits stays grey with its profile', async (depth) => {
  const folder = await tempFolder()
  const spool = await spoolOf(folder, 1, depth)
  const icc = greyProfile()
  for (const format of ['png', 'tiff'] as const) {
    const out = join(folder, format)
    expect((await write(spool, out, { format, depth: 'same' }, icc)).notices).toEqual([])
    const after = await encodedSamples(out)
    expect(after).toMatchObject({ channels: 1, depth: depth === 8 ? 'uchar' : 'ushort' })
    expect(after.icc?.equals(icc)).toBe(true)
    expect(after.data.equals(Buffer.from(samples(64, 48, 1, depth).buffer))).toBe(true)
  }
  expect((await write(spool, join(folder, 'jpeg'), { format: 'jpeg', quality: 100 }, icc)).depth).toBe(8)
  expect((await encodedSamples(join(folder, 'jpeg'))).icc?.equals(icc)).toBe(true)
  expect((await sharp(join(folder, 'jpeg')).metadata()).channels).toBe(1)
})

test('an 8-bit photo in P3 becomes a JPEG in P3: same profile bytes, colours unconverted, no subsampling from quality 90', async () => {
  const folder = await tempFolder()
  const spool = await spoolOf(folder, 3, 8)
  await write(spool, join(folder, 'a'), { quality: 100 }, profileBytes('display-p3'))
  const after = await encodedSamples(join(folder, 'a'))
  expect(after.icc?.equals(profileBytes('display-p3'))).toBe(true)
  expect(largestDifference(after.data, samples(64, 48, 3, 8))).toBeLessThanOrEqual(6)
  expect((await sharp(join(folder, 'a')).metadata()).chromaSubsampling).toBe('4:4:4')
  await write(spool, join(folder, 'b'), { quality: 89 })
  expect((await sharp(join(folder, 'b')).metadata()).chromaSubsampling).toBe('4:2:0')
})

test.each(['jpeg', 'png', 'tiff', 'webp', 'avif'] as const)('%s carries the profile', async (format) => {
  const folder = await tempFolder()
  const spool = await spoolOf(folder, 3, 8)
  expect((await write(spool, join(folder, 'a'), { format }, profileBytes('adobe-rgb'))).notices).toEqual([])
  expect((await sharp(join(folder, 'a')).metadata()).icc?.equals(profileBytes('adobe-rgb'))).toBe(true)
})

test('sixteen bits stay sixteen; a format that holds eight says so, "same" becomes TIFF', async () => {
  const folder = await tempFolder()
  const spool = await spoolOf(folder, 3, 16, 512, 16)
  for (const format of ['png', 'tiff'] as const) {
    await write(spool, join(folder, format), { format })
    const after = await encodedSamples(join(folder, format))
    expect(after.data.equals(Buffer.from(samples(512, 16, 3, 16).buffer))).toBe(true)
  }
  expect(await write(spool, join(folder, 'b'), { format: 'jpeg' })).toMatchObject({ depth: 8, notices: [{ code: 'DEPTH_REDUCED' }] })
  const same = await write(spool, join(folder, 'c'), {}, null, factsOf(spool, 'avif'))
  expect(same).toMatchObject({ format: 'tiff', depth: 16, notices: [{ code: 'FORMAT_CHANGED' }] })
})

test('depth can be chosen: white stays white both ways', async () => {
  const folder = await tempFolder()
  const data = Uint8Array.from({ length: 64 * 48 * 3 }, (_, index) => index % 256)
  const writer = await createSpool(folder, { width: 64, height: 48, channels: 3, depth: 8 })
  await writer.writeRows(data)
  const spool = disposedLater(await writer.finish())
  await write(spool, join(folder, 'up'), { format: 'tiff', depth: 16 })
  const up = (await encodedSamples(join(folder, 'up'))).data
  expect([up.readUInt16LE(0), up.readUInt16LE(510)]).toEqual([0, 65535])
  const deep = await openPhoto(join(folder, 'up'), { folder, signal })
  await write(deep.spool, join(folder, 'down'), { format: 'png', depth: 8 }, null, deep.facts)
  expect((await encodedSamples(join(folder, 'down'))).data.equals(Buffer.from(data))).toBe(true)
  await deep.dispose()
})

test('alpha is carried where it can be and dropped with a notice for JPEG, colours untouched', async () => {
  const folder = await tempFolder()
  const spool = await spoolOf(folder, 4, 8)
  await write(spool, join(folder, 'a'), { format: 'png' })
  expect((await encodedSamples(join(folder, 'a'))).data.equals(Buffer.from(samples(64, 48, 4, 8)))).toBe(true)
  const written = await write(spool, join(folder, 'b'), { format: 'jpeg', quality: 100 })
  expect(written.notices.map(({ code }) => code)).toEqual(['ALPHA_DROPPED'])
  expect(largestDifference((await encodedSamples(join(folder, 'b'))).data, samples(64, 48, 3, 8))).toBeLessThanOrEqual(6)
})

test('the long edge shrinks and never enlarges', async () => {
  const folder = await tempFolder()
  const spool = await spoolOf(folder, 3, 16)
  expect(await write(spool, join(folder, 'a'), { format: 'tiff', longEdge: 32 })).toMatchObject({ width: 32, height: 24, depth: 16 })
  expect(await write(spool, join(folder, 'b'), { format: 'tiff', longEdge: 500 })).toMatchObject({ width: 64, height: 48 })
})

test.each(['srgb', 'display-p3', 'adobe-rgb'] as const)('export to %s keeps the look and carries that profile', async (colour) => {
  const folder = await tempFolder()
  for (const depth of [8, 16] as const) {
    const spool = await spoolOf(folder, 3, depth)
    const source = await previewJpeg(spool, profileBytes('adobe-rgb'), 64)
    await write(spool, join(folder, 'a'), { format: 'png', colour }, profileBytes('adobe-rgb'))
    const after = await encodedSamples(join(folder, 'a'))
    expect(after.icc?.equals(profileBytes(colour))).toBe(true)
    expect(after.depth).toBe(depth === 8 ? 'uchar' : 'ushort')
    const changed = Buffer.compare(after.data, Buffer.from(samples(64, 48, 3, depth).buffer)) !== 0
    expect(changed).toBe(colour !== 'adobe-rgb')
    const reopened = await openPhoto(join(folder, 'a'), { folder, signal })
    const again = await previewJpeg(reopened.spool, reopened.icc, 64)
    await reopened.dispose()
    expect(largestDifference(await sharp(source).raw().toBuffer(), await sharp(again).raw().toBuffer())).toBeLessThanOrEqual(24)
  }
})

test('an untagged photo counts as sRGB when it is converted', async () => {
  const folder = await tempFolder()
  for (const depth of [8, 16] as const) {
    const spool = await spoolOf(folder, 3, depth)
    await write(spool, join(folder, 'a'), { format: 'png', colour: 'srgb' })
    expect((await encodedSamples(join(folder, 'a'))).data.equals(Buffer.from(samples(64, 48, 3, depth).buffer))).toBe(true)
    await write(spool, join(folder, 'b'), { format: 'png', colour: 'display-p3' })
    const back = await openPhoto(join(folder, 'b'), { folder, signal })
    await write(back.spool, join(folder, 'c'), { format: 'png', colour: 'srgb' }, back.icc, back.facts)
    const after = (await encodedSamples(join(folder, 'c'))).data
    const view = depth === 8 ? after : new Uint16Array(after.buffer, after.byteOffset, after.length / 2)
    expect(meanDifference(view, samples(64, 48, 3, depth))).toBeLessThan(depth === 8 ? 0.3 : 60)
    await back.dispose()
  }
})

test('a master is a tiled TIFF with the same values', async () => {
  const folder = await tempFolder()
  const spool = await spoolOf(folder, 3, 16, 700, 30)
  await encodeMaster(spool, { path: join(folder, 'm.tif'), icc: profileBytes('display-p3') })
  const after = await encodedSamples(join(folder, 'm.tif'))
  expect(after.data.equals(Buffer.from(samples(700, 30, 3, 16).buffer))).toBe(true)
  expect(after.icc?.equals(profileBytes('display-p3'))).toBe(true)
  const again = await openPhoto(join(folder, 'm.tif'), { folder, signal })
  expect(again.spool).toMatchObject({ width: 700, height: 30, depth: 16 })
  await again.dispose()
})

test.skipIf(!existsSync('/dev/full'))('a full disk is told as such, and the device stays', async () => {
  const spool = await spoolOf(await tempFolder(), 3, 8, 640, 480)
  for (const format of ['jpeg', 'png', 'tiff'] as const) {
    await expect(write(spool, '/dev/full', { format })).rejects.toMatchObject({ code: 'DISK_FULL' })
  }
  expect(existsSync('/dev/full')).toBe(true)
})

test('a folder that is not there or not writable is told as such', async () => {
  const folder = await tempFolder()
  const spool = await spoolOf(folder, 3, 8)
  await expect(write(spool, join(folder, 'absent', 'a.jpg'), {})).rejects.toMatchObject({ code: 'TARGET_READ_ONLY' })
  await mkdir(join(folder, 'locked'))
  await writeFile(join(folder, 'file'), 'x')
  await chmod(join(folder, 'locked'), 0o500)
  await expect(write(spool, join(folder, 'file', 'a.jpg'), {})).rejects.toMatchObject({ code: 'TARGET_READ_ONLY' })
  if (process.getuid?.() === 0) return
  await expect(write(spool, join(folder, 'locked', 'a.jpg'), {})).rejects.toMatchObject({ code: 'TARGET_READ_ONLY' })
})

test('cancelled before it starts: nothing is written', async () => {
  const folder = await tempFolder()
  const spool = await spoolOf(folder, 3, 8)
  const path = join(folder, 'a.jpg')
  const target = { path, encode: encodeSchema.parse({}), source: factsOf(spool), icc: null, signal: AbortSignal.abort() }
  await expect(encodePhoto(spool, target)).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(existsSync(path)).toBe(false)
})

test('formats are chosen by what holds the picture', () => {
  const shape = { width: 20_000, height: 100, channels: 3, depth: 8 } as const
  const out = { width: 20_000, height: 100, path: 'x' }
  const facts: ImageFacts = {
    kind: 'photo', format: 'webp', width: 20_000, height: 100, depth: 8, channels: 3, alpha: false, orientation: 1,
    profile: null, space: 'rgb', pages: 1,
  }
  expect(chooseFormat(encodeSchema.parse({}), facts, shape, out)).toMatchObject({ format: 'tiff', notices: [{ code: 'FORMAT_CHANGED' }] })
  const webp = encodeSchema.parse({ format: 'webp' })
  expect(() => chooseFormat(webp, facts, shape, out)).toThrow(expect.objectContaining({ code: 'IMAGE_TOO_LARGE' }))
  const raw: ImageFacts = { ...facts, format: 'nef', kind: 'raw' }
  expect(chooseFormat(encodeSchema.parse({}), raw, shape, out)).toMatchObject({ format: 'jpeg', notices: [] })
})

test('no metadata is written beside the profile', async () => {
  const folder = await tempFolder()
  await picture(samples(64, 48, 3, 8), { width: 64, height: 48, channels: 3 })
    .withExif({ IFD0: { Copyright: 'me' } }).jpeg().toFile(join(folder, 'a.jpg'))
  const photo = await openPhoto(join(folder, 'a.jpg'), { folder, signal })
  await write(photo.spool, join(folder, 'b'), {}, photo.icc, photo.facts)
  const metadata = await sharp(join(folder, 'b')).metadata()
  expect([metadata.exif, metadata.xmp, metadata.iptc, metadata.orientation]).toEqual([undefined, undefined, undefined, undefined])
  await photo.dispose()
})

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  let largest = 0
  for (let index = 0; index < a.length; index++) largest = Math.max(largest, Math.abs((a[index] ?? 0) - (b[index] ?? 0)))
  return largest
}

function meanDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += Math.abs((a[index] ?? 0) - (b[index] ?? 0))
  return sum / a.length
}

/** The smallest grey profile: white point and a gamma of 2.2. */
function greyProfile(): Buffer {
  const icc = Buffer.alloc(128 + 4 + 4 * 12)
  icc.writeUInt32BE(0x02400000, 8)
  icc.write('mntrGRAYXYZ ', 12, 'latin1')
  icc.write('acsp', 36, 'latin1')
  const white = Buffer.from('58595a200000000000 00f6d6000100000000d32d'.replaceAll(' ', ''), 'hex')
  white.copy(icc, 128)
  const tags: [string, Buffer][] = [
    ['desc', Buffer.concat([Buffer.from('desc\0\0\0\0\0\0\0\x05Grey\0', 'latin1'), Buffer.alloc(79)])],
    ['cprt', Buffer.from('text\0\0\0\0none\0\0\0\0', 'latin1')],
    ['wtpt', white], ['kTRC', Buffer.from('curv\0\0\0\0\0\0\0\x01\x02\x33\0\0', 'latin1')],
  ]
  icc.fill(0, 128)
  icc.writeUInt32BE(tags.length, 128)
  for (const [index, value] of [0xf6d6, 0x10000, 0xd32d].entries()) icc.writeUInt32BE(value, 68 + index * 4)
  let at = icc.length
  tags.forEach(([name, body], index) => {
    icc.write(name, 132 + index * 12, 'latin1')
    icc.writeUInt32BE(at, 136 + index * 12)
    icc.writeUInt32BE(body.length, 140 + index * 12)
    at += body.length
  })
  const bytes = Buffer.concat([icc, ...tags.map(([, body]) => body)])
  bytes.writeUInt32BE(bytes.length, 0)
  return bytes
}
