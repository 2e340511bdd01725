import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameKey } from './functions.ts'

const sorted = (names: string[]): string[] => names.toSorted((a, b) => Buffer.compare(Buffer.from(nameKey(a)), Buffer.from(nameKey(b))))

test('names sort as people expect: numbers by value, case and accents aside', () => {
  for (const names of [
    ['IMG_9.jpg', 'IMG_10.jpg', 'IMG_0100.jpg', 'IMG_1000.jpg'],
    ['a.jpg', 'B.jpg', 'c.jpg'],
    ['Äpfel.jpg', 'Apfelbaum.jpg', 'Birne.jpg'],
    ['1.jpg', '2.jpg', '11.jpg', 'a1.jpg'],
    ['x007y', 'x7z', 'x8a'],
  ]) expect(sorted(names.toReversed())).toEqual(names)
})

test('two names never share a key, however alike', () => {
  expect(new Set(['a.jpg', 'A.jpg', 'á.jpg', 'a01', 'a1', 'a001'].map(nameKey)).size).toBe(6)
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => (nameKey(a) === nameKey(b)) === (a === b)))
})

test('whole numbers keep their order within a name', () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.bigInt({ min: 0n, max: 10n ** 20n }), (a, b) => {
    const compared = Buffer.compare(Buffer.from(nameKey(`n${a}.jpg`)), Buffer.from(nameKey(`n${b}.jpg`)))
    expect(compared).toBe(a < b ? -1 : a > b ? 1 : 0)
  }))
})
