/**
 * Masks say where a result is used: 1 takes the result, 0 keeps the original bit for bit. They are kept as shapes in the photo's own
 * coordinates (0..1 of width and height, upright), drawn the same way by the window and by the guest that exports.
 */
import { z } from 'zod'

const point = z.strictObject({ x: z.number(), y: z.number() })
/** Fractions of the photo's longer side. */
const radius = z.number().min(0.0005).max(1)

export const maskShapeSchema = z.discriminatedUnion('kind', [
  /** A stroke of a round brush; `feather` 0 is a hard edge, 1 falls off from the middle. Points are kept at least a tenth of the radius apart. */
  z.strictObject({ kind: z.literal('brush'), erase: z.boolean(), radius, feather: z.number().min(0).max(1), flow: z.number().min(0).max(1), points: z.array(point).min(1).max(20_000) }),
  /** 1 before `from`, 0 behind `to`, straight between. */
  z.strictObject({ kind: z.literal('linear'), erase: z.boolean(), from: point, to: point }),
  /** 1 inside the ellipse, falling to 0 over `feather` of its radius; `invert` swaps inside and outside. */
  z.strictObject({ kind: z.literal('radial'), erase: z.boolean(), centre: point, radiusX: radius, radiusY: radius, angle: z.number(), feather: z.number().min(0).max(1), invert: z.boolean() }),
])
export type MaskShape = z.infer<typeof maskShapeSchema>
/** Shapes are added or taken away one after the other, beginning from nothing; without shapes the mask is 1 everywhere. */
export const maskSchema = z.strictObject({ shapes: z.array(maskShapeSchema).max(500), invert: z.boolean() })
export type Mask = z.infer<typeof maskSchema>
