import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyColumns, packIndex, unpackIndex } from './columns.ts'
import { indexColumns } from './item-words.ts'

const element = {
  i32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), u16: fc.integer({ min: 0, max: 65535 }), u8: fc.integer({ min: 0, max: 255 }),
  f32: fc.float(), f64: fc.double(),
}
const words = { revision: 7, cameras: ['Leica Q2', 'Pentax “K”'], lenses: [] }

test('every column comes back as it was sent, with the words', () => {
  const columns = fc.integer({ min: 0, max: 40 }).chain((count) => fc.record(Object.fromEntries(
    Object.entries(indexColumns).map(([name, type]) => [name, fc.array<number>(element[type], { minLength: count, maxLength: count })]),
  )).map((values) => ({ count, values })))
  fc.assert(fc.property(columns, fc.array(fc.string()), ({ count, values }, cameras) => {
    const sent = { ...words, cameras, columns: emptyColumns(count) }
    for (const [name, array] of Object.entries(sent.columns)) array.set(values[name] ?? [])
    expect(unpackIndex(packIndex(sent).buffer)).toEqual(sent)
  }), { numRuns: 30 })
})

test('numbers travel with their least significant byte first', () => {
  const columns = emptyColumns(1)
  columns.id[0] = 0x01020304
  const bytes = packIndex({ ...words, columns })
  const start = Math.ceil((4 + new DataView(bytes.buffer).getUint32(0, true)) / 8) * 8
  expect([...bytes.subarray(start, start + 4)]).toEqual([4, 3, 2, 1])
})

test('what was cut off is told, not shown', () => {
  const bytes = packIndex({ ...words, columns: emptyColumns(3) })
  for (const length of [0, 3, 4, 20, bytes.length - 8]) expect(() => unpackIndex(bytes.buffer.slice(0, length))).toThrow(RangeError)
  expect(() => unpackIndex(bytes.buffer.slice(0, -8))).toThrow('does not hold 3 items')
})
