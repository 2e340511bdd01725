/** Tuning one photo: settings, live preview, masks, history, snapshots, presets. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { controlsSchema, descriptorSchema } from '../descriptor.ts'
import { scaleSchema } from '../guest.ts'
import { maskSchema } from '../mask.ts'
import { autoChoiceSchema, overlayMapSchema, previewEventSchema, rectSchema } from '../preview.ts'
import { itemIdSchema, itemIdsSchema } from './items.ts'

export type { OverlayMap, PreviewEvent, Rect } from '../preview.ts'

export const developSettingsSchema = z.strictObject({
  engine: z.string(), pack: z.string().nullable(),
  /** Only what differs from the engine's defaults. */
  controls: controlsSchema,
  strength: z.number().min(0).max(1),
  scale: scaleSchema,
  mask: maskSchema.nullable(),
})
export type DevelopSettings = z.infer<typeof developSettingsSchema>

export const engineChoiceSchema = z.strictObject({
  descriptor: descriptorSchema,
  packs: z.array(z.strictObject({ id: z.string(), title: z.string(), version: z.string() })),
  /** For this photo on this device; null until measured. */
  seconds: z.number().nullable(), gain: z.number().nullable(),
  /** Values a `point` control can take, by control: a Pareto front. Empty when there is none. */
  points: z.record(z.string(), z.array(z.strictObject({ value: z.string(), label: z.string(), milliseconds: z.number(), gainDb: z.number() }))),
})
export type EngineChoice = z.infer<typeof engineChoiceSchema>

const historyEntry = z.strictObject({ id: z.int(), label: z.string(), at: z.string(), settings: developSettingsSchema })
const snapshot = z.strictObject({ id: z.int(), name: z.string(), at: z.string(), settings: developSettingsSchema })
export const sessionSchema = z.strictObject({
  /** Names its pictures: `/photo/tile/<session>/source|result/<level>/<column>/<row>?v=<version>`. */
  session: z.string(),
  width: z.int(), height: z.int(),
  /** Side of a picture tile at every level, pixels; level n is reduced by 2^n. */
  tileSide: z.int(), levels: z.int(),
  settings: developSettingsSchema,
  history: z.array(historyEntry), current: z.int().nullable(), snapshots: z.array(snapshot),
  engines: z.array(engineChoiceSchema),
  /** Null while nothing was left to Auto. */
  automatic: autoChoiceSchema.nullable(),
  /** A stored result with these settings can be shown at once: no preview is needed. */
  hasResult: z.boolean(),
  colour: z.string().nullable(), notices: z.array(z.string()),
})
export type Session = z.infer<typeof sessionSchema>

const developPreset = z.strictObject({ id: z.int(), name: z.string(), builtIn: z.boolean(), settings: developSettingsSchema })
const parts = z.array(z.enum(['engine', 'strength', 'scale', 'mask']))

export const developContract = {
  engines: oc.input(z.strictObject({})).output(z.array(engineChoiceSchema)),
  open: oc.input(z.strictObject({ id: itemIdSchema })).output(sessionSchema),
  close: oc.input(z.strictObject({ session: z.string() })).output(z.strictObject({})),
  /**
   * Computes what these settings need: tiles that touch `visible` first, from its middle outward, then the rest (`whole`). Closing the stream
   * cancels within one tile; a new call for the session supersedes the old one. Strength and mask are not computed: the window blends.
   */
  preview: oc.input(z.strictObject({ session: z.string(), settings: developSettingsSchema, visible: rectSchema, whole: z.boolean() })).output(eventIterator(previewEventSchema)),
  /** Sharpness (hold W), changed pixels, suspect tiles and the engine's maps as far as they are known. */
  overlay: oc.input(z.strictObject({ session: z.string(), id: z.string() })).output(overlayMapSchema.nullable()),
  /** Same for an item outside a session. */
  sharpness: oc.input(z.strictObject({ id: itemIdSchema })).output(overlayMapSchema),

  settings: oc.input(z.strictObject({ id: itemIdSchema })).output(developSettingsSchema),
  /** Stores settings as the newest history entry of each item. */
  apply: oc.input(z.strictObject({ ids: itemIdsSchema, settings: developSettingsSchema, parts, label: z.string().max(200) })).output(z.strictObject({ changed: z.int(), undo: z.string().nullable() })),
  reset: oc.input(z.strictObject({ ids: itemIdsSchema })).output(z.strictObject({ changed: z.int(), undo: z.string().nullable() })),
  history: oc.input(z.strictObject({ id: itemIdSchema })).output(z.strictObject({ history: z.array(historyEntry), current: z.int().nullable(), snapshots: z.array(snapshot) })),
  goTo: oc.input(z.strictObject({ id: itemIdSchema, entry: z.int() })).output(developSettingsSchema),
  saveSnapshot: oc.input(z.strictObject({ id: itemIdSchema, name: z.string().min(1).max(200) })).output(z.strictObject({ id: z.int() })),
  removeSnapshot: oc.input(z.strictObject({ id: itemIdSchema, snapshot: z.int() })).output(z.strictObject({})),
  presets: oc.input(z.strictObject({})).output(z.array(developPreset)),
  savePreset: oc.input(z.strictObject({ id: z.int().nullable(), name: z.string().min(1).max(100), settings: developSettingsSchema })).output(z.strictObject({ id: z.int() })),
  removePreset: oc.input(z.strictObject({ id: z.int() })).output(z.strictObject({})),
}
