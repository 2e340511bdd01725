/** A photo as the studio sees it, and its row in the catalog. Stored JSON is parsed by schema: another program may have written it. */
import { z } from 'zod'
import { imageFactsSchema, type ImageFacts } from '../../../shared/guest.ts'

export interface Photo {
  id: number
  /** Absolute, as the file system gave it. */
  path: string
  folder: string
  name: string
  /** Folder that was given to the import: what a mirrored tree is relative to. */
  root: string
  /** SHA-256 of the whole file; '' while the file could not be read. */
  fileHash: string
  /** SHA-256 of the image data without metadata; '' while the file could not be read. */
  imageHash: string
  bytes: number
  /** Whole milliseconds since 1970. */
  modifiedMs: number
  /** What its sidecars were when they were read (names, sizes, times); '' without any. */
  sidecars: string
  /** `unknownFacts` while the file could not be opened. */
  facts: ImageFacts
  /** ISO 8601 of the camera's clock, with its offset where the camera wrote one, else without: '2024-05-01T18:03:22+02:00'. */
  capturedAt: string | null
  camera: string | null
  lens: string | null
  iso: number | null
  shutterSeconds: number | null
  /** F-number. */
  aperture: number | null
  /** Millimetres. */
  focalLength: number | null
  /** Degrees, north and east positive; both or none. */
  latitude: number | null
  longitude: number | null
  /** 0..5 stars, -1 rejected. */
  rating: number | null
  label: string | null
  title: string | null
  caption: string | null
  keywords: string[]
  state: 'present' | 'missing' | 'unreadable'
  /** Set exactly while the state is 'unreadable'. */
  error: PhotoError | null
  /** A sentence about how far the file can be used (raw, HEIC, what its sidecar said). */
  note: string | null
  /** ISO 8601, UTC. */
  importedAt: string
}

export type PhotoDraft = Omit<Photo, 'id'>

/** What a person may see of a photo's metadata in the catalog. */
export type PhotoMetadata = Pick<Photo, 'capturedAt' | 'camera' | 'lens' | 'iso' | 'shutterSeconds' | 'aperture' | 'focalLength'
  | 'latitude' | 'longitude' | 'rating' | 'label' | 'title' | 'caption' | 'keywords'>

const errorSchema = z.object({ code: z.string(), detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])) })
export type PhotoError = z.infer<typeof errorSchema>

/** Facts of a file that never opened: no pixels are known of it. */
export const unknownFacts: ImageFacts = {
  kind: 'photo', format: 'unknown', width: 0, height: 0, depth: 8, channels: 3, alpha: false, orientation: 1, profile: null,
  space: 'unknown', pages: 1,
}

/** Column of each property, in the order of the table; the compiler keeps the two together. */
export const columns = {
  path: 'path', folder: 'folder', name: 'name', root: 'root', fileHash: 'file_hash', imageHash: 'image_hash', bytes: 'bytes',
  modifiedMs: 'modified_ms', sidecars: 'sidecars', facts: 'facts', capturedAt: 'captured_at', camera: 'camera', lens: 'lens', iso: 'iso',
  shutterSeconds: 'shutter_seconds', aperture: 'aperture', focalLength: 'focal_length', latitude: 'latitude', longitude: 'longitude',
  rating: 'rating', label: 'label', title: 'title', caption: 'caption', keywords: 'keywords', state: 'state', error: 'error', note: 'note',
  importedAt: 'imported_at',
} as const satisfies Record<keyof PhotoDraft, string>

const json = <T extends z.ZodType>(schema: T) => z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue('not JSON')
    return z.NEVER
  }
}).pipe(schema)
const text = z.string()
const textOrNone = z.string().nullable()
const numberOrNone = z.number().nullable()

const rowSchema = z.object({
  id: z.int(), path: text, folder: text, name: text, root: text, file_hash: text, image_hash: text, bytes: z.number(),
  modified_ms: z.number(), sidecars: text,
  facts: json(imageFactsSchema).catch(unknownFacts),
  captured_at: textOrNone, camera: textOrNone, lens: textOrNone, iso: numberOrNone, shutter_seconds: numberOrNone, aperture: numberOrNone,
  focal_length: numberOrNone, latitude: numberOrNone, longitude: numberOrNone, rating: numberOrNone, label: textOrNone, title: textOrNone,
  caption: textOrNone,
  keywords: json(z.array(z.string())).catch([]),
  state: z.enum(['present', 'missing', 'unreadable']),
  error: json(errorSchema).nullable().catch({ code: 'INTERNAL', detail: { text: 'its stored error could not be read' } }),
  note: textOrNone, imported_at: text,
})

/** A row of `SELECT *`. Facts or keywords that no longer parse count as unknown: a photo is listed rather than a list refused. */
export function photoFromRow(row: unknown): Photo {
  const read = rowSchema.parse(row)
  return {
    id: read.id, path: read.path, folder: read.folder, name: read.name, root: read.root,
    fileHash: read.file_hash, imageHash: read.image_hash, bytes: read.bytes, modifiedMs: read.modified_ms,
    sidecars: read.sidecars, facts: read.facts, capturedAt: read.captured_at, camera: read.camera,
    lens: read.lens, iso: read.iso, shutterSeconds: read.shutter_seconds, aperture: read.aperture,
    focalLength: read.focal_length, latitude: read.latitude, longitude: read.longitude, rating: read.rating, label: read.label,
    title: read.title, caption: read.caption, keywords: read.keywords, state: read.state, error: read.error, note: read.note,
    importedAt: read.imported_at,
  }
}

/** Values to bind by property name. */
export function bindings(photo: PhotoDraft): Record<string, string | number | null> {
  return {
    ...photo, facts: JSON.stringify(photo.facts), keywords: JSON.stringify(photo.keywords),
    error: photo.error === null ? null : JSON.stringify(photo.error),
  }
}
