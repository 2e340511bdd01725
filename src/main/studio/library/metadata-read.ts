/**
 * What the catalog keeps of a photo's metadata. Words of people (title, caption, keywords, rating, label, date) are taken from XMP, then
 * IIM, then EXIF; what the camera measured from EXIF, then XMP. A sidecar stands before everything embedded. Nothing here fails an import.
 */
import { basename } from 'node:path'
import type { Notice } from '../../../shared/guest.ts'
import type { PhotoMetadata } from '../catalog/photo.ts'
import { captureDate } from './capture-date.ts'
import { readEmbedded, type Embedded } from './embedded.ts'
import type { FileEnds } from './file-ends.ts'
import { ownNamespace } from './own-results.ts'
import { readSidecars } from './sidecars.ts'
import { parseXmp, type XmpFields } from './xmp.ts'

export interface ReadMetadata {
  metadata: PhotoMetadata
  /** Pixels as EXIF tells them, upright; null when it does not. Only of use where the pixels cannot be opened. */
  size: { width: number, height: number } | null
  /** The embedded XMP bears our namespace. */
  isOwnResult: boolean
  notices: Notice[]
}

/** @param sidecars paths, the more specific last */
export async function readMetadata(ends: FileEnds, sidecars: readonly string[]): Promise<ReadMetadata> {
  const [embedded, beside] = await Promise.all([readEmbedded(ends), readSidecars(basename(ends.file), sidecars)])
  const notices = [...beside.notices]
  let xmp: XmpFields = {}
  if (embedded.xmp !== undefined) {
    try {
      xmp = parseXmp(embedded.xmp)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      notices.push({ code: 'XMP_UNREADABLE', text: `Its embedded XMP could not be read (${why}).` })
    }
  }
  return {
    metadata: merge(embedded, xmp, beside.fields),
    size: sizeOf(embedded),
    isOwnResult: embedded.xmp?.includes(ownNamespace) ?? false,
    notices,
  }
}

function merge({ ifd0 = {}, exif = {}, gps = {}, iptc = {} }: Embedded, embeddedXmp: XmpFields, sidecar: XmpFields): PhotoMetadata {
  const xmp = { ...embeddedXmp, ...sidecar }
  const place = placeOf(gps)
  return {
    capturedAt: captureDate([
      sidecar.capturedAt, embeddedXmp.capturedAt, joined(iptc.DateCreated, ' ', iptc.TimeCreated),
      joined(exif.DateTimeOriginal, '', exif.OffsetTimeOriginal), joined(exif.CreateDate, '', exif.OffsetTimeDigitized),
    ]),
    camera: cameraName(text(ifd0.Make) ?? xmp.make ?? null, text(ifd0.Model) ?? xmp.model ?? null),
    lens: text(exif.LensModel) ?? xmp.lens ?? null,
    iso: positive(exif.ISO) ?? positive(xmp.iso),
    shutterSeconds: positive(exif.ExposureTime) ?? shutterFromApex(exif.ShutterSpeedValue) ?? positive(xmp.shutterSeconds),
    aperture: positive(exif.FNumber) ?? positive(xmp.aperture),
    focalLength: positive(exif.FocalLength) ?? positive(xmp.focalLength),
    latitude: place?.latitude ?? xmp.latitude ?? null,
    longitude: place?.longitude ?? xmp.longitude ?? null,
    rating: stars(xmp.rating) ?? stars(ifd0.Rating),
    label: xmp.label ?? null,
    title: xmp.title ?? text(iptc.ObjectName) ?? text(ifd0.XPTitle) ?? null,
    caption: xmp.caption ?? text(iptc.Caption) ?? text(ifd0.ImageDescription) ?? null,
    keywords: xmp.keywords ?? list(iptc.Keywords) ?? windowsList(ifd0.XPKeywords) ?? [],
  }
}

function sizeOf({ ifd0 = {}, exif = {} }: Embedded): { width: number, height: number } | null {
  const width = positive(exif.ExifImageWidth) ?? positive(ifd0.ImageWidth)
  const height = positive(exif.ExifImageHeight) ?? positive(ifd0.ImageHeight)
  if (width === null || height === null || width % 1 !== 0 || height % 1 !== 0) return null
  const turned = typeof ifd0.Orientation === 'number' && ifd0.Orientation >= 5 && ifd0.Orientation <= 8
  return turned ? { width: height, height: width } : { width, height }
}

const joined = (first: unknown, between: string, second: unknown): string => `${text(first) ?? ''}${between}${text(second) ?? ''}`

/** Trimmed text without control characters; absent when nothing is left. */
function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  // Cameras pad their fields with NUL and worse.
  const clean = utf8(value).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '').trim()
  return clean === '' ? undefined : clean
}

/** IIM and EXIF say "ASCII", people write UTF-8, and exifr reads a byte a letter: put together again where it is valid UTF-8. */
function utf8(value: string): string {
  if (!/[\u0080-\u00ff]/.test(value) || /[^\u0000-\u00ff]/.test(value)) return value
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'))
  } catch {
    return value
  }
}

function list(value: unknown): string[] | undefined {
  const words = (Array.isArray(value) ? value : [value]).map(text).filter((word) => word !== undefined)
  return words.length > 0 ? [...new Set(words)] : undefined
}

function windowsList(value: unknown): string[] | undefined {
  return list(text(value)?.split(';'))
}

function positive(value: unknown): number | null {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'number' && Number.isFinite(first) && first > 0 ? first : null
}

/** APEX time value Tv: seconds = 2^-Tv (EXIF 2.32, annex C). */
function shutterFromApex(value: unknown): number | null {
  return typeof value === 'number' && Math.abs(value) < 30 ? 2 ** -value : null
}

/** -1 (rejected) to 5; what lies outside was written by mistake. */
function stars(value: unknown): number | null {
  if (typeof value !== 'number') return null
  const whole = Math.round(value)
  return whole >= -1 && whole <= 5 ? whole : null
}

function placeOf(gps: Record<string, unknown>): { latitude: number, longitude: number } | null {
  const { latitude, longitude } = gps
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null
  if (!(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) return null
  return { latitude, longitude }
}

/** 'Canon' and 'Canon EOS 40D' are one camera, 'NIKON CORPORATION' and 'NIKON D70' too. */
function cameraName(make: string | null, model: string | null): string | null {
  if (make === null || model === null) return model ?? make
  const maker = make.split(' ')[0] ?? make
  return model.toLowerCase().startsWith(maker.toLowerCase()) ? model : `${make} ${model}`
}
