import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BlendStrip } from './blend.ts'
import { planTiles, type TilePlan } from './tiles.ts'

/** Blends tiles cut from a picture of `value`, columns in the given order; returns the finished picture [height][3][width]. */
function blendAll(width: number, plan: TilePlan, value: (x: number, y: number, channel: number) => number, backwards: boolean): number[] {
  const strip = new BlendStrip(width, plan)
  const finished: number[] = []
  for (const row of plan.rows) {
    strip.beginRow(row)
    for (const column of backwards ? [...plan.columns].reverse() : plan.columns) {
      const tile = new Float32Array(3 * plan.tileWidth * plan.tileHeight).fill(99)
      for (let channel = 0; channel < 3; channel++) {
        for (let y = row.start; y < row.end; y++) {
          for (let x = column.start; x < column.end; x++) {
            tile[(channel * plan.tileHeight + y - row.start) * plan.tileWidth + x - column.start] = value(x, y, channel)
          }
        }
      }
      strip.add(column, tile)
    }
    const { y, count, data } = strip.endRow()
    expect(y * 3 * width).toBe(finished.length)
    expect(data).toHaveLength(count * 3 * width)
    finished.push(...data)
    strip.advance()
  }
  return finished
}

const shapes = fc.record({
  width: fc.integer({ min: 1, max: 90 }), height: fc.integer({ min: 1, max: 90 }),
  window: fc.constantFrom(8, 16, 24, 32), overlap: fc.integer({ min: 0, max: 16 }),
})

test('tiles that agree blend into the picture they were cut from, in rows from the top, each row once', () => {
  fc.assert(fc.property(shapes, ({ width, height, window, overlap }) => {
    const value = (x: number, y: number, channel: number) => (x + 3 * y + 7 * channel) % 16 / 16
    const finished = blendAll(width, planTiles(width, height, { multipleOf: 8, window, overlap }), value, false)
    expect(finished).toHaveLength(width * height * 3)
    for (let y = 0, at = 0; y < height; y++) {
      for (let channel = 0; channel < 3; channel++) for (let x = 0; x < width; x++) expect(Math.abs(finished[at++]! - value(x, y, channel))).toBeLessThan(1e-6)
    }
  }), { numRuns: 60 })
})

test('the order of the tiles in a row does not matter', () => {
  const plan = planTiles(100, 50, { multipleOf: 8, window: 32, overlap: 10 })
  const value = (x: number, y: number) => Math.sin(x * y)
  const forwards = blendAll(100, plan, value, false)
  const backwards = blendAll(100, plan, value, true)
  for (const [at, sample] of forwards.entries()) expect(Math.abs(sample - backwards[at]!)).toBeLessThan(1e-6)
})
