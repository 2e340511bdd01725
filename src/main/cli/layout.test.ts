import stringWidth from 'string-width'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fit, table, wrap } from './layout.ts'

test('a long name is cut in the middle and keeps its end', () => {
  expect(fit('a-very-long-name-of-a-photo_0012.jpg', 20)).toBe('a-very-lo.._0012.jpg')
  expect(fit('short.jpg', 20)).toBe('short.jpg')
})

test('nothing is ever wider than asked, in any script', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (text, width) => {
      expect(stringWidth(fit(text, width))).toBeLessThanOrEqual(Math.max(width, 2))
    }),
  )
})

test('wrapping keeps every word and every letter', () => {
  const text = 'The file /photos/with/a/very/long/path/that/does/not/fit/on/one/line.jpg is damaged: copy it again.'
  const lines = wrap(text, 40, '    ')
  expect(lines.every((line) => line.length <= 40 && line.startsWith('    '))).toBe(true)
  expect(
    lines
      .map((line) => line.trim())
      .join('')
      .replaceAll(' ', ''),
  ).toBe(text.replaceAll(' ', ''))
})

test('a table fits into 80 columns: one column gives way, figures stay whole', () => {
  const rows = [
    ['Photo', 'gain dB', 'time'],
    ['写真'.repeat(40), '+0.61', '3.4 s'],
    [`${'x'.repeat(200)}_0012.jpg`, '-0.10', '1 min 3 s'],
  ]
  const lines = table(rows, [{ shrinks: true }, { align: 'right' }, { align: 'right' }], 80)
  expect(lines.every((line) => stringWidth(line) <= 80)).toBe(true)
  expect(lines[1]).toMatch(/\+0\.61 +3\.4 s$/)
  expect(lines[2]).toMatch(/_0012\.jpg +-0\.10 {2}1 min 3 s$/)
})
