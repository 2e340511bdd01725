/** Restoring many, exporting, watching folders, and the reports of it. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { jobStateSchema } from '../jobs.ts'
import { presetSchema } from '../presets.ts'
import { developSettingsSchema } from './develop.ts'
import { itemIdSchema, itemIdsSchema } from './items.ts'

const counts = z.strictObject({
  total: z.int(), queued: z.int(), running: z.int(), done: z.int(), suspect: z.int(), failed: z.int(), skipped: z.int(), cancelled: z.int(),
})
export const jobRowSchema = z.strictObject({
  id: z.int(), batch: z.int(), item: itemIdSchema.nullable(), result: itemIdSchema.nullable(),
  name: z.string(), state: jobStateSchema, engine: z.string(), preset: z.string(),
  /** A sentence with what to do, for failed, suspect and skipped. */
  reason: z.string().nullable(), code: z.string().nullable(),
  tilesDone: z.int(), tilesTotal: z.int(), secondsLeft: z.number().nullable(), seconds: z.number().nullable(), device: z.string().nullable(),
  megapixels: z.number().nullable(), interrupted: z.boolean(), output: z.string().nullable(),
})
export type JobRow = z.infer<typeof jobRowSchema>
export const batchRowSchema = z.strictObject({
  id: z.int(), title: z.string(), kind: z.enum(['restore', 'export', 'watch']), preset: z.string(), createdAt: z.string(),
  paused: z.enum(['now', 'after-current']).nullable(), running: z.boolean(), counts,
  megapixelsDone: z.number(), megapixelsTotal: z.number(), secondsLeft: z.number().nullable(), secondsElapsed: z.number(), photosPerHour: z.number().nullable(),
  destination: z.string().nullable(),
})
export type BatchRow = z.infer<typeof batchRowSchema>
const watchRow = z.strictObject({
  id: z.int(), folder: z.string(), preset: z.string(), settings: developSettingsSchema, on: z.boolean(), seen: z.int(), restored: z.int(),
  problem: z.string().nullable(),
})

export const batchContract = {
  list: oc.input(z.strictObject({})).output(z.array(batchRowSchema)),
  jobs: oc.input(z.strictObject({ batch: z.int(), offset: z.int().nonnegative().default(0), limit: z.int().positive().max(5000).default(1000) })).output(z.array(jobRowSchema)),
  /** Now, and whenever something moves; at most ten times a second. */
  progress: oc.input(z.strictObject({})).output(eventIterator(z.strictObject({ batches: z.array(batchRowSchema), jobs: z.array(jobRowSchema), device: z.string().nullable() }))),
  /** Each item with its own settings (or `settings` for all), into the preset's destination. `batch` adds to one that exists. */
  restore: oc.input(z.strictObject({ ids: itemIdsSchema, settings: developSettingsSchema.nullable(), preset: z.string(), batch: z.int().nullable(), copySkipped: z.boolean().default(false) }))
    .output(z.strictObject({ batch: z.int().nullable(), counts })),
  /** Items as they stand: results by the preset; originals are restored first. `place` overrides the preset's destination; see `savePreset`. */
  export: oc.input(z.strictObject({ ids: itemIdsSchema, preset: presetSchema, place: z.string().nullable() })).output(z.strictObject({ batch: z.int().nullable(), counts })),
  /** First names and clashes of an export, before it starts. */
  exportNames: oc.input(z.strictObject({ ids: itemIdsSchema, preset: presetSchema, place: z.string().nullable() }))
    .output(z.strictObject({ names: z.array(z.string()), clashes: z.int(), existing: z.int(), folder: z.string().nullable(), problem: z.string().nullable() })),
  pause: oc.input(z.strictObject({ batch: z.int(), kind: z.enum(['now', 'after-current']) })).output(z.strictObject({})),
  resume: oc.input(z.strictObject({ batch: z.int() })).output(z.strictObject({})),
  cancel: oc.input(z.union([z.strictObject({ batch: z.int() }), z.strictObject({ jobs: z.array(z.int()) })])).output(z.strictObject({ cancelled: z.int() })),
  retry: oc.input(z.strictObject({ batch: z.int(), states: z.array(jobStateSchema).default(['failed']) })).output(z.strictObject({ retried: z.int() })),
  reorder: oc.input(z.strictObject({ jobs: z.array(z.int()), to: z.enum(['first', 'last', 'up', 'down']) })).output(z.strictObject({})),
  /** Ended jobs of a batch leave the list; its report stays. */
  clear: oc.input(z.strictObject({ batch: z.int() })).output(z.strictObject({ cleared: z.int() })),
  /** Files below `/photo/report/<token>/`: `index.html`, `report.json`, `report.csv`. */
  report: oc.input(z.strictObject({ batch: z.int() })).output(z.strictObject({ token: z.string(), folder: z.string() })),

  presets: oc.input(z.strictObject({})).output(z.array(z.strictObject({ builtIn: z.boolean(), preset: presetSchema }))),
  /** A destination of kind `folder` takes its path from `place`, else from the stored preset of that name; what the preset itself says is not looked at. */
  savePreset: oc.input(z.strictObject({ preset: presetSchema, place: z.string().nullable() })).output(z.strictObject({})),
  removePreset: oc.input(z.strictObject({ name: z.string() })).output(z.strictObject({})),

  watches: oc.input(z.strictObject({})).output(z.array(watchRow)),
  watch: oc.input(z.strictObject({ place: z.string(), preset: z.string(), settings: developSettingsSchema })).output(z.strictObject({ id: z.int() })),
  setWatch: oc.input(z.strictObject({ id: z.int(), on: z.boolean() })).output(z.strictObject({})),
  removeWatch: oc.input(z.strictObject({ id: z.int() })).output(z.strictObject({})),
}
