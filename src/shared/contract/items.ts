/**
 * What the library shows: an item is an original, a virtual copy of one, or a result. All three are named by one number.
 * The index is the whole library in columns, small enough to live in the window: filters and sorts run there, without asking.
 */
import { z } from 'zod'
import { blurKinds, flags, labels, span } from './item-words.ts'

export * from './item-words.ts'

export const itemIdSchema = z.int().positive().max(3 * span - 1)
export const itemIdsSchema = z.array(itemIdSchema).max(200_000)

export const flagSchema = z.enum(flags)
export const labelSchema = z.enum(labels)
export const blurKindSchema = z.enum(blurKinds)

/** One item as the grid needs it. Numbers that are not known are null. */
export const itemSchema = z.strictObject({
  id: itemIdSchema,
  /** Changes whenever its picture does: part of the picture's address. */
  version: z.int(),
  /** Number of its folder in the tree; -1 for none. */
  folder: z.int(),
  flag: flagSchema, stars: z.int().min(0).max(5), label: labelSchema,
  kind: blurKindSchema,
  /** 0..1, how bad the blur is. */
  severity: z.number().nullable(),
  /** Expected gain in dB. */
  gain: z.number().nullable(),
  /** Sum of `itemState` bits. */
  state: z.int(),
  camera: z.string().nullable(), lens: z.string().nullable(),
  shutterSeconds: z.number().nullable(), iso: z.number().nullable(),
  /** Milliseconds since 1970 of the camera's clock, and of the import. */
  captured: z.number().nullable(), added: z.number(),
  /** Width / height. */
  aspect: z.number(), megapixels: z.number(),
  /** Item id of the stack's top; 0 outside stacks. `position` counts from 0 at the top. */
  stack: z.int().nonnegative(), position: z.int().nonnegative(),
  name: z.string(),
})
export type Item = z.infer<typeof itemSchema>
