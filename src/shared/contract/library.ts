/** Looking through photos: folders, collections, marks, words, stacks; every change can be undone. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { imageFactsSchema } from '../guest.ts'
import { blurKindSchema, flagSchema, itemIdSchema, itemIdsSchema, itemSchema, labelSchema, sorts } from './items.ts'

const done = z.strictObject({})
/** What a change did, for the line that offers to undo it. */
const change = z.strictObject({ changed: z.int(), undo: z.string().nullable() })

/** A filter that can be saved. Empty lists and nulls ask nothing. */
export const filterSchema = z.strictObject({
  flags: z.array(flagSchema).default([]), minStars: z.int().min(0).max(5).default(0), labels: z.array(labelSchema).default([]),
  kinds: z.array(blurKindSchema).default([]),
  minSeverity: z.number().nullable().default(null), minGain: z.number().nullable().default(null),
  /** Names of `itemState` bits; any of them. */
  states: z.array(z.enum(['restored', 'suspect', 'failed', 'queued', 'missing', 'unreadable', 'skipped', 'edited', 'none'])).default([]),
  cameras: z.array(z.string()).default([]), lenses: z.array(z.string()).default([]),
  /** Seconds. */
  shutterFrom: z.number().nullable().default(null), shutterTo: z.number().nullable().default(null),
  /** Milliseconds since 1970. */
  capturedFrom: z.number().nullable().default(null), capturedTo: z.number().nullable().default(null),
  addedFrom: z.number().nullable().default(null),
  /** Words of name, title, caption, keywords; all must begin one. */
  text: z.string().max(500).default(''),
})
export type Filter = z.infer<typeof filterSchema>
export const sortSchema = z.strictObject({
  by: z.enum(sorts).default('captured'),
  descending: z.boolean().default(false),
})
export type Sort = z.infer<typeof sortSchema>

export const folderSchema = z.strictObject({
  id: z.int(), parent: z.int().nullable(), name: z.string(), path: z.string(),
  /** Items directly in it. */
  count: z.int(), missing: z.boolean(),
})
export const collectionSchema = z.strictObject({
  id: z.int(), name: z.string(),
  /** `quick` is the quick collection; built-in smart ones have negative ids and cannot be changed. */
  kind: z.enum(['manual', 'smart', 'quick']),
  filter: filterSchema.nullable(), sort: sortSchema.nullable(),
  /** Items of a manual one; null for a smart one: the window counts those. */
  count: z.int().nullable(),
})
export type Folder = z.infer<typeof folderSchema>
export type Collection = z.infer<typeof collectionSchema>

/** Everything the panels at the right say of one item. */
export const detailsSchema = z.strictObject({
  item: itemSchema,
  path: z.string(), bytes: z.int(), facts: imageFactsSchema,
  aperture: z.number().nullable(), focalLength: z.number().nullable(),
  latitude: z.number().nullable(), longitude: z.number().nullable(),
  capturedAt: z.string().nullable(),
  title: z.string().nullable(), caption: z.string().nullable(), keywords: z.array(z.string()),
  note: z.string().nullable(),
  /** A sentence and what to do, for unreadable files and failed restorations. */
  problem: z.strictObject({ message: z.string(), hint: z.string() }).nullable(),
  /** Counts of 256 brightness levels per channel of the preview, 0..1 of the highest. */
  histogram: z.strictObject({ red: z.array(z.number()), green: z.array(z.number()), blue: z.array(z.number()) }).nullable(),
  /** How a result was made; null for others. */
  made: z.strictObject({
    source: itemIdSchema.nullable(), engine: z.string(), pack: z.string(), device: z.string(), seconds: z.number(), scale: z.number(), strength: z.number(),
    controls: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])), notices: z.array(z.string()), notCarried: z.array(z.string()),
    suspectTiles: z.int(), figures: z.record(z.string(), z.number()),
  }).nullable(),
})
export type Details = z.infer<typeof detailsSchema>

/** Tokens of the server's folders: the window never sends a path. */
const place = z.strictObject({ token: z.string(), name: z.string(), path: z.string(), photos: z.int().nullable() })

export const libraryContract = {
  /** From a revision on. `reset` asks to fetch the index anew, from `/photo/library/index` (`columns.ts`). */
  changes: oc.input(z.strictObject({ since: z.int() })).output(eventIterator(z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('items'), revision: z.int(), items: z.array(itemSchema), removed: z.array(itemIdSchema) }),
    z.strictObject({ kind: z.literal('tree'), revision: z.int() }),
    z.strictObject({ kind: z.literal('reset'), revision: z.int() }),
  ]))),
  tree: oc.input(z.strictObject({})).output(z.strictObject({ folders: z.array(folderSchema), collections: z.array(collectionSchema) })),
  members: oc.input(z.strictObject({ collection: z.int() })).output(z.strictObject({ ids: itemIdsSchema })),
  search: oc.input(z.strictObject({ text: z.string().max(500) })).output(z.strictObject({ ids: itemIdsSchema })),
  details: oc.input(z.strictObject({ id: itemIdSchema })).output(detailsSchema),
  /**
   * Thumbnails that are kept, as base64 of JPEGs: a screen of the grid in one answer, where a request for each would cost more than the
   * picture. Null where it must be made first: `/photo/thumb/<id>?v=<version>` makes it.
   */
  thumbnails: oc.input(z.strictObject({ ids: z.array(itemIdSchema).max(128) })).output(z.strictObject({ jpegs: z.array(z.string().nullable()) })),
  names: oc.input(z.strictObject({ ids: z.array(itemIdSchema).max(2000) })).output(z.array(z.strictObject({ id: itemIdSchema, name: z.string() }))),

  mark: oc.input(z.strictObject({
    ids: itemIdsSchema, flag: flagSchema.optional(), stars: z.int().min(0).max(5).optional(), label: labelSchema.optional(),
  })).output(change),
  describe: oc.input(z.strictObject({
    ids: itemIdsSchema, title: z.string().max(1000).nullable().optional(), caption: z.string().max(10_000).nullable().optional(),
    addKeywords: z.array(z.string().min(1).max(200)).optional(), removeKeywords: z.array(z.string()).optional(),
  })).output(change),
  keywords: oc.input(z.strictObject({})).output(z.array(z.strictObject({ keyword: z.string(), count: z.int() }))),
  undo: oc.input(z.strictObject({})).output(z.strictObject({ label: z.string().nullable() })),
  redo: oc.input(z.strictObject({})).output(z.strictObject({ label: z.string().nullable() })),

  saveCollection: oc.input(z.strictObject({
    id: z.int().nullable(), name: z.string().min(1).max(200), filter: filterSchema.nullable(), sort: sortSchema.nullable(), ids: itemIdsSchema.optional(),
  })).output(z.strictObject({ id: z.int() })),
  removeCollection: oc.input(z.strictObject({ id: z.int() })).output(change),
  collect: oc.input(z.strictObject({ collection: z.int(), add: itemIdsSchema.default([]), remove: itemIdsSchema.default([]) })).output(change),

  stack: oc.input(z.strictObject({ ids: itemIdsSchema })).output(change),
  unstack: oc.input(z.strictObject({ ids: itemIdsSchema })).output(change),
  copy: oc.input(z.strictObject({ ids: itemIdsSchema })).output(z.strictObject({ ids: itemIdsSchema, undo: z.string().nullable() })),
  /** Takes items out of the catalog; files are left. */
  remove: oc.input(z.strictObject({ ids: itemIdsSchema })).output(change),
  rename: oc.input(z.strictObject({ id: itemIdSchema, name: z.string().min(1).max(200) })).output(change),
  /** Writes stars, labels, keywords, title and caption into `name.ext.xmp` beside each original. */
  saveSidecars: oc.input(z.strictObject({ ids: itemIdsSchema })).output(z.strictObject({
    written: z.int(), failed: z.array(z.strictObject({ name: z.string(), message: z.string(), hint: z.string() })),
  })),

  /** Folders below the server's roots (browser) or those a dialog chose (desktop); null asks for the roots. */
  places: oc.input(z.strictObject({ token: z.string().nullable() })).output(z.strictObject({ here: place.nullable(), parent: z.string().nullable(), places: z.array(place) })),
  /** `samples`: the photos that came with restill. `inbox`: what was dropped and uploaded; its token comes from the upload. */
  import: oc.input(z.strictObject({ tokens: z.array(z.string()).min(1), recursive: z.boolean().default(true) })).output(eventIterator(z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('progress'), found: z.int(), done: z.int(), name: z.string() }),
    z.strictObject({ kind: z.literal('done'), added: z.int(), known: z.int(), moved: z.int(), ids: itemIdsSchema,
      ignored: z.array(z.strictObject({ name: z.string(), reason: z.string() })),
      failed: z.array(z.strictObject({ name: z.string(), message: z.string(), hint: z.string() })) }),
  ]))),
  /** Looks for blur: kind, severity and expected gain come in with the changes. Photos whose report is known cost nothing. */
  triage: oc.input(z.strictObject({ ids: itemIdsSchema })).output(eventIterator(z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('progress'), total: z.int(), done: z.int(), name: z.string() }),
    z.strictObject({ kind: z.literal('done'), looked: z.int(), blurred: z.int(),
      failed: z.array(z.strictObject({ name: z.string(), message: z.string(), hint: z.string() })) }),
  ]))),
  samples: oc.input(z.strictObject({})).output(z.strictObject({ token: z.string() })),
  /** Opens the file manager there (desktop), or says where it is (browser). */
  reveal: oc.input(z.strictObject({ id: itemIdSchema })).output(z.strictObject({ path: z.string(), opened: z.boolean() })),
  noteSeen: oc.input(z.strictObject({ tour: z.boolean() })).output(done),
}
