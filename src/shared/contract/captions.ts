/** What photos show, in a sentence each: by hand, or by a vision model at the address of the preferences. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { itemIdSchema, itemIdsSchema } from './items.ts'

const problem = z.strictObject({ message: z.string(), hint: z.string() })

export const captionsContract = {
  /** Of the photo that an item is, is a copy of, or was made from. `model` is null for a caption that a person typed. */
  of: oc.input(z.strictObject({ id: itemIdSchema })).output(z.strictObject({ text: z.string(), model: z.string().nullable() }).nullable()),
  /** By hand; empty text takes captions away. `undo`: what `library.undo` would take back; null when nothing changed. */
  set: oc.input(z.strictObject({ ids: itemIdsSchema, text: z.string().max(1000) })).output(z.strictObject({ undo: z.string().nullable() })),
  /** Asks a model about photos that have no caption yet, or, with `again`, also where a model has answered. Waits while photos are restored. */
  make: oc.input(z.strictObject({ ids: itemIdsSchema, again: z.boolean().default(false) })).output(eventIterator(z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('progress'), total: z.int(), done: z.int(), name: z.string(), stage: z.enum(['looking', 'loading', 'waiting']),
    }),
    /** `problems`: each of them once, however many photos it cost. */
    z.strictObject({ kind: z.literal('done'), made: z.int(), without: z.int(), problems: z.array(problem) }),
  ]))),
  /** What answers at the address; no photo is sent. */
  server: oc.input(z.strictObject({})).output(z.strictObject({
    host: z.string(), isLocal: z.boolean(), version: z.string().nullable(), models: z.array(z.string()), problem: problem.nullable(),
  })),
}
