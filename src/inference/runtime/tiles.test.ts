import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mirror, planTiles, spanWeights } from './tiles.ts'

const rules = fc.record({ multipleOf: fc.constantFrom(1, 8, 16, 32), windows: fc.integer({ min: 1, max: 12 }), overlap: fc.integer({ min: 0, max: 64 }) })
  .map(({ multipleOf, windows, overlap }) => ({ multipleOf, window: multipleOf * windows, overlap }))
const anywhereOrOnGrid = fc.tuple(rules, fc.boolean()).map(([rule, onGrid]) => onGrid ? { ...rule, grid: rule.multipleOf } : rule)
const lengths = fc.integer({ min: 1, max: 2000 })

test('weights of all tiles sum to one at every pixel, and no pixel is left out', () => {
  fc.assert(fc.property(lengths, anywhereOrOnGrid, (length, rule) => {
    const sum = new Float64Array(length)
    for (const span of planTiles(length, 1, rule).columns) {
      for (const [at, weight] of spanWeights(span).entries()) {
        expect(weight).toBeGreaterThanOrEqual(0)
        sum[span.start + at]! += weight
      }
    }
    for (const total of sum) expect(total).toBeCloseTo(1, 5)
  }))
})

test('tiles are of a legal size, inside the picture, and in order', () => {
  fc.assert(fc.property(lengths, lengths, rules, fc.boolean(), (width, height, rule, fixed) => {
    const plan = planTiles(width, height, rule, fixed)
    for (const [side, length, spans] of [[plan.tileWidth, width, plan.columns], [plan.tileHeight, height, plan.rows]] as const) {
      expect(side % rule.multipleOf).toBe(0)
      expect(side).toBeLessThanOrEqual(rule.window)
      if (fixed) expect(side).toBe(rule.window)
      let before = -1
      for (const span of spans) {
        expect(span.start).toBeGreaterThan(before)
        before = span.start
        expect(span.end).toBeLessThanOrEqual(length)
        expect(span.end - span.start).toBe(Math.min(length, rule.window))
      }
      expect(spans.at(-1)?.end).toBe(length)
    }
  }))
})

test('on a grid tiles begin there, share what they should, and only the last one may reach beyond the picture', () => {
  fc.assert(fc.property(lengths, rules, (length, rule) => {
    const { columns, overlap } = planTiles(length, 1, { ...rule, grid: rule.multipleOf })
    expect(columns.at(-1)?.end).toBe(length)
    for (const [at, { start, end }] of columns.entries()) {
      expect(start % rule.multipleOf).toBe(0)
      const next = columns[at + 1]
      if (next === undefined) expect(Math.min(length, start + rule.window)).toBe(end)
      else expect([end - start, end - next.start >= overlap]).toEqual([rule.window, true])
    }
  }))
})

test('neighbours share at least the overlap asked for', () => {
  const { columns } = planTiles(1000, 64, { multipleOf: 8, window: 64, overlap: 16 })
  for (const [at, span] of columns.entries()) {
    const next = columns[at + 1]
    if (next !== undefined) expect(span.end - next.start).toBeGreaterThanOrEqual(16)
  }
})

test('a picture as large as the window is one tile, one pixel more makes two', () => {
  const rule = { multipleOf: 32, window: 512, overlap: 32 }
  expect(planTiles(512, 512, rule).columns).toHaveLength(1)
  expect(planTiles(513, 512, rule).columns.map(span => span.start)).toEqual([0, 1])
})

test('mirrors without repeating the edge, any distance, also a single pixel', () => {
  expect([-2, -1, 0, 1, 2, 3, 4, 5].map(index => mirror(index, 3))).toEqual([2, 1, 0, 1, 2, 1, 0, 1])
  expect(mirror(17, 1)).toBe(0)
})
