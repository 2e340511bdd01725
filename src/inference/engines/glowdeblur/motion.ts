/** What the motion network says: channels (u, v, bx, by) in pixels of the picture, (u, v) = L (cos 2a, sin 2a) of half the path's chord. */
import type { GraphTensor, TileLines } from '../engine.ts'

/** The guidance that a weight makes of it; 0 is none. */
export function weighted({ data, dims }: GraphTensor, weight: number): GraphTensor {
  return weight === 1 ? { data, dims } : { data: data.map(value => value * weight), dims }
}

/** The chords of a tile's paths, as lines by doubled angles. */
export function chordsOf({ data, dims: [, , rows = 0, columns = 0] }: GraphTensor): TileLines {
  const count = rows * columns
  return { columns, rows, u: data.subarray(0, count).map(half => 2 * half), v: data.subarray(count, 2 * count).map(half => 2 * half) }
}
