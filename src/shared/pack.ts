/** A pack is data: one trained network as a folder with `pack.json`, ONNX graphs and `card.md`. This is the schema of `pack.json`. */
import { z } from 'zod'

/** Version of the `pack.json` format that this restill reads. */
export const packFormat = 1

/** A plain file name: no folders, no way out of the pack. */
const fileName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/).max(100)
const dimension = z.union([z.int().positive(), z.string().regex(/^[a-z]+$/)])
const tensor = z.strictObject({ name: z.string(), type: z.enum(['float32', 'float16', 'int64']), shape: z.array(dimension) })

export const packManifestSchema = z.strictObject({
  schema: z.literal(packFormat),
  id: z.string().regex(/^[a-z][a-z0-9-]*$/).max(60),
  engine: z.string().regex(/^[a-z][a-z0-9-]*$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  title: z.string().min(1),
  licence: z.string().min(1),
  source: z.string().min(1),
  /** Every file that is run or shown, by name within the folder. */
  files: z.record(fileName, z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().nonnegative() })),
  architecture: z.record(z.string(), z.unknown()),
  graphs: z.record(z.string(), z.strictObject({ file: fileName, inputs: z.array(tensor).min(1), outputs: z.array(tensor).min(1) })),
  /** Tile rule, pixels: sides are a multiple of `multipleOf`; `window` is the default tile side, `overlap` what neighbours share. */
  size: z.strictObject({
    multipleOf: z.int().positive(), window: z.int().positive(), overlap: z.int().nonnegative(), padding: z.enum(['reflect', 'zero']),
  }),
  /** Values the network sees: display-encoded RGB, 0..1. */
  colour: z.strictObject({ range: z.tuple([z.literal(0), z.literal(1)]), encoding: z.literal('display') }),
  /** PSNR in dB by which the photo tiled and the photo whole must agree. */
  tolerance: z.strictObject({ tiledDb: z.number().positive() }),
  tables: z.record(z.string(), z.unknown()),
  /** Figures on held-out photos, as the card prints them. */
  figures: z.array(z.strictObject({ set: z.string(), name: z.string(), value: z.number(), unit: z.string() })),
})
export type PackManifest = z.infer<typeof packManifestSchema>

/** A pack as found on disk; `error` says why it cannot be used. */
export const packListingSchema = z.strictObject({
  folder: z.string(),
  id: z.string(), engine: z.string(), version: z.string(), title: z.string(), licence: z.string(),
  bytes: z.int(), verified: z.boolean(),
  /** SHA-256 of `pack.json`, which holds the hashes of all files. */
  hash: z.string(),
  error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
})
export type PackListing = z.infer<typeof packListingSchema>
