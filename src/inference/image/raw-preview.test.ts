import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { identify } from './identify.ts'
import { openPhoto } from './open.ts'
import { picture, samples } from './test-pictures.ts'

const signal = new AbortController().signal

async function jpeg(width: number, height: number): Promise<Buffer> {
  return picture(samples(width, height, 3, 8), { width, height, channels: 3 }).jpeg({ quality: 90 }).toBuffer()
}

type Value = number | { blob: number } | { sizeOf: number } | { directory: number }

/** A little-endian TIFF with one directory per entry list, chained, then the blobs; offsets of blobs are filled in by index. */
function tiff(directories: [tag: number, type: 3 | 4, value: Value][][], blobs: Buffer[]): Buffer {
  const sizes = directories.map((entries) => 2 + entries.length * 12 + 4)
  const starts = sizes.map((_, index) => 8 + sizes.slice(0, index).reduce((sum, size) => sum + size, 0))
  const dataStart = 8 + sizes.reduce((sum, size) => sum + size, 0)
  const blobStarts = blobs.map((_, index) => dataStart + blobs.slice(0, index).reduce((sum, blob) => sum + blob.length, 0))
  const out = Buffer.alloc(dataStart)
  out.write('II', 0, 'latin1')
  out.writeUInt16LE(42, 2)
  out.writeUInt32LE(8, 4)
  directories.forEach((entries, index) => {
    let at = starts[index] ?? 0
    out.writeUInt16LE(entries.length, at)
    at += 2
    for (const [id, type, value] of entries) {
      out.writeUInt16LE(id, at)
      out.writeUInt16LE(type, at + 2)
      out.writeUInt32LE(1, at + 4)
      const number = typeof value === 'number' ? value
        : 'blob' in value ? blobStarts[value.blob] : 'sizeOf' in value ? blobs[value.sizeOf]?.length : starts[value.directory]
      out.writeUInt32LE(number ?? 0, at + 8)
      at += 12
    }
  })
  return Buffer.concat([out, ...blobs])
}

async function opened(name: string, bytes: Buffer): Promise<{ width: number, height: number, format: string, codes: string[] }> {
  const folder = await tempFolder()
  await writeFile(join(folder, name), bytes)
  const photo = await openPhoto(join(folder, name), { folder, signal })
  await photo.dispose()
  expect(photo.facts.kind).toBe('raw')
  return { width: photo.spool.width, height: photo.spool.height, format: photo.facts.format, codes: photo.notices.map(({ code }) => code) }
}

test('the largest JPEG of the directories is taken, SubIFDs too, turned as the raw file says', async () => {
  const thumb = await jpeg(160, 120)
  const large = await jpeg(800, 600)
  const nef = tiff([
    [[256, 4, 160], [257, 4, 120], [274, 3, 6], [330, 4, { directory: 1 }], [513, 4, { blob: 0 }], [514, 4, { sizeOf: 0 }]],
    [[259, 3, 6], [513, 4, { blob: 1 }], [514, 4, { sizeOf: 1 }]],
  ], [thumb, large])
  expect(await opened('a.nef', nef)).toEqual({ width: 600, height: 800, format: 'nef', codes: ['RAW_PREVIEW_USED'] })
})

test('a DNG is known by its content whatever its name is; its preview may be a strip', async () => {
  const large = await jpeg(900, 600)
  const dng = tiff([
    [[262, 3, 32803], [259, 3, 7], [50706, 4, 0x00000401], [330, 4, { directory: 1 }]],
    [[259, 3, 7], [273, 4, { blob: 0 }], [279, 4, { sizeOf: 0 }]],
  ], [large])
  expect(await opened('a.tif', dng)).toMatchObject({ width: 900, height: 600, format: 'dng' })
})

test('a Fujifilm header names its JPEG; where nothing does, the file is searched', async () => {
  const large = await jpeg(700, 500)
  const head = Buffer.alloc(200)
  head.write('FUJIFILMCCD-RAW ', 0, 'latin1')
  head.writeUInt32BE(200, 84)
  head.writeUInt32BE(large.length, 88)
  expect(await opened('a.raf', Buffer.concat([head, large]))).toMatchObject({ width: 700, format: 'raf' })
  const olympus = Buffer.concat([Buffer.from('49495 24f08000000'.replaceAll(' ', ''), 'hex'), Buffer.alloc(40), large, Buffer.alloc(30)])
  expect(await opened('a.orf', olympus)).toMatchObject({ width: 700, format: 'orf' })
  const box = Buffer.concat([Buffer.from('00000018', 'hex'), Buffer.from('ftypcrx \0\0\0\x01crx isom', 'latin1'), Buffer.alloc(64), large])
  expect(await opened('a.cr3', box)).toMatchObject({ width: 700, format: 'cr3' })
})

test('a thumbnail or nothing is not enough', async () => {
  const folder = await tempFolder()
  const thumb = await jpeg(160, 120)
  await writeFile(join(folder, 'a.nef'), tiff([[[513, 4, { blob: 0 }], [514, 4, { sizeOf: 0 }]]], [thumb]))
  await expect(openPhoto(join(folder, 'a.nef'), { folder, signal })).rejects.toMatchObject({ code: 'RAW_WITHOUT_PREVIEW' })
  await writeFile(join(folder, 'b.cr2'), tiff([[[256, 4, 100]]], []))
  await expect(openPhoto(join(folder, 'b.cr2'), { folder, signal })).rejects.toMatchObject({ code: 'RAW_WITHOUT_PREVIEW' })
  await expect(identify(join(folder, 'b.cr2'), [100], signal)).rejects.toMatchObject({ code: 'RAW_WITHOUT_PREVIEW' })
})

test('directories that point at each other end', async () => {
  const folder = await tempFolder()
  const loop = tiff([[[330, 4, { directory: 0 }], [34665, 4, { directory: 1 }]], [[330, 4, { directory: 0 }]]], [])
  await writeFile(join(folder, 'a.nef'), loop)
  await expect(openPhoto(join(folder, 'a.nef'), { folder, signal })).rejects.toMatchObject({ code: 'RAW_WITHOUT_PREVIEW' })
})

test('the image hash of a raw file is that of its preview', async () => {
  const folder = await tempFolder()
  const large = await jpeg(800, 600)
  const one = tiff([[[270, 4, 1], [513, 4, { blob: 0 }], [514, 4, { sizeOf: 0 }]]], [large])
  const two = tiff([[[270, 4, 2], [513, 4, { blob: 0 }], [514, 4, { sizeOf: 0 }]]], [large])
  await writeFile(join(folder, 'a.nef'), one)
  await writeFile(join(folder, 'b.nef'), two)
  const [a, b] = [await identify(join(folder, 'a.nef'), [200], signal), await identify(join(folder, 'b.nef'), [200], signal)]
  expect(a.imageHash).toBe(b.imageHash)
  expect(a.fileHash).not.toBe(b.fileHash)
  expect(await sharp(a.thumbnails[0]?.jpeg).metadata()).toMatchObject({ width: 200, height: 150 })
})
