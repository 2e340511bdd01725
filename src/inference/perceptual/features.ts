/**
 * A distance of features in the manner of LPIPS (Zhang, Isola, Efros, Shechtman, Wang, "The Unreasonable Effectiveness of Deep Features as a
 * Perceptual Metric", CVPR 2018, eq. 1) without learned weights: on the first levels of the DeMoE pack's encoder, which no training of ours taught to
 * judge pictures. Figures compare with each other, not with published ones.
 */
import type { GraphRunner, GraphTensor } from '../engines/engine.ts'

/** Levels of the encoder, finest first, that count. */
const levels = ['skip0', 'skip1', 'skip2'] as const

/** Of two windows, float32 planar `[3, height, width]`, 0..1, sides multiples of 32; 0 is equal, `2 * levels.length` the most; null where the pack's encoder has fewer levels. */
export async function windowDistance(encoder: GraphRunner, one: GraphTensor, other: GraphTensor): Promise<number | null> {
  const [a, b] = [await encoder.run({ image: one }), await encoder.run({ image: other })]
  if (levels.some(name => a[name] === undefined)) return null
  return levels.reduce((sum, name) => sum + apart(a[name]!, b[name]!), 0)
}

/** Mean over the places of the squared distance of unit feature vectors. */
function apart({ data: a, dims }: GraphTensor, { data: b }: GraphTensor): number {
  const [, channels = 0, height = 0, width = 0] = dims
  const places = height * width
  let sum = 0
  for (let place = 0; place < places; place++) {
    let [aa, bb, ab] = [0, 0, 0]
    for (let at = place; at < channels * places; at += places) {
      aa += a[at]! * a[at]!
      bb += b[at]! * b[at]!
      ab += a[at]! * b[at]!
    }
    // |u - v|^2 of unit vectors; a vector of nothing is at no distance from another one.
    if (aa > 0 && bb > 0) sum += Math.max(0, 2 - 2 * ab / Math.sqrt(aa * bb))
  }
  return sum / places
}
