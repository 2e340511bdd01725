/** Maps that are made from pixels alone: where a photo is sharp, and where a result differs from it. One pass over the rows, a strip at a time. */
import { throwIfAborted } from './abort.ts'
import type { Spool } from './spool.ts'

/** Cells row by row, 0..1; null where nothing can be said. */
export interface PictureMap { width: number, height: number, values: (number | null)[] }

/** Cells along the longer side, at most. */
const mostCells = 512
const sharpnessCell = 16
const changeCell = 8
/** Mean change of a cell, of the full range, that counts as most. */
const mostChange = 0.08

/** Distances over which brightness is compared, pixels. */
const [near, far] = [1, 4]
/** Contrast over the far distance below which a cell says nothing, of the full range, and how many times the noise it must be. */
const leastContrast = 1.5 / 255
const timesNoise = 3
/** Share of the cells that are taken as flat: their differences are the noise. */
const flatShare = 0.1
/** Grain: weak differences that are about as large over one pixel as over four. Weak means below this, of the full range. */
const grain = { contrast: 8 / 255, share: 0.6 } as const

/**
 * How steep the steps of brightness are, whatever their contrast: the energy of differences over one pixel against those over four, the
 * noise taken off both (estimated from the flattest cells). A step within one pixel gives 1/4 and counts as 1; a ramp of four pixels or
 * more gives 1/16 and counts as 0. Cells of grain and cells without contrast above the noise are null.
 */
export async function sharpnessMap(spool: Spool, signal: AbortSignal): Promise<PictureMap> {
  const { width, height } = spool
  const cell = Math.max(sharpnessCell, Math.ceil(Math.max(width, height) / mostCells))
  const map = { width: Math.ceil(width / cell), height: Math.ceil(height / cell) }
  const fine = new Float64Array(map.width * map.height)
  const coarse = new Float64Array(map.width * map.height)
  const counts = new Float64Array(map.width * map.height)
  for (let down = 0; down < map.height; down++) {
    throwIfAborted(signal)
    const top = down * cell
    const count = Math.min(cell, height - top)
    const luma = brightness(await spool.readRows(top, Math.min(count + far, height - top)), spool)
    const lines = luma.length / width
    // Every second row is enough for averages over a cell.
    for (let y = 0; y < count; y += 2) {
      const below = y + far < lines
      for (let across = 0, place = down * map.width; across < map.width; across++, place++) {
        const from = y * width + across * cell
        const to = y * width + Math.min(width - far, (across + 1) * cell)
        let [fineSum, coarseSum] = [0, 0]
        for (let at = from; at < to; at++) {
          const value = luma[at]!
          const right = luma[at + near]! - value
          const farRight = luma[at + far]! - value
          fineSum += right * right
          coarseSum += farRight * farRight
          if (!below) continue
          const under = luma[at + near * width]! - value
          const farUnder = luma[at + far * width]! - value
          fineSum += under * under
          coarseSum += farUnder * farUnder
        }
        fine[place]! += fineSum
        coarse[place]! += coarseSum
        counts[place]! += Math.max(0, to - from) * (below ? 2 : 1)
      }
    }
  }
  for (let at = 0; at < counts.length; at++) {
    fine[at]! /= Math.max(1, counts[at]!)
    coarse[at]! /= Math.max(1, counts[at]!)
  }
  const noise = [...fine].sort((a, b) => a - b)[Math.floor(fine.length * flatShare)] ?? 0
  const values = Array.from(fine, (energy, at) => {
    const steps = coarse[at]! - noise
    const isGrain = coarse[at]! < grain.contrast ** 2 && energy > grain.share * coarse[at]!
    if (counts[at] === 0 || isGrain || steps < Math.max(leastContrast ** 2, timesNoise * noise)) return null
    return round(Math.min(1, Math.max(0, (Math.log2(Math.max(energy - noise, 1e-12) / steps) + 4) / 2)))
  })
  return { ...map, values }
}

/** Mean difference of the colours in every cell. @param result of the photo's shape */
export async function changeMap(photo: Spool, result: Spool, signal: AbortSignal): Promise<PictureMap> {
  const { width, height, channels, depth } = photo
  const colours = channels >= 3 ? 3 : 1
  const top = depth === 8 ? 255 : 65_535
  const cell = Math.max(changeCell, Math.ceil(Math.max(width, height) / mostCells))
  const map = { width: Math.ceil(width / cell), height: Math.ceil(height / cell) }
  const values: number[] = []
  for (let down = 0; down < map.height; down++) {
    throwIfAborted(signal)
    const y = down * cell
    const count = Math.min(cell, height - y)
    const [before, after] = await Promise.all([photo.readRows(y, count), result.readRows(y, count)])
    const sums = new Float64Array(map.width)
    for (let line = 0; line < count; line++) {
      for (let across = 0; across < map.width; across++) {
        const end = (line * width + Math.min(width, (across + 1) * cell)) * channels
        let sum = 0
        for (let at = (line * width + across * cell) * channels; at < end; at += channels) {
          for (let channel = at; channel < at + colours; channel++) sum += Math.abs(before[channel]! - after[channel]!)
        }
        sums[across]! += sum
      }
    }
    for (const [across, sum] of sums.entries()) {
      const pixels = count * Math.min(cell, width - across * cell)
      values.push(round(Math.min(1, sum / (pixels * colours * top * mostChange))))
    }
  }
  return { ...map, values }
}

/** Brightness 0..1 of every pixel: (R + 2 G + B) / 4. */
function brightness(rows: Uint8Array | Uint16Array, { channels, depth }: Spool): Float32Array {
  const out = new Float32Array(rows.length / channels)
  const scale = 1 / (depth === 8 ? 255 : 65_535)
  for (let pixel = 0, at = 0; pixel < out.length; pixel++, at += channels) {
    out[pixel] = (channels < 3 ? rows[at]! : (rows[at]! + 2 * rows[at + 1]! + rows[at + 2]!) / 4) * scale
  }
  return out
}

/** Three digits are more than a shade shows. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
