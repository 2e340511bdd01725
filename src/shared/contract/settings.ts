/** The studio's own affairs: devices, models, catalog, and what a person prefers. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { providerSchema, verdictSchema } from '../guest.ts'
import { packListingSchema } from '../pack.ts'

export const preferencesSchema = z.strictObject({
  theme: z.enum(['dark', 'mid', 'light', 'contrast']),
  language: z.string().max(20),
  reducedMotion: z.enum(['system', 'on', 'off']),
  stage: z.enum(['black', 'dark', 'mid', 'light', 'white']),
  /** Command id to key pattern; only what differs from the default. */
  keys: z.record(z.string(), z.array(z.string())),
  keySet: z.enum(['lightroom', 'darktable', 'photo-mechanic']),
  autoAdvance: z.boolean(),
  /** Look for blur after every import. */
  lookForBlur: z.boolean(),
  /** Devices in order of preference; empty means the default order. */
  providers: z.array(providerSchema),
  captionsHost: z.string().max(300),
  masterGigabytes: z.number().min(1).max(10_000),
  whenDone: z.enum(['nothing', 'notify']),
  defaultPreset: z.string(),
  tourSeen: z.boolean(),
  /** Window layout: panel widths, folded sections, cell size; the window's own business. */
  layout: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
})
export type Preferences = z.infer<typeof preferencesSchema>

export const settingsContract = {
  /** `door`: desktop or browser; what the window may offer. */
  about: oc.input(z.strictObject({})).output(z.strictObject({
    door: z.enum(['desktop', 'browser']), version: z.string(), versions: z.record(z.string(), z.string()), platform: z.string(), home: z.string(),
  })),
  preferences: oc.input(z.strictObject({})).output(preferencesSchema),
  setPreferences: oc.input(preferencesSchema.partial()).output(preferencesSchema),
  devices: oc.input(z.strictObject({ fresh: z.boolean() })).output(z.array(verdictSchema)),
  models: oc.input(z.strictObject({})).output(z.array(packListingSchema.extend({ builtIn: z.boolean(), defaultForEngine: z.boolean() }))),
  /** Text of the pack's card. */
  card: oc.input(z.strictObject({ id: z.string() })).output(z.strictObject({ markdown: z.string() })),
  verifyModel: oc.input(z.strictObject({ id: z.string() })).output(packListingSchema),
  removeModel: oc.input(z.strictObject({ id: z.string() })).output(z.strictObject({})),
  setDefaultModel: oc.input(z.strictObject({ engine: z.string(), id: z.string() })).output(z.strictObject({})),
  /** Copies a pack folder into the studio's own. */
  importModel: oc.input(z.strictObject({ place: z.string() })).output(packListingSchema),
  /** A Python with PyTorch, if one is found; else the command to copy. */
  converter: oc.input(z.strictObject({})).output(z.strictObject({ python: z.string().nullable(), command: z.string() })),
  /** Checkpoints (.pth, .pt) in a folder. */
  checkpoints: oc.input(z.strictObject({ place: z.string() })).output(z.strictObject({ files: z.array(z.string()) })),
  convert: oc.input(z.strictObject({ engine: z.string(), place: z.string(), file: z.string(), acceptLicence: z.boolean() })).output(packListingSchema),
  catalog: oc.input(z.strictObject({})).output(z.strictObject({ file: z.string(), bytes: z.int(), photos: z.int(), lastBackup: z.string().nullable() })),
  checkCatalog: oc.input(z.strictObject({})).output(z.strictObject({ ok: z.boolean(), problems: z.array(z.string()) })),
  backupCatalog: oc.input(z.strictObject({})).output(z.strictObject({ file: z.string() })),
}
