/** What a file is, told by its first bytes and never by its name. */
import { extname } from 'node:path'
import { isJpegStart } from './jpeg.ts'
import type { ByteSource } from './source.ts'
import { allIfds, numberOf, numbers, tag, tiffBlock } from './tiff.ts'

type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'avif'
type Sniffed =
  | { kind: 'photo', format: PhotoFormat }
  | { kind: 'raw', format: string }
  | { kind: 'heic', format: 'heic' }
  | { kind: 'other', reason: string }

/** Extensions that a format may have; another one is told in a notice. */
const extensions: Record<string, readonly string[]> = {
  jpeg: ['.jpg', '.jpeg', '.jpe', '.jfif', '.jif', '.mpo', '.thm'], png: ['.png', '.apng'], webp: ['.webp'], tiff: ['.tif', '.tiff'],
  avif: ['.avif', '.heif', '.hif'], heic: ['.heic', '.heif', '.hif', '.heics'],
}
/** Raw formats built on TIFF whose directories do not always say so. */
const rawExtensions = new Set([
  '.cr2', '.nef', '.nrw', '.arw', '.sr2', '.srf', '.dng', '.pef', '.srw', '.3fr', '.fff', '.iiq', '.rwl', '.erf', '.mef', '.mos', '.dcr',
  '.kdc', '.orf', '.rw2', '.raf', '.cr3',
])
const photometricCfa = 32803
const photometricLinearRaw = 34892

/** Told by content; a raw file on a TIFF base by its directories, and by its extension where those are silent. */
export function sniff(source: ByteSource): Sniffed {
  const head = source.bytes(0, 64)
  const text = head.toString('latin1')
  if (isJpegStart(head) || (head.length < 3 && head[0] === 0xff && head[1] === 0xd8)) return { kind: 'photo', format: 'jpeg' }
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return { kind: 'photo', format: 'png' }
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return { kind: 'photo', format: 'webp' }
  if (text.startsWith('FUJIFILMCCD-RAW')) return { kind: 'raw', format: 'raf' }
  if (text.slice(4, 8) === 'ftyp') return sniffBoxes(source, text)
  const tiff = sniffTiff(source, text)
  if (tiff !== null) return tiff
  return { kind: 'other', reason: nameOfOther(source, text) }
}

/** True when the name promises something else than the content is. */
export function hasWrongExtension(file: string, sniffed: { kind: string, format: string }): boolean {
  const extension = extname(file).toLowerCase()
  if (sniffed.kind === 'raw') return false
  return extension !== '' && !(extensions[sniffed.format] ?? [extension]).includes(extension)
}

function sniffBoxes(source: ByteSource, text: string): Sniffed {
  const bytes = Math.min(source.bytes(0, 4).readUInt32BE(0), 256)
  const brands = source.bytes(8, Math.max(0, bytes - 8)).toString('latin1')
  if (text.slice(8, 11) === 'crx') return { kind: 'raw', format: 'cr3' }
  const major = text.slice(8, 12)
  if (major === 'avif' || major === 'avis') return { kind: 'photo', format: 'avif' }
  if (/hei[cxms]|hev[cxms]/.test(major)) return { kind: 'heic', format: 'heic' }
  if (major === 'jxl ') return { kind: 'other', reason: 'JPEG XL' }
  if (/avi[fs]/.test(brands)) return { kind: 'photo', format: 'avif' }
  if (/mif1|msf1|hei[cxms]/.test(brands)) return { kind: 'heic', format: 'heic' }
  return { kind: 'other', reason: 'a video or another container' }
}

function sniffTiff(source: ByteSource, text: string): Sniffed | null {
  const block = tiffBlock(source)
  if (block === null) return null
  const extension = extname(source.file).toLowerCase()
  if (text.slice(8, 10) === 'CR') return { kind: 'raw', format: 'cr2' }
  if (/^(II|MM)(R[OS]|O?R)/.test(text)) return { kind: 'raw', format: 'orf' }
  if (text.startsWith('IIU\0')) return { kind: 'raw', format: 'rw2' }
  if (rawExtensions.has(extension)) return { kind: 'raw', format: extension.slice(1) }
  const sensor = allIfds(block).some((ifd) => {
    const photometric = numberOf(block, ifd, tag.photometric)
    return photometric === photometricCfa || photometric === photometricLinearRaw || numbers(block, ifd, tag.dngVersion, 4).length > 0
  })
  return sensor ? { kind: 'raw', format: 'dng' } : { kind: 'photo', format: 'tiff' }
}

function nameOfOther(source: ByteSource, text: string): string {
  const start = source.bytes(0, 1024).toString('latin1').trimStart().toLowerCase()
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return 'a web page'
  if (start.includes('<svg')) return 'an SVG drawing'
  if (/^GIF8[79]a/.test(text)) return 'a GIF'
  if (text.startsWith('BM')) return 'a BMP'
  if (/^P[1-7][\s]/.test(text)) return 'a PNM image'
  if (text.startsWith('8BPS')) return 'a Photoshop document'
  if (text.startsWith('\xff\x0a') || text.startsWith('\0\0\0\x0cJXL ')) return 'JPEG XL'
  if (text.startsWith('\0\0\0\x0cjP')) return 'JPEG 2000'
  if (text.startsWith('%PDF')) return 'a PDF'
  if (text.startsWith('FOVb')) return 'a Sigma X3F raw file'
  return 'unknown content'
}
