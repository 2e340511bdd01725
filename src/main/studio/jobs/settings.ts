/** What a job copies at enqueue. Stored rows are parsed by this schema when they are read. */
import { z } from 'zod'
import { controlsSchema } from '../../../shared/descriptor.ts'
import { providerSchema, scaleSchema } from '../../../shared/guest.ts'
import { maskSchema } from '../../../shared/mask.ts'

export const jobSettingsSchema = z.strictObject({
  engine: z.string(),
  pack: z.string(),
  packHash: z.string(),
  /** Whether the result may hold content that the photo does not. */
  generative: z.boolean(),
  controls: controlsSchema,
  strength: z.number().min(0).max(1),
  scale: scaleSchema,
  /** Where the result is used; null everywhere. */
  mask: maskSchema.nullable().default(null),
  providers: z.array(providerSchema),
  tile: z.int().positive().nullable(),
  keepMaster: z.boolean(),
  /** Compute anew although a result of the same work is stored. */
  fresh: z.boolean(),
  copySkipped: z.boolean(),
  /** Measure whether the photo explains the result, whatever the engine. */
  trust: z.boolean().default(false),
  comparisonEdge: z.int().nonnegative(),
  /** What Auto decided, in words, and whether that is to leave the photo alone; null where a person chose. */
  auto: z.strictObject({ leave: z.boolean(), reason: z.string() }).nullable().default(null),
})
export type JobSettings = z.infer<typeof jobSettingsSchema>
