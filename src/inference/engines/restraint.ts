/**
 * Leaves alone what is sharp already. A network that takes blur off also sharpens what is soft by nature: camera files at full size, fine patterns.
 * Two local means tell them apart: of the change the network makes, and of the picture's own gradients. Where a photo is blurred its gradients are
 * weak, and the change is as strong as they are; where it is sharp the change stays well below them. There the change is limited to what nobody sees.
 * The two limits of a pack are measured, as its card says; noise counts as gradient, so that it is never taken for blur.
 */
import { z } from 'zod'
import { RestillError } from '../../shared/errors.ts'
import type { PackManifest } from '../../shared/pack.ts'

const ruleSchema = z.strictObject({
  /** PSNR in dB, of the photo before and after, that a sharp place keeps. */
  keepDb: z.number().min(20).max(60),
  /** RMS of the change over RMS of the gradients: below `sharp` the limit holds, above `blurred` there is none, between it fades. */
  sharp: z.number().positive(),
  blurred: z.number().positive(),
}).refine(rule => rule.sharp < rule.blurred)
export type Restraint = z.infer<typeof ruleSchema>

/** Side of the blocks whose sums are taken, pixels, and how many neighbours each way a mean reaches over. */
const block = 32
const reach = 2
/** Every third pixel both ways is enough for a mean, and no common pattern repeats so. */
const step = 3

/** The pack's rule; null where it has none. @throws RestillError PACK_INVALID */
export function restraintOf(manifest: PackManifest): Restraint | null {
  const table = manifest.tables['restraint']
  if (table === undefined) return null
  const parsed = ruleSchema.safeParse(table)
  if (parsed.success) return parsed.data
  throw new RestillError('PACK_INVALID', { detail: { file: manifest.id, reason: 'its table "restraint" wants keepDb, and sharp below blurred' } })
}

/**
 * Limits the change from `input` to `output`, in place.
 * @param input, output float32 planar `[3, height, width]`, display-encoded, 0..1, before and after the network; only `output` is changed
 */
export function restrain(input: Float32Array, output: Float32Array, width: number, height: number, rule: Restraint): void {
  const columns = Math.ceil(width / block)
  const rows = Math.ceil(height / block)
  const shares = sharesOf(sumsOf(input, output, width, height, columns, rows), columns, rows, rule)
  if (shares === null) return
  const line = new Float32Array(columns)
  for (let y = 0; y < height; y++) {
    const place = Math.min(Math.max((y + 0.5) / block - 0.5, 0), rows - 1)
    const above = Math.floor(place) * columns
    const below = Math.min(Math.floor(place) + 1, rows - 1) * columns
    const t = place - Math.floor(place)
    for (let column = 0; column < columns; column++) line[column] = shares[above + column]! * (1 - t) + shares[below + column]! * t
    limitRow(input, output, y * width, width, width * height, line)
  }
}

/** One row: the shares hold at the centres of the blocks, are straight between them, and flat beyond the outer ones. */
function limitRow(input: Float32Array, output: Float32Array, from: number, width: number, plane: number, line: Float32Array): void {
  for (let left = -1; left < line.length; left++) {
    const begin = left < 0 ? 0 : left * block + block / 2
    const end = left === line.length - 1 ? width : Math.min(width, begin + (left < 0 ? block / 2 : block))
    const first = line[Math.max(left, 0)]!
    const last = line[Math.min(left + 1, line.length - 1)]!
    if (first === 1 && last === 1) continue
    const slope = (last - first) / block
    for (let channel = from; channel < from + 3 * plane; channel += plane) {
      let share = first + slope / 2
      for (let at = channel + begin; at < channel + end; at++, share += slope) output[at] = input[at]! + (output[at]! - input[at]!) * share
    }
  }
}

interface Sums { change: Float64Array, gradient: Float64Array, count: Float64Array }

/** By block: squared change, squared differences to the right and to below, and how many values were looked at. */
function sumsOf(input: Float32Array, output: Float32Array, width: number, height: number, columns: number, rows: number): Sums {
  const sums = { change: new Float64Array(columns * rows), gradient: new Float64Array(columns * rows), count: new Float64Array(columns * rows) }
  const plane = width * height
  for (let y = 0; y + 1 < height; y += step) {
    const row = Math.floor(y / block) * columns
    for (let x = 0; x + 1 < width; x += step) {
      const cell = row + Math.floor(x / block)
      let change = 0
      let gradient = 0
      for (let at = y * width + x; at < 3 * plane; at += plane) {
        const here = input[at]!
        const r = output[at]! - here
        const gx = input[at + 1]! - here
        const gy = input[at + width]! - here
        change += r * r
        gradient += gx * gx + gy * gy
      }
      sums.change[cell]! += change
      sums.gradient[cell]! += gradient
      sums.count[cell]! += 3
    }
  }
  return sums
}

/** By block: the share of the change that stays, 0..1; null where all of it does everywhere. */
function sharesOf(sums: Sums, columns: number, rows: number, rule: Restraint): Float32Array | null {
  const limit = 10 ** (-rule.keepDb / 10)
  const shares = new Float32Array(columns * rows).fill(1)
  let any = false
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let change = 0
      let gradient = 0
      let count = 0
      for (let y = Math.max(0, row - reach); y <= Math.min(rows - 1, row + reach); y++) {
        for (let x = Math.max(0, column - reach); x <= Math.min(columns - 1, column + reach); x++) {
          change += sums.change[y * columns + x]!
          gradient += sums.gradient[y * columns + x]!
          count += sums.count[y * columns + x]!
        }
      }
      if (!(change > limit * count)) continue
      const ratio = Math.sqrt(change / Math.max(gradient, 1e-9 * count))
      const free = Math.min(1, Math.max(0, (ratio - rule.sharp) / (rule.blurred - rule.sharp)))
      if (free === 1) continue
      const kept = Math.sqrt(limit * count / change)
      shares[row * columns + column] = kept + (1 - kept) * free
      any = true
    }
  }
  return any ? shares : null
}
