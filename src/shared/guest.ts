/**
 * The language between the studio and its guest processes: one table of calls with schemas, parsed on both sides.
 * A request is `{ id, call, input }`; answers are `{ id, ok }`, `{ id, error }`, and, on the way, `{ id, progress }`.
 * `{ cancel: id }` stops a call within one tile. The guest beats on its own; a beat says how long it may now be silent.
 */
import { z } from 'zod'
import { blurReportSchema } from './blur-report.ts'
import { controlsSchema, descriptorSchema } from './descriptor.ts'
import { optimisedSchema, pickSchema } from './edge.ts'
import { encodeSchema, fileFormats } from './presets.ts'
import { errorCodes } from './messages.en.ts'
import { maskSchema } from './mask.ts'
import { packListingSchema } from './pack.ts'
import { previewEventSchema, rectSchema } from './preview.ts'
import { tileMapSchema } from './tile-map.ts'

export const protocolVersion = 1
export const roles = ['infer', 'pixels'] as const
export type Role = (typeof roles)[number]

export const providerNames = ['tensorrt', 'cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const
export const providerSchema = z.enum(providerNames)
export type ProviderName = z.infer<typeof providerSchema>

const bytes = z.instanceof(Uint8Array)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
/** Something that went another way than asked, and did not stop the work: shown with the result. `code` is stable, `text` is for people. */
export const noticeSchema = z.strictObject({ code: z.string(), text: z.string() })
export type Notice = z.infer<typeof noticeSchema>

/** What a file is, as far as its pixels go. Sizes in pixels as seen upright (orientation applied). */
export const imageFactsSchema = z.strictObject({
  /** `photo`: opens; `raw`: through its embedded preview; `heic`: metadata only. */
  kind: z.enum(['photo', 'raw', 'heic']),
  format: z.string(),
  width: z.int(), height: z.int(),
  depth: z.union([z.literal(8), z.literal(16)]),
  channels: z.union([z.literal(1), z.literal(3)]),
  alpha: z.boolean(),
  /** EXIF orientation 1..8 that was applied. */
  orientation: z.int().min(1).max(8),
  /** Name of the embedded profile, null when untagged. */
  profile: z.string().nullable(),
  /** `rgb`, `grey`, `cmyk`, `lab`, ... of the file. */
  space: z.string(),
  pages: z.int(),
})
export type ImageFacts = z.infer<typeof imageFactsSchema>

export const identifySchema = z.strictObject({
  facts: imageFactsSchema,
  bytes: z.int(),
  /** Hash of the whole file. */
  fileHash: sha256,
  /** Hash of the image data without metadata segments (JPEG, PNG, WebP, AVIF, TIFF where possible; else the file's hash). */
  imageHash: sha256,
  notices: z.array(noticeSchema),
  /** JPEGs with the long side at most as asked, upright, sRGB; in the order asked. */
  thumbnails: z.array(z.strictObject({ longEdge: z.int(), width: z.int(), height: z.int(), jpeg: bytes })),
})
export type Identified = z.infer<typeof identifySchema>

export const verdictSchema = z.strictObject({
  provider: providerSchema,
  device: z.string(),
  /** Usable for photos: present, started, right against the CPU, and timed. */
  usable: z.boolean(),
  reason: z.string(),
  /** Relative error against the CPU's result on the self-test graph; null when it did not run. */
  error: z.number().nullable(),
  /** Milliseconds of the self-test graph, median. */
  milliseconds: z.number().nullable(),
  precision: z.enum(['fp32', 'fp16']),
})
export type ProviderVerdict = z.infer<typeof verdictSchema>

export const scaleSchema = z.union([z.literal('auto'), z.literal(1), z.literal(0.5), z.literal(0.25)])
export type ScaleChoice = z.infer<typeof scaleSchema>

export const restoreInputSchema = z.strictObject({
  source: z.string(),
  /** The file must still be this one; otherwise FILE_CHANGED. */
  imageHash: sha256.nullable(),
  engine: z.string(),
  pack: z.string(),
  packFolders: z.array(z.string()),
  controls: controlsSchema,
  /** 0 leaves the photo as it was, 1 is the network's result. */
  strength: z.number().min(0).max(1),
  /** Where the result is used; the original stays bit for bit where it is 0. Null is everywhere. */
  mask: maskSchema.nullable().default(null),
  scale: scaleSchema,
  /** In order of preference; empty means the default order. */
  providers: z.array(providerSchema),
  /** Tile side in pixels that the user asked for; null lets the pack and the device decide. */
  tile: z.int().positive().nullable(),
  /** Where the encoded result is written (a temporary name in the target folder). */
  output: z.strictObject({ path: z.string(), encode: encodeSchema }),
  /** Measure whether the photo explains the result; engines that may make things up are always measured. */
  trust: z.boolean().default(false),
  /** Where a master is kept as well: strength 1, no mask, source depth, tiled TIFF; null keeps none. */
  master: z.string().nullable(),
  /** Long side of the before and after pictures for the report; 0 makes none. */
  comparisonEdge: z.int().nonnegative(),
  /** Spool, provider verdicts and tile sizes live below it. */
  home: z.string(),
})
export type RestoreInput = z.infer<typeof restoreInputSchema>

export const restoreProgressSchema = z.strictObject({
  stage: z.enum(['waiting', 'decode', 'survey', 'tiles', 'encode']),
  tilesDone: z.int(), tilesTotal: z.int(),
  /** From measured tiles; null before the first. */
  secondsLeft: z.number().nullable(),
  device: z.string().nullable(),
})
export type RestoreProgress = z.infer<typeof restoreProgressSchema>

export const restoreOutputSchema = z.strictObject({
  facts: imageFactsSchema,
  output: z.strictObject({
    format: z.enum(fileFormats), width: z.int(), height: z.int(), depth: z.union([z.literal(8), z.literal(16)]), bytes: z.int(), sha256,
  }),
  engine: z.string(),
  pack: z.string(), packVersion: z.string(), packHash: sha256,
  controls: controlsSchema,
  strength: z.number(),
  /** The working scale that ran and why. */
  scale: z.number(), scaleReason: z.string(),
  /** Estimated blur length in pixels of the photo; null when it could not be told, or was not asked for since the scale was given. */
  blurLength: z.number().nullable(),
  provider: providerSchema, device: z.string(), precision: z.enum(['fp32', 'fp16']),
  seconds: z.strictObject({
    waiting: z.number(), decode: z.number(), survey: z.number(), infer: z.number(), blend: z.number(), encode: z.number(), trust: z.number().default(0), total: z.number(),
  }),
  tiles: z.strictObject({ total: z.int(), guarded: z.int(), side: z.int(), overlap: z.int() }),
  /** Tiles that kept their input: place in pixels of the photo, and why. */
  guarded: z.array(z.strictObject({
    x: z.int(), y: z.int(), width: z.int(), height: z.int(), reason: z.enum(['not-finite', 'black', 'colour-drift', 'mosaic']),
  })),
  suspect: z.boolean(),
  /** The engine's overlays, and its numbers about the photo; `trust` (0..1) and `residual` (units of noise) where the result was compared with it. */
  maps: z.array(tileMapSchema), figures: z.record(z.string(), z.number()),
  notices: z.array(noticeSchema),
  before: bytes.nullable(), after: bytes.nullable(),
})
export type RestoreOutput = z.infer<typeof restoreOutputSchema>

export const livePreviewSchema = z.strictObject({
  /** A newer call of the same session supersedes. */
  session: z.string(),
  /** Spools of the photo and of its result, as `holdPhoto` named them. */
  source: z.string(), result: z.string(),
  /** How often something else drew over the result: after that, what was drawn before counts no more. */
  drawings: z.int(),
  engine: z.string(), pack: z.string(), packFolders: z.array(z.string()), controls: controlsSchema, scale: scaleSchema,
  providers: z.array(providerSchema),
  visible: rectSchema,
  /** The rest of the photo too, after what is visible. */
  whole: z.boolean(),
  home: z.string(),
})
export type LivePreview = z.infer<typeof livePreviewSchema>

const livePreviewOutputSchema = z.strictObject({
  packHash: sha256, device: z.string(), scale: z.number(),
  /** Of a tile that was computed, per megapixel of the working scale; null where none was. */
  secondsPerMegapixel: z.number().nullable(),
})

const call = <I extends z.ZodType, O extends z.ZodType, P extends z.ZodType>(role: Role | 'both', input: I, output: O, progress: P) =>
  ({ role, input, output, progress })
const none = z.never()

/** NIQE of either picture, null below two patches of 96 pixels; the distance of features, null without the pack whose encoder sees them. */
const perceptualSchema = z.strictObject({ niqe: z.number().nullable(), referenceNiqe: z.number().nullable(), features: z.number().nullable() })
export type PerceptualFigures = z.infer<typeof perceptualSchema>

export const guestCalls = {
  hello: call('both', z.strictObject({}), z.strictObject({
    protocol: z.int(), pid: z.int(), role: z.enum(roles), versions: z.record(z.string(), z.string()),
  }), none),
  /** Also answered by the pixels guest, which no running tile holds up. */
  engines: call('both', z.strictObject({}), z.array(descriptorSchema), none),
  packs: call('both', z.strictObject({ folders: z.array(z.string()) }), z.array(packListingSchema), none),
  /** The table of devices; cached verdicts unless `fresh`. */
  devices: call('infer', z.strictObject({ home: z.string(), fresh: z.boolean() }), z.array(verdictSchema), none),
  restore: call('infer', restoreInputSchema, restoreOutputSchema, restoreProgressSchema),
  /** What is wrong with a photo, and what can be won: one decode and a bounded number of squares. */
  triage: call('infer', z.strictObject({
    source: z.string(), imageHash: sha256.nullable(), packFolders: z.array(z.string()), home: z.string(),
  }), blurReportSchema, none),
  /** Measures the blocks of an edge pack on the device in use (not again where a profile of it is given), searches, joins and measures the choice. */
  optimise: call('infer', z.strictObject({
    engine: z.string(), pack: z.string(), packFolders: z.array(z.string()), providers: z.array(providerSchema), home: z.string(),
    seed: z.int().nonnegative(), evaluations: z.int().min(2).max(2000), pick: pickSchema,
    profiles: z.array(optimisedSchema.pick({ packHash: true, provider: true, device: true, baseMs: true, blockMs: true })),
  }), optimisedSchema, z.strictObject({ stage: z.enum(['blocks', 'search', 'check']), done: z.int(), total: z.int() })),
  /** Seconds of the bare ONNX runs of `count` tiles of `side` pixels, nothing else: the floor that a restore is measured against. */
  bareTiles: call('infer', z.strictObject({
    engine: z.string(), pack: z.string(), packFolders: z.array(z.string()), side: z.int(), count: z.int(), home: z.string(),
  }), z.strictObject({ seconds: z.number() }), none),
  /**
   * Computes what the settings need at strength 1 and writes it over the result's spool: tiles that touch `visible` first, from its middle
   * outward. What an earlier call of the session left is used. Stops within one tile.
   */
  livePreview: call('infer', livePreviewSchema, livePreviewOutputSchema, previewEventSchema),
  /** Forgets what was held for previews of this session. */
  closeLive: call('infer', z.strictObject({ session: z.string() }), z.strictObject({}), none),
  /** Decodes a photo and keeps it so for a session, with a copy of its pixels that a result is written over. The same again when asked again. */
  holdPhoto: call('pixels', z.strictObject({ session: z.string(), file: z.string(), home: z.string() }), z.strictObject({
    source: z.string(), result: z.string(), width: z.int(), height: z.int(), tileSide: z.int(), levels: z.int(),
    facts: imageFactsSchema, notices: z.array(noticeSchema),
  }), none),
  /** Draws a stored picture over the result of a session; false where it is of another size, depth or number of channels. */
  drawStored: call('pixels', z.strictObject({ session: z.string(), file: z.string(), home: z.string() }), z.strictObject({
    drawn: z.boolean(),
  }), none),
  letGoPhoto: call('pixels', z.strictObject({ session: z.string() }), z.strictObject({}), none),
  /** Where a photo is sharp, or where a result of the same shape differs from it: cells row by row, 0..1, null where nothing can be said. */
  pictureMap: call('pixels', z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('sharpness'), file: z.string(), home: z.string() }),
    z.strictObject({ kind: z.literal('changed'), source: z.string(), result: z.string() }),
  ]), z.strictObject({ width: z.int(), height: z.int(), values: z.array(z.number().nullable()) }), none),
  /** A square of a photo, or of a spool that is held; null outside of it. */
  pictureTile: call('pixels', z.strictObject({
    of: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('photo'), file: z.string(), home: z.string() }),
      z.strictObject({ kind: z.literal('spool'), file: z.string() }),
    ]),
    level: z.int().min(0).max(20), column: z.int().nonnegative(), row: z.int().nonnegative(),
  }), z.strictObject({ jpeg: bytes.nullable() }), none),
  /** A picture of the file with the long side at most `longEdge`, as in `identify`; null for HEIC. */
  smallPicture: call('pixels', z.strictObject({ file: z.string(), longEdge: z.int().positive() }), z.strictObject({
    picture: identifySchema.shape.thumbnails.element.nullable(),
  }), none),
  /** A picture of the file for a vision model: JPEG, sRGB, long side 512 to 1024 pixels, both sides multiples of `multiple`; null for HEIC. */
  modelPicture: call('pixels', z.strictObject({ file: z.string(), multiple: z.int().min(1).max(64) }), z.strictObject({
    picture: z.strictObject({ width: z.int(), height: z.int(), jpeg: bytes }).nullable(),
  }), none),
  /** Counts of the 256 levels of each channel of a small JPEG. */
  histogram: call('pixels', z.strictObject({ jpeg: bytes }), z.strictObject({
    red: z.array(z.int()), green: z.array(z.int()), blue: z.array(z.int()),
  }), none),
  identify: call('pixels', z.strictObject({ file: z.string(), thumbnails: z.array(z.int()) }), identifySchema, none),
  /** Encodes a picture anew (an export from a stored result or master). */
  encode: call('pixels', z.strictObject({ source: z.string(), path: z.string(), encode: encodeSchema, home: z.string() }), z.strictObject({
    format: z.enum(fileFormats), width: z.int(), height: z.int(), depth: z.union([z.literal(8), z.literal(16)]), bytes: z.int(), sha256,
    notices: z.array(noticeSchema),
  }), none),
  /** PSNR (dB, over RGB of 8-bit values) and SSIM (luma, Gaussian window 11, sigma 1.5) of `file` against `reference`; null where infinite. */
  compare: call('pixels', z.strictObject({ file: z.string(), reference: z.string() }), z.strictObject({
    width: z.int(), height: z.int(), psnr: z.number().nullable(), ssim: z.number(),
  }), none),
  /** How natural `file` and `reference` look, and how far apart in what a network sees. */
  perceptual: call('infer', z.strictObject({ file: z.string(), reference: z.string(), packFolders: z.array(z.string()) }), perceptualSchema, none),
} as const

export type GuestCalls = typeof guestCalls
export type GuestCall = keyof GuestCalls
export type CallInput<C extends GuestCall> = z.input<GuestCalls[C]['input']>
export type CallOutput<C extends GuestCall> = z.output<GuestCalls[C]['output']>
export type CallProgress<C extends GuestCall> = z.output<GuestCalls[C]['progress']>

const id = z.int().positive()
const wireError = z.strictObject({
  code: z.enum(errorCodes), detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])), stack: z.string().optional(),
})
export const toGuestSchema = z.union([
  z.strictObject({ id, call: z.enum(Object.keys(guestCalls) as [GuestCall, ...GuestCall[]]), input: z.unknown() }),
  z.strictObject({ cancel: id }),
])
export type ToGuest = z.infer<typeof toGuestSchema>
export const fromGuestSchema = z.union([
  z.strictObject({ id, ok: z.unknown() }),
  z.strictObject({ id, error: wireError }),
  z.strictObject({ id, progress: z.unknown() }),
  /** `mayBeSilentMs`: how long the next tile may block the guest; `rssBytes`: its resident memory. */
  z.strictObject({ beat: z.int(), mayBeSilentMs: z.int(), rssBytes: z.int() }),
])
export type FromGuest = z.infer<typeof fromGuestSchema>
