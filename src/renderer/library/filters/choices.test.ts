import { expect, test } from 'vitest'
import { filterSchema } from '../../../shared/contract/library.ts'
import { asked, facets, lifted, shutterOf, yearsOf } from './choices.ts'

test('each question is named, and lifting it leaves the others', () => {
  const filter = filterSchema.parse({ flags: ['pick'], minStars: 3, labels: ['red'], kinds: ['shake'], states: ['failed'], minSeverity: 0.5, minGain: 0.3, cameras: ['X100'], lenses: ['35 mm'], shutterFrom: 1 / 30, shutterTo: 1 / 4, capturedFrom: 0, capturedTo: 1, text: 'harbour' })
  for (const facet of facets) {
    expect(asked(filter, facet), facet).not.toBeNull()
    const without = { ...filter, ...lifted(facet) }
    expect(facets.filter((other) => asked(without, other) === null)).toEqual([facet])
  }
  expect(facets.map((facet) => asked(filterSchema.parse({}), facet)).every((words) => words === null)).toBe(true)
})

test('in words', () => {
  const filter = filterSchema.parse({ minStars: 1, kinds: ['shake', 'defocus'], shutterFrom: 1 / 30, shutterTo: 1 / 4 })
  expect([asked(filter, 'stars'), asked(filter, 'kinds'), asked(filter, 'shutter'), shutterOf(filter)]).toEqual(['1 star or more', 'camera shake, out of focus', '1/30 to 1/4 s', 'shaky'])
})

test('a year is said as one, a day as one, else from and to', () => {
  const words = (capturedFrom: number | null, capturedTo: number | null): string | null => asked(filterSchema.parse({ capturedFrom, capturedTo }), 'date')
  expect(words(Date.UTC(2026, 0), Date.UTC(2027, 0) - 1)).toBe('2026')
  expect(words(Date.UTC(2026, 4, 4), Date.UTC(2026, 4, 5) - 1)).toBe('2026-05-04')
  expect(words(Date.UTC(2026, 4, 4), Date.UTC(2026, 4, 10) - 1)).toBe('2026-05-04 – 2026-05-09')
  expect([words(Date.UTC(2026, 4, 4), null), words(null, Date.UTC(2026, 4, 10) - 1)]).toEqual(['2026-05-04 –', '– 2026-05-09'])
})

test('years of what was taken, newest first', () => {
  expect(yearsOf(Float64Array.from([Date.UTC(2024, 5), NaN, Date.UTC(2021, 0), Date.UTC(2024, 11, 31, 23)]), 4)).toEqual([2024, 2021])
})
