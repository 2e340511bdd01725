/** What a live preview tells on its way: the same words from the guest to the studio and from the studio to the window. */
import { z } from 'zod'

/** Pixels of the photo, upright. */
export const rectSchema = z.strictObject({ x: z.int(), y: z.int(), width: z.int(), height: z.int() })
export type Rect = z.infer<typeof rectSchema>

/** A map over the photo: `width` x `height` cells, row by row; null where nothing is known yet. */
export const overlayMapSchema = z.strictObject({
  id: z.string(), label: z.string(), width: z.int(), height: z.int(),
  kind: z.enum(['levels', 'classes', 'lines']),
  /** Words of classes or levels by value; lines hold how far they reach to the right and down, one after the other in `values` (pixels of the photo). */
  words: z.array(z.string()), values: z.array(z.number().nullable()),
})
export type OverlayMap = z.infer<typeof overlayMapSchema>

/** The engine that Auto chose for a photo, and why, as half a sentence. */
export const autoChoiceSchema = z.strictObject({ engine: z.string(), reason: z.string() })
export type AutoChoice = z.infer<typeof autoChoiceSchema>

export const previewEventSchema = z.discriminatedUnion('kind', [
  /** Where the settings leave the engine open. */
  z.strictObject({ kind: z.literal('auto'), choice: autoChoiceSchema }),
  /** What will be computed, and with what. */
  z.strictObject({ kind: z.literal('begin'), tilesTotal: z.int(), device: z.string(), scale: z.number(), reused: z.boolean() }),
  /** These pixels of the result are new: pictures that touch them are fetched with this version. */
  z.strictObject({
    kind: z.literal('tile'), rect: rectSchema, version: z.int(), tilesDone: z.int(), tilesTotal: z.int(), secondsLeft: z.number().nullable(),
    guarded: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('map'), map: overlayMapSchema }),
  z.strictObject({ kind: z.literal('visible-done'), milliseconds: z.number(), sessionCalls: z.int(), figures: z.record(z.string(), z.number()) }),
  z.strictObject({ kind: z.literal('done'), milliseconds: z.number(), sessionCalls: z.int(), figures: z.record(z.string(), z.number()) }),
  z.strictObject({ kind: z.literal('notice'), text: z.string() }),
])
export type PreviewEvent = z.infer<typeof previewEventSchema>
