import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codedItems, declaredColour } from './bmff.ts'
import { hasWrongExtension, sniff } from './formats.ts'
import { readProfile } from './icc.ts'
import { jpegEnd, walkJpeg } from './jpeg.ts'
import { pngChunks, pngColour, pngFrames } from './png.ts'
import { rawPreview } from './raw-preview.ts'
import { fromMemory } from './source.ts'
import { allIfds, tiffBlock } from './tiff.ts'

const of = (bytes: string, file = 'a'): unknown => sniff(fromMemory(file, Buffer.from(bytes, 'latin1')))

test('formats are told by content', () => {
  expect(of('\xff\xd8\xff\xe0')).toEqual({ kind: 'photo', format: 'jpeg' })
  expect(of('\x89PNG\r\n\x1a\n')).toEqual({ kind: 'photo', format: 'png' })
  expect(of('RIFF\0\0\0\0WEBPVP8 ')).toEqual({ kind: 'photo', format: 'webp' })
  expect(of('\0\0\0\x1cftypavif\0\0\0\0mif1miaf')).toEqual({ kind: 'photo', format: 'avif' })
  expect(of('\0\0\0\x18ftypmif1\0\0\0\0mif1avif')).toEqual({ kind: 'photo', format: 'avif' })
  expect(of('\0\0\0\x18ftypheic\0\0\0\0mif1heic')).toEqual({ kind: 'heic', format: 'heic' })
  expect(of('\0\0\0\x18ftypcrx \0\0\0\x01crx isom')).toEqual({ kind: 'raw', format: 'cr3' })
  expect(of('\0\0\0\x18ftypisom\0\0\0\0isommp41')).toMatchObject({ kind: 'other' })
  expect(of('II*\0\x08\0\0\0')).toEqual({ kind: 'photo', format: 'tiff' })
  expect(of('MM\0*\0\0\0\x08', 'x.NEF')).toEqual({ kind: 'raw', format: 'nef' })
  expect(of('II*\0\x10\0\0\0CR\x02\0')).toEqual({ kind: 'raw', format: 'cr2' })
  expect(of('IIRO\x08\0\0\0')).toEqual({ kind: 'raw', format: 'orf' })
  expect(of('IIU\0\x08\0\0\0')).toEqual({ kind: 'raw', format: 'rw2' })
  expect(of('FUJIFILMCCD-RAW 0201')).toEqual({ kind: 'raw', format: 'raf' })
})

test.each([
  ['<!DOCTYPE html>', 'a web page'], ['<?xml version="1.0"?><svg/>', 'an SVG drawing'], ['GIF89a', 'a GIF'], ['BM', 'a BMP'],
  ['P6 1 1 255', 'a PNM image'],
  ['8BPS', 'a Photoshop document'], ['\xff\x0a', 'JPEG XL'], ['%PDF-1.4', 'a PDF'], ['hello', 'unknown content'],
])('%j is named', (bytes, reason) => {
  expect(of(bytes)).toEqual({ kind: 'other', reason })
})

test('an extension is wrong only where it promises something else', () => {
  const jpeg = { kind: 'photo', format: 'jpeg' }
  for (const name of ['a.jpg', 'a.JPEG', 'a.jfif', 'a.mpo', 'noextension']) expect(hasWrongExtension(name, jpeg), name).toBe(false)
  for (const name of ['a.png', 'a.tif']) expect(hasWrongExtension(name, jpeg), name).toBe(true)
  expect(hasWrongExtension('a.tif', { kind: 'raw', format: 'dng' })).toBe(false)
})

test('no header walk fails or runs away on nonsense behind a true beginning', () => {
  const beginnings = [
    '\xff\xd8', '\xff\xd8\xff\xe1\0\x20Exif\0\0II*\0\x08\0\0\0', '\x89PNG\r\n\x1a\n\0\0\0\x08acTL', 'II*\0\x08\0\0\0',
    'MM\0*\0\0\0\x08', 'II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0',
    '\0\0\0\x10ftypavif\0\0\0\0\0\0\x02\0meta\0\0\0\0\0\0\0\x40iloc', 'FUJIFILMCCD-RAW', '',
  ]
  fc.assert(fc.property(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 600 }), (beginning, noise) => {
    const bytes = Buffer.concat([Buffer.from(beginning, 'latin1'), noise])
    const source = fromMemory('a.nef', bytes)
    sniff(source)
    walkJpeg(source)
    jpegEnd(bytes, 0)
    pngChunks(source)
    pngFrames(source)
    pngColour(source)
    codedItems(source)
    declaredColour(source)
    readProfile(bytes)
    const block = tiffBlock(source)
    if (block !== null) expect(allIfds(block).length).toBeLessThanOrEqual(64)
    expect(() => rawPreview(source, 'nef')).toThrow(expect.objectContaining({ code: 'RAW_WITHOUT_PREVIEW' }))
  }), { numRuns: 500 })
})
