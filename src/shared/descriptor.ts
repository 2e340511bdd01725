/**
 * What every face needs to know of an engine: the window draws it, the command line parses `--set` by it, presets are checked by it.
 * No face knows an engine by name.
 */
import { z } from 'zod'

/** What must be computed anew when a control moves: everything, the tiles, or only the rendering of stored tile results. */
const invalidates = z.enum(['survey', 'tile', 'render'])
const common = { id: z.string(), label: z.string(), help: z.string(), invalidates }

export const controlSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('number'), ...common, min: z.number(), max: z.number(), step: z.number().positive(), default: z.number(), unit: z.string() }),
  z.strictObject({ kind: z.literal('choice'), ...common, options: z.array(z.strictObject({ value: z.string(), label: z.string() })).min(1), default: z.string() }),
  z.strictObject({ kind: z.literal('toggle'), ...common, default: z.boolean() }),
  z.strictObject({ kind: z.literal('text'), ...common, maxLength: z.int().positive(), default: z.string() }),
  z.strictObject({ kind: z.literal('point'), ...common, default: z.string() }),
])
export type Control = z.infer<typeof controlSchema>

export const controlValueSchema = z.union([z.number(), z.string(), z.boolean()])
export type ControlValue = z.infer<typeof controlValueSchema>
/** Every control of an engine with its value. */
export const controlsSchema = z.record(z.string(), controlValueSchema)
export type Controls = z.infer<typeof controlsSchema>

/** A text control of this id is the photo's caption: where a person sets none, the one that the catalog keeps of the photo goes in. */
export const captionControl = 'caption'

export const descriptorSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: z.string(),
  sentence: z.string(),
  paper: z.strictObject({ title: z.string(), year: z.int(), reference: z.string() }),
  controls: z.array(controlSchema),
  /**
   * Maps of its result that a face can draw over the photo: `id` names a figure of its tiles, or lines over them; `words` say what the values
   * of classes, or lines, mean.
   */
  overlays: z.array(z.strictObject({
    id: z.string(), label: z.string(), kind: z.enum(['levels', 'classes', 'lines']).optional(), words: z.array(z.string()).optional(),
  })),
  /**
   * True when its results may hold content that the photo does not: they are declared as composites. With a rule, while the named number
   * control lies below the value.
   */
  generative: z.union([z.boolean(), z.strictObject({ control: z.string(), below: z.number() })]),
})
export type Descriptor = z.infer<typeof descriptorSchema>

/** Whether results of these controls may hold content that the photo does not; a control that is not set has its default. */
export function isGenerative({ generative, controls }: Pick<Descriptor, 'generative' | 'controls'>, set: Readonly<Controls>): boolean {
  if (typeof generative === 'boolean') return generative
  const value = set[generative.control] ?? controls.find(({ id }) => id === generative.control)?.default
  return typeof value !== 'number' || value < generative.below
}
