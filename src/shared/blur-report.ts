/** What is wrong with a photo and what can be won: made by the guest, kept in the catalog, read by every face. */
import { z } from 'zod'

/** Of the figures in `resources/triage.json`: a report of another version is made anew. */
export const blurReportVersion = 1

/** Kinds of blur as people say it, and `sharp`. */
export const reportKinds = ['sharp', 'shake', 'defocus', 'moving', 'low-light'] as const
/** Probability from which on a photo counts as surely sharp. */
export const surelySharp = 0.6
export type ReportKind = (typeof reportKinds)[number]
const kindSchema = z.enum(reportKinds)

/** What one pack is expected to gain on this photo, PSNR in dB against the photo as it should have been. */
const gainSchema = z.strictObject({ engine: z.string(), pack: z.string(), db: z.number(), spreadDb: z.number() })
export type ExpectedGain = z.infer<typeof gainSchema>

const tileSchema = z.strictObject({
  /** Place in pixels of the upright photo. */
  x: z.int(), y: z.int(), side: z.int(),
  /** 0 soft, 1 steep; null where there is nothing to judge by. */
  sharpness: z.number().nullable(),
})

const classesSchema = z.strictObject({
  pack: z.string(),
  /** Upper ends in dB of all classes but the last: PSNR of the blurred tile to the truth; class 0 is the worst. */
  edgesDb: z.array(z.number()),
  /** Windows of each class. */
  histogram: z.array(z.int()),
  windows: z.array(z.strictObject({ x: z.int(), y: z.int(), side: z.int(), class: z.int() })),
})

export const blurReportSchema = z.strictObject({
  kind: kindSchema, probability: z.number(),
  /** Of every kind; they sum to one. */
  probabilities: z.record(kindSchema, z.number()),
  /** `depth-of-field`: a sharp subject before a soft background, which is nothing to mend. */
  intent: z.enum(['depth-of-field']).nullable(),
  /** 0..1, how bad the blur is. */
  severity: z.number(),
  /** 0..1, how steep the steepest tenth of the photo is, noise taken off. */
  sharpness: z.number(),
  /** Pixels of the photo; null where it cannot be told. */
  blurLength: z.number().nullable(),
  /** Degrees 0..180 from the row, turning down; null where the blur has no direction. */
  blurAngle: z.number().nullable(),
  /** Working scale that the blur length asks for. */
  scale: z.union([z.literal(1), z.literal(0.5), z.literal(0.25)]),
  /** Standard deviation of the noise, of the full range. */
  noise: z.number(),
  /** Mean brightness in linear light, 0..1. */
  exposure: z.number(),
  /** Of every pack that the expectation is calibrated for, best first. */
  gains: z.array(gainSchema),
  classes: classesSchema.nullable(),
  tiles: z.array(tileSchema),
  /** What the judgement was made from. */
  measures: z.record(z.string(), z.number()),
})
export type BlurReport = z.infer<typeof blurReportSchema>
