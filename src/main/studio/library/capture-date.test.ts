import fc from 'fast-check'
import { expect, test } from 'vitest'
import { captureDate } from './capture-date.ts'

test.each([
  [['2024:05:01 18:03:22'], '2024-05-01T18:03:22'],
  [['2024:05:01 18:03:22+02:00'], '2024-05-01T18:03:22+02:00'],
  [['2024-05-01T18:03:22.123Z'], '2024-05-01T18:03:22Z'],
  [['2024-05-01T18:03'], '2024-05-01T18:03:00'],
  [['20240501 180322+0200'], '2024-05-01T18:03:22+02:00'],
  [['2024-05-01', '2024:05:01 18:03:22'], '2024-05-01T18:03:22'],
  [['2024-05-01', '2023:01:01 18:03:22'], '2024-05-01T00:00:00'],
  [['2024-05-01T18:03:22', '2024:05:01 18:03:22-07:00'], '2024-05-01T18:03:22-07:00'],
  [['0000:00:00 00:00:00', undefined, ' ', '2024:05:01 18:03:22'], '2024-05-01T18:03:22'],
  [['2024:02:30 10:00:00'], null], [['    :  :     :  :  '], null], [[], null], [['0000-01-01'], null],
])('%j is %s', (candidates, expected) => {
  expect(captureDate(candidates)).toBe(expected)
})

test('whatever is written, the answer is a date or null', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^\d{4}[:-]?\d{2}[:-]?\d{2}[T ]?\d{0,2}:?\d{0,2}:?\d{0,2}(Z|[+-]\d{2}:?\d{2})?$/))
  fc.assert(fc.property(fc.array(text), (candidates) => {
    const date = captureDate(candidates)
    return date === null || /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})?$/.test(date)
  }))
})
