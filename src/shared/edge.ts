/** Networks whose blocks can be exchanged: what a pack says about its blocks, and what was found out about them on one device. */
import { z } from 'zod'

/** The search has Sobol numbers for so many. */
const mostSlots = 16

/** Table `edge` of a pack. Option 0 of a slot is the block that the pack's own graph holds. */
export const edgeTableSchema = z.strictObject({
  /** File of the pack with every other block: input `slot<n>`, output `slot<n>.<option>`. */
  file: z.string(),
  /** Names of the options, the same for every slot. */
  options: z.array(z.string()).min(2),
  slots: z.array(z.strictObject({
    name: z.string(),
    /** Tensors of the pack's graph around the block. */
    input: z.string(), output: z.string(),
    channels: z.int().positive(),
    /** How many times smaller than the tile the block works. */
    reduction: z.int().positive(),
    /** Mean PSNR lost on the calibration pairs by each option where this slot alone is changed, dB. */
    dropDb: z.array(z.number()),
  })).min(1).max(mostSlots),
  /** What two changed slots lose beyond the sum of both, dB: [slot, other slot, options x options row by row]. */
  interactions: z.array(z.tuple([z.int(), z.int(), z.array(z.array(z.number()))])),
  /** The base on the calibration pairs: PSNR of the input, and what it gains; by how much the table is off for random choices, on average. */
  calibration: z.strictObject({ pairs: z.int().positive(), inputDb: z.number(), gainDb: z.number().positive(), errorDb: z.number().nonnegative() }),
})
export type EdgeTable = z.infer<typeof edgeTableSchema>

const options = z.array(z.int().nonnegative())
/** A choice of blocks with its expected loss against the base (dB) and seconds a tile (milliseconds). */
const edgePointSchema = z.strictObject({ options, dropDb: z.number(), milliseconds: z.number() })
export type EdgePoint = z.infer<typeof edgePointSchema>

/** What `optimise` found out, kept in the home folder. */
export const optimisedSchema = z.strictObject({
  packHash: z.string(), provider: z.string(), device: z.string(), at: z.string(), side: z.int(),
  /** Median milliseconds of the whole base while the blocks were timed beside it, and of each option of each slot alone: its median ratio to the base, times that. */
  baseMs: z.number(), blockMs: z.array(z.array(z.number())),
  seed: z.int(), evaluations: z.int(), hypervolume: z.number(),
  front: z.array(edgePointSchema), knee: options,
  gainDb: z.number(),
  /** `measuredMs` and `baseMs` are of the joined graph and of the base beside it; `predictedMs` is that `baseMs` times the ratio that the blocks foretell. */
  chosen: z.strictObject({
    options, dropDb: z.number(), predictedMs: z.number(), measuredMs: z.number(), baseMs: z.number(),
    /** SHA-256 of the joined graph. */
    sha256: z.string(),
  }),
})
export type Optimised = z.infer<typeof optimisedSchema>

/** Which point is taken: the fastest that keeps a share of the base's gain even where the table is off by its mean error, or one by its place. */
export const pickSchema = z.union([
  z.strictObject({ keep: z.number().min(0).max(1) }), z.enum(['knee', 'fastest']), z.strictObject({ point: z.int().positive() }), z.strictObject({ options }),
])
export type Pick = z.infer<typeof pickSchema>

/** A choice of blocks as a control's value, `4,0,0,1,0,4`. */
export function choiceName(choice: readonly number[]): string {
  return choice.join(',')
}

/** The choice of that name; null where it is none for these slots and options. */
export function parseChoice(name: string, table: EdgeTable): number[] | null {
  const choice = name.split(',').map(part => /^\d+$/.test(part.trim()) ? Number(part) : Number.NaN)
  return choice.length === table.slots.length && choice.every(option => option < table.options.length) ? choice : null
}
