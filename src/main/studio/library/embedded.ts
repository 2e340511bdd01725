/**
 * Takes the metadata blocks out of a photo by format: exifr where it reads the format, the blocks' own places where it does not
 * (WebP, XMP in AVIF and HEIC, metadata behind the pixels of a PNG).
 */
import { inflateSync } from 'node:zlib'
import exifr from 'exifr'
import { z } from 'zod'
import type { FileEnds } from './file-ends.ts'
import { decodeXmp } from './xmp.ts'

const block = z.record(z.string(), z.unknown()).optional().catch(undefined)
const parsedSchema = z.object({
  ifd0: block, exif: block, gps: block, iptc: block, xmp: z.string().optional().catch(undefined),
}).catch({})
/** Values as exifr reads them: untranslated and not yet checked. */
export interface Embedded {
  ifd0?: Record<string, unknown> | undefined
  exif?: Record<string, unknown> | undefined
  gps?: Record<string, unknown> | undefined
  iptc?: Record<string, unknown> | undefined
  xmp?: string | undefined
}

const options = {
  tiff: true, exif: true, gps: true, iptc: true, xmp: { parse: false }, ihdr: false, jfif: false, icc: false, ifd1: false, interop: false,
  makerNote: false, userComment: false, mergeOutput: false, reviveValues: false, translateValues: false, sanitize: true,
  // Raw files and TIFFs keep their directories anywhere; a chunk that holds most of them at once saves reads.
  firstChunkSize: 65536, chunkSize: 65536, chunkLimit: 20,
}

/** Never throws: what cannot be read is absent. */
export async function readEmbedded(ends: FileEnds): Promise<Embedded> {
  const { head, file } = ends
  const start = head.toString('latin1', 0, 16)
  if (start.startsWith('\xff\xd8')) return fromJpeg(head)
  if (start.startsWith('\x89PNG')) return fromPng(ends)
  if (start.startsWith('RIFF')) return fromWebp(ends)
  if (start.startsWith('FUJIFILMCCD-RAW')) return head.length > 92 ? parse(head.subarray(head.readUInt32BE(84))) : {}
  if (/^(IIRO|IIRS|IIU\0)/.test(start)) return parse(asTiff(head))
  return start.slice(4, 8) === 'ftyp' ? fromBoxes(ends) : parse(file)
}

// exifr's types call the class an instance of itself.
const Reader = exifr.Exifr as unknown as new (options: object) => {
  file?: { close?(): Promise<void> }
  read(source: string | Buffer): Promise<void>
  parse(): Promise<unknown>
}

async function parse(source: string | Buffer): Promise<Embedded> {
  const reader = new Reader(options)
  try {
    await reader.read(source)
    return parsedSchema.parse(await reader.parse() ?? {})
  } catch {
    return {}
  } finally {
    // It leaves a file open whose format it does not understand.
    await reader.file?.close?.().catch(() => undefined)
  }
}

/** The standard packet alone: the extended one holds maps and histories, nothing that the catalog keeps. */
async function fromJpeg(head: Buffer): Promise<Embedded> {
  const found = await parse(head)
  delete found.xmp
  for (let at = 2; at + 4 <= head.length && head[at] === 0xff;) {
    const marker = head[at + 1] ?? 0
    if (marker === 0xff) { at++; continue }
    if (marker === startOfScan) break
    const length = head.readUInt16BE(at + 2)
    const data = head.subarray(at + 4, at + 2 + length)
    if (marker === app1 && data.toString('latin1', 0, xmpSignature.length) === xmpSignature) {
      return { ...found, xmp: decodeXmp(data.subarray(xmpSignature.length)) }
    }
    at += 2 + length
  }
  return found
}

const app1 = 0xe1
const startOfScan = 0xda
const xmpSignature = 'http://ns.adobe.com/xap/1.0/\0'

/** Olympus and Panasonic raw files are TIFFs under another magic number. */
function asTiff(head: Buffer): Buffer {
  const copy = Buffer.from(head)
  copy.writeUInt16LE(42, 2)
  return copy
}

/** EXIF and XMP chunks before the pixels, or near the end of the file, where most writers put them. */
async function fromPng({ head, tail }: FileEnds): Promise<Embedded> {
  let exif: Buffer | undefined
  let xmp: string | undefined
  const take = (type: string, data: Buffer): void => {
    if (type === 'eXIf') exif ??= data
    if ((type === 'iTXt' || type === 'zTXt') && data.toString('latin1', 0, xmpKeyword.length) === xmpKeyword) xmp ??= textOf(type, data)
  }
  for (let at = 8; at + 12 <= head.length;) {
    const length = head.readUInt32BE(at)
    take(head.toString('latin1', at + 4, at + 8), head.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  for (const type of ['eXIf', 'iTXt', 'zTXt']) {
    const at = tail.indexOf(type, 4, 'latin1')
    if (at >= 4) take(type, tail.subarray(at + 4, at + 4 + tail.readUInt32BE(at - 4)))
  }
  return { ...(exif === undefined ? {} : await parse(exif)), ...(xmp === undefined ? {} : { xmp }) }
}

const packetLimitBytes = 16 * 1024 * 1024
const xmpKeyword = 'XML:com.adobe.xmp\0'

/** zTXt: keyword, method, compressed text. iTXt: keyword, compression flag and method, language, translated keyword, text. */
function textOf(type: 'iTXt' | 'zTXt', data: Buffer): string | undefined {
  const at = xmpKeyword.length
  if (type === 'zTXt') return inflated(data.subarray(at + 1))
  const language = data.indexOf(0, at + 2)
  const translated = data.indexOf(0, language + 1)
  if (language < 0 || translated < 0) return undefined
  const text = data.subarray(translated + 1)
  return data[at] === 0 ? decodeXmp(text) : inflated(text)
}

function inflated(data: Buffer): string | undefined {
  try {
    return decodeXmp(inflateSync(data, { maxOutputLength: packetLimitBytes }))
  } catch {
    return undefined
  }
}

async function fromWebp({ head, tail, size }: FileEnds): Promise<Embedded> {
  const exif = riffChunk(head, tail, size, 'EXIF')
  const xmp = riffChunk(head, tail, size, 'XMP ')
  const tiff = exif?.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif
  return { ...(tiff === undefined ? {} : await parse(tiff)), ...(xmp === undefined ? {} : { xmp: decodeXmp(xmp) }) }
}

/** Chunks follow each other through the head; behind a picture that the head does not hold they are looked for in the tail. */
function riffChunk(head: Buffer, tail: Buffer, size: number, type: string): Buffer | undefined {
  for (let at = 12; at + 8 <= head.length;) {
    const length = head.readUInt32LE(at + 4)
    if (head.toString('latin1', at, at + 4) === type) return head.subarray(at + 8, at + 8 + length)
    at += 8 + length + length % 2
    const inTail = at - (size - tail.length)
    if (inTail >= 0 && at >= head.length) {
      return riffChunk(Buffer.concat([Buffer.alloc(12), tail.subarray(inTail)]), Buffer.alloc(0), 0, type)
    }
  }
  return undefined
}

/** AVIF and HEIC: exifr reads neither their XMP nor EXIF that keeps the marker it has in a JPEG. */
async function fromBoxes(ends: FileEnds): Promise<Embedded> {
  const found = await parse(ends.file)
  const marked = found.ifd0 === undefined ? exifIn(ends) : undefined
  return { ...(marked === undefined ? found : await parse(marked)), xmp: packetIn(ends) }
}

function exifIn({ head, tail }: FileEnds): Buffer | undefined {
  for (const part of [head, tail]) {
    for (const mark of ['Exif\0\0II*\0', 'Exif\0\0MM\0*']) {
      const at = part.indexOf(mark, 0, 'latin1')
      if (at >= 0) return part.subarray(at + 6)
    }
  }
  return undefined
}

function packetIn({ head, tail }: FileEnds): string | undefined {
  for (const part of [head, tail]) {
    const start = part.indexOf('<x:xmpmeta')
    const end = part.indexOf('</x:xmpmeta>', start)
    if (start >= 0 && end > start) return part.toString('utf8', start, end + '</x:xmpmeta>'.length)
  }
  return undefined
}
