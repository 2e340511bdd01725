import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { readEnds } from './file-ends.ts'
import { readMetadata, type ReadMetadata } from './metadata-read.ts'
import { ownNamespace } from './own-results.ts'

const read = async (file: string): Promise<ReadMetadata> => readMetadata(await readEnds(file), [])
const xmp = (attributes: string): string => `<x:xmpmeta xmlns:x="adobe:ns:meta/">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" ${attributes}/></rdf:RDF></x:xmpmeta>`

/** Noise does not compress: with `side` 512 the file is larger than what is read of its begin. */
function picture(side: number, format: 'jpeg' | 'png' | 'webp' | 'tiff' | 'avif' = 'jpeg') {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 }
  return sharp({ create: { width: side, height: side, channels: 3, background: '#888', noise } })
    .withExif({
      IFD0: { Make: 'NIKON CORPORATION', Model: 'NIKON D70', ImageDescription: 'the coast' },
      IFD2: { DateTimeOriginal: '2024:05:01 18:03:22', ISOSpeedRatings: '200', FNumber: '28/10', FocalLength: '50/1', LensModel: '50mm' },
      IFD3: { GPSLatitudeRef: 'S', GPSLatitude: '51/1 30/1 36/1', GPSLongitudeRef: 'W', GPSLongitude: '0/1 7/1 30/1' },
    })
    .withXmp(xmp('xmp:Rating="4" xmp:Label="Green"'))
    .toFormat(format, format === 'avif' ? { quality: 95, effort: 0 } : { quality: 95 })
}

for (const format of ['jpeg', 'png', 'webp', 'tiff', 'avif'] as const) {
  for (const side of [16, 640]) {
    test(`${format} of ${side} pixels: what the camera and the person wrote`, async () => {
      const file = join(await tempFolder(), `a.${format}`)
      await picture(side, format).toFile(file)
      const { metadata, isOwnResult, notices } = await read(file)
      expect([isOwnResult, notices]).toEqual([false, []])
      expect(metadata).toMatchObject({ rating: 4, label: 'Green' })
      // sharp writes no EXIF into a TIFF.
      if (format === 'tiff') return
      expect(metadata).toMatchObject({
        camera: 'NIKON D70', caption: 'the coast', capturedAt: '2024-05-01T18:03:22', iso: 200, aperture: 2.8,
        focalLength: 50, lens: '50mm',
      })
      expect([metadata.latitude, metadata.longitude]).toEqual([expect.closeTo(-51.51), expect.closeTo(-0.125)])
    })

    test(`${format} of ${side} pixels: our own mark`, async () => {
      const file = join(await tempFolder(), `a.${format}`)
      await picture(side, format).withXmp(xmp(`xmlns:restill="${ownNamespace}" restill:engine="x"`)).toFile(file)
      expect((await read(file)).isOwnResult).toBe(true)
    })
  }
}

test('a broken packet is a notice, and the rest is read', async () => {
  const file = join(await tempFolder(), 'a.jpg')
  await picture(16).withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><broken></x:xmpmeta>').toFile(file)
  const { metadata, notices } = await read(file)
  expect(notices.map(({ code }) => code)).toEqual(['XMP_UNREADABLE'])
  expect(metadata).toMatchObject({ camera: 'NIKON D70', rating: null })
})

test('a position with one half is none', async () => {
  const file = join(await tempFolder(), 'a.jpg')
  await sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 36/1' } }).toFile(file)
  expect((await read(file)).metadata).toMatchObject({ latitude: null, longitude: null })
})

test('no file fails, whatever it holds', async () => {
  const folder = await tempFolder()
  const whole = await picture(16).toBuffer()
  for (let length = 0; length < whole.length; length += 7) {
    await writeFile(join(folder, 'a.jpg'), whole.subarray(0, length))
    await read(join(folder, 'a.jpg'))
  }
  const starts = ['\x89PNG\r\n\x1a\n', 'RIFF    WEBP', 'FUJIFILMCCD-RAW', 'IIRO', 'IIU\0', '\0\0\0 ftypavif', 'II*\0', 'MM\0*', 'text']
  for (const start of starts) {
    await writeFile(join(folder, 'b'), Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(200, 0xff)]))
    expect((await read(join(folder, 'b'))).metadata.camera).toBeNull()
  }
})

const camera = new URL('../../../../../shared/data/camera/', import.meta.url)
const original = (name: string, sha256: string): boolean => existsSync(new URL(name, camera))
  && createHash('sha256').update(readFileSync(new URL(name, camera))).digest('hex').startsWith(sha256)

test.skipIf(!original('ultra-hdr-gainmap.jpg', '50f8cdfc216b5b76'))('a phone photo', async () => {
  expect((await read(new URL('ultra-hdr-gainmap.jpg', camera).pathname)).metadata).toMatchObject({
    camera: 'Google Pixel 6', capturedAt: '2024-05-07T09:33:04+08:00', iso: 89, aperture: 1.85, shutterSeconds: 0.04,
  })
})

test.skipIf(!original('tif-with-iptc-icc-xmp.tif', '56c56172923448ff'))('a TIFF from Lightroom', async () => {
  const { metadata } = await read(new URL('tif-with-iptc-icc-xmp.tif', camera).pathname)
  expect(metadata).toMatchObject({ camera: 'Canon EOS 5D Mark III', label: 'Approved', aperture: 7.1 })
  expect(metadata.keywords).toContain('Dalyan')
})

test.skipIf(!original('iptc-independent-photographer-example.jpg', 'b58a09a20b1479f4'))('IPTC and XMP', async () => {
  const file = new URL('iptc-independent-photographer-example.jpg', camera).pathname
  const before = await readFile(file)
  expect((await read(file)).metadata).toMatchObject({ title: 'drpin075402', rating: 3, label: 'Red', capturedAt: '1985-11-25T00:00:00' })
  expect((await readFile(file)).equals(before)).toBe(true)
})
