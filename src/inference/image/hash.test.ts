import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import type { Sharp } from 'sharp'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { hashFile } from './hash.ts'
import { profileFile } from './profiles.ts'
import { openSource } from './source.ts'
import { picture, samples } from './test-pictures.ts'

const shape = { width: 64, height: 48, channels: 3 } as const
const formats = ['jpeg', 'png', 'webp', 'tiff', 'avif'] as const

async function hashes(file: string, memoryLimit?: number): Promise<{ fileHash: string, imageHash: string }> {
  const source = await openSource(file, memoryLimit)
  try {
    return await hashFile(source)
  } finally {
    source.close()
  }
}

async function save(pipeline: Sharp, format: (typeof formats)[number], file: string): Promise<Buffer> {
  const options = { tiff: { compression: 'deflate' }, avif: { effort: 0, quality: 90 }, jpeg: {}, png: {}, webp: {} }
  const bytes = await pipeline.toFormat(format, options[format]).toBuffer()
  await writeFile(file, bytes)
  return bytes
}

test.each(formats)('%s: metadata change the file hash and not the image hash; pixels and the profile change both', async (format) => {
  const folder = await tempFolder()
  const data = samples(64, 48, 3, 8)
  const plain = await save(picture(data, shape), format, join(folder, 'plain'))
  const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>'
  const described = picture(data, shape).withExif({ IFD0: { Copyright: 'somebody' } }).withXmp(xmp)
  await save(described, format, join(folder, 'tagged'))
  const other = data.slice()
  other[0] = 255 - (other[0] ?? 0)
  await save(picture(other, shape), format, join(folder, 'other'))
  const [a, b, c] = [await hashes(join(folder, 'plain')), await hashes(join(folder, 'tagged')), await hashes(join(folder, 'other'))]
  expect(a.fileHash).toBe(createHash('sha256').update(plain).digest('hex'))
  expect(b.fileHash).not.toBe(a.fileHash)
  expect(b.imageHash).toBe(a.imageHash)
  expect(c.imageHash).not.toBe(a.imageHash)
  await save(picture(data, shape).withIccProfile(await profileFile(folder, 'display-p3')), format, join(folder, 'profile'))
  expect((await hashes(join(folder, 'profile'))).imageHash).not.toBe(a.imageHash)
})

test.each(formats)('%s: streamed from disk and held in memory give the same hashes', async (format) => {
  const folder = await tempFolder()
  await save(picture(samples(64, 48, 3, 8), shape).withExif({ IFD0: { Copyright: 'somebody' } }), format, join(folder, 'a'))
  expect(await hashes(join(folder, 'a'), 100)).toEqual(await hashes(join(folder, 'a')))
})

test('what a phone puts behind the end of a JPEG does not count as picture', async () => {
  const folder = await tempFolder()
  const jpeg = await save(picture(samples(64, 48, 3, 8), shape), 'jpeg', join(folder, 'a'))
  await writeFile(join(folder, 'b'), Buffer.concat([jpeg, Buffer.from('a video')]))
  const progressive = await picture(samples(64, 48, 3, 8), shape).jpeg({ progressive: true }).toBuffer()
  await writeFile(join(folder, 'c'), progressive)
  await writeFile(join(folder, 'd'), Buffer.concat([progressive, Buffer.from('a video')]))
  expect((await hashes(join(folder, 'b'))).imageHash).toBe((await hashes(join(folder, 'a'))).imageHash)
  expect((await hashes(join(folder, 'd'))).imageHash).toBe((await hashes(join(folder, 'c'))).imageHash)
})

test('a file whose directory is nonsense is hashed whole', async () => {
  const folder = await tempFolder()
  await writeFile(join(folder, 'a.tif'), Buffer.from('49492a00ffffff7f0000', 'hex'))
  const { fileHash, imageHash } = await hashes(join(folder, 'a.tif'))
  expect(imageHash).toBe(fileHash)
})
