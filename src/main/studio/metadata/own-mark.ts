/** The mark that a result of ours carries in XMP, namespace `https://restill.app/ns/1.0/`. */
import { z } from 'zod'
import { controlsSchema } from '../../../shared/descriptor.ts'
import { textOf, type Tag } from './tags.ts'

const controls = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue('not JSON')
    return z.NEVER
  }
}).pipe(controlsSchema)

const markSchema = z.object({
  version: z.string(), engine: z.string(), pack: z.string(), packVersion: z.string(), packHash: z.string(),
  controls, strength: z.coerce.number(), scale: z.coerce.number(), jobKey: z.string(),
})
export type OwnMark = z.infer<typeof markSchema>

/** Null when there is no mark, or none that this version understands. */
export function ownMark(tags: readonly Tag[]): OwnMark | null {
  const field = (name: string) => textOf(tags, 'XMP-restill', name)
  const parsed = markSchema.safeParse({
    version: field('Version'), engine: field('Engine'), pack: field('Pack'), packVersion: field('PackVersion'), packHash: field('PackHash'),
    controls: field('Controls'), strength: field('Strength'), scale: field('Scale'), jobKey: field('JobKey'),
  })
  return parsed.success ? parsed.data : null
}
