import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeColumns, emptyColumns, encodeColumns, type IndexColumns } from './columns.ts'
import { indexColumns } from './items.ts'

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
const element = {
  i32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), u16: fc.integer({ min: 0, max: 65535 }), u8: fc.integer({ min: 0, max: 255 }),
  f32: fc.float(), f64: fc.double(),
}

test('every column comes back as it was sent', () => {
  const columns = fc.integer({ min: 0, max: 40 }).chain((count) => fc.record(Object.fromEntries(
    Object.entries(indexColumns).map(([name, type]) => [name, fc.array<number>(element[type], { minLength: count, maxLength: count })]),
  )).map((values) => ({ count, values })))
  fc.assert(fc.property(columns, ({ count, values }) => {
    const sent = emptyColumns(count)
    for (const [name, array] of Object.entries(sent)) array.set(values[name] ?? [])
    expect(decodeColumns(encodeColumns(sent, base64), count)).toEqual(sent)
  }), { numRuns: 30 })
})

test('numbers travel with their least significant byte first', () => {
  const columns: IndexColumns = { ...emptyColumns(1), id: Int32Array.of(0x01020304) }
  expect(Buffer.from(encodeColumns(columns, base64)['id'] ?? '', 'base64')).toEqual(Buffer.of(4, 3, 2, 1))
})

test('a column that is missing or too short is told by name', () => {
  const encoded = encodeColumns(emptyColumns(3), base64)
  expect(() => decodeColumns(encoded, 4)).toThrow(RangeError)
  expect(() => decodeColumns({ ...encoded, gain: '' }, 3)).toThrow('column gain does not hold 3 items')
})
