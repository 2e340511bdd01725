/** How results leave the studio: encoding, naming, place, metadata. Presets are data, copied into every job at enqueue. */
import { z } from 'zod'

export const fileFormats = ['jpeg', 'png', 'tiff', 'webp', 'avif'] as const
export type FileFormat = (typeof fileFormats)[number]

export const encodeSchema = z.strictObject({
  /** `same`: the source's format where it can be written and holds its depth; TIFF otherwise (the result says so). */
  format: z.enum(['same', ...fileFormats]).default('same'),
  /** 1..100 for jpeg, webp, avif. */
  quality: z.int().min(1).max(100).default(95),
  /** Bits per channel; 16 needs png or tiff. `same` keeps the source's depth where the format can. */
  depth: z.union([z.literal('same'), z.literal(8), z.literal(16)]).default('same'),
  /** Longest side in pixels, never enlarged; null keeps the size. */
  longEdge: z.int().min(16).max(100_000).nullable().default(null),
  /** `same` keeps pixel values and profile bytes; the others convert. */
  colour: z.enum(['same', 'srgb', 'display-p3', 'adobe-rgb']).default('same'),
})
export type EncodeOptions = z.infer<typeof encodeSchema>

export const metadataChoiceSchema = z.strictObject({
  keep: z.enum(['all', 'all-but-camera', 'copyright', 'none']).default('all'),
  removeLocation: z.boolean().default(false),
  removePeople: z.boolean().default(false),
  /** Declare results as composites with trained algorithmic media even where the settings made nothing up; never the other way round. */
  declareComposite: z.boolean().default(false),
})
export type MetadataChoice = z.infer<typeof metadataChoiceSchema>

export const presetSchema = z.strictObject({
  name: z.string().min(1).max(100),
  encode: encodeSchema.prefault({}),
  /** Tokens in braces; see `main/studio/export/naming.ts`. The extension is added by the format. */
  naming: z.string().min(1).max(300).default('{name}_restored'),
  collision: z.enum(['unique', 'skip', 'overwrite']).default('skip'),
  destination: z.discriminatedUnion('kind', [
    /** `<folder><suffix>` beside the input folder. */
    z.strictObject({ kind: z.literal('beside'), suffix: z.string().min(1) }),
    z.strictObject({ kind: z.literal('folder'), path: z.string().min(1) }),
    z.strictObject({ kind: z.literal('subfolder'), name: z.string().min(1) }),
  ]).default({ kind: 'beside', suffix: '-restored' }),
  /** Repeat the input's folder tree under the destination. */
  mirror: z.boolean().default(true),
  metadata: metadataChoiceSchema.prefault({}),
})
export type ExportPreset = z.infer<typeof presetSchema>
