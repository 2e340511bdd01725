/**
 * What the library shows: an item is an original, a virtual copy of one, or a result. All three are named by one number.
 * The index is the whole library in columns, small enough to live in the window: filters and sorts run there, without asking.
 */
import { z } from 'zod'

export const itemKinds = ['original', 'copy', 'result'] as const
export type ItemKind = (typeof itemKinds)[number]
const span = 700_000_000

/** Row ids of three tables in one range of 32-bit numbers. */
export function itemId(kind: ItemKind, rowId: number): number {
  return itemKinds.indexOf(kind) * span + rowId
}
export function itemOf(id: number): { kind: ItemKind, rowId: number } {
  const kind = itemKinds[Math.floor(id / span)]
  if (kind === undefined || id % span === 0) throw new RangeError(`no item has the number ${id}`)
  return { kind, rowId: id % span }
}
export const itemIdSchema = z.int().positive().max(3 * span - 1)
export const itemIdsSchema = z.array(itemIdSchema).max(200_000)

export const flags = ['reject', 'none', 'pick'] as const
export const labels = ['none', 'red', 'yellow', 'green', 'blue', 'purple'] as const
export const blurKinds = ['unknown', 'sharp', 'shake', 'defocus', 'moving', 'low-light'] as const
export const flagSchema = z.enum(flags)
export const labelSchema = z.enum(labels)
export const blurKindSchema = z.enum(blurKinds)
export type Flag = z.infer<typeof flagSchema>
export type Label = z.infer<typeof labelSchema>
export type BlurKind = z.infer<typeof blurKindSchema>

/** Bits of `state`. */
export const itemState = { restored: 1, suspect: 2, failed: 4, queued: 8, missing: 16, unreadable: 32, skipped: 64, edited: 128 } as const

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

/**
 * Columns, each of the same length, little-endian, as base64: `i32` id, version, folder, stack, nameRank; `u16` camera, lens (number in the
 * list of words, 65535 for none), position, state; `u8` flag, stars, label, kind; `f32` severity, gain, shutterSeconds, iso, aspect,
 * megapixels (NaN: not known); `f64` captured, added.
 */
export const indexSchema = z.strictObject({
  /** Grows with every change; `library.changes` goes on from it. */
  revision: z.int(),
  count: z.int(),
  columns: z.record(z.string(), z.string()),
  cameras: z.array(z.string()), lenses: z.array(z.string()),
})
export type LibraryIndex = z.infer<typeof indexSchema>

export const indexColumns = {
  id: 'i32', version: 'i32', folder: 'i32', stack: 'i32', nameRank: 'i32', camera: 'u16', lens: 'u16', position: 'u16', state: 'u16',
  flag: 'u8', stars: 'u8', label: 'u8', kind: 'u8',
  severity: 'f32', gain: 'f32', shutterSeconds: 'f32', iso: 'f32', aspect: 'f32', megapixels: 'f32', captured: 'f64', added: 'f64',
} as const
