/**
 * Columns of the library index on their way to the window: typed arrays, little-endian, as base64. Pure, used on both sides.
 * Names and element types are those of `indexColumns` in `items.ts`.
 */
import { fromBase64 } from '../base64.ts'
import { indexColumns } from './items.ts'

interface Arrays { i32: Int32Array, u16: Uint16Array, u8: Uint8Array, f32: Float32Array, f64: Float64Array }
type Column = keyof typeof indexColumns
/** One array a column, all of the same length. */
export type IndexColumns = { [K in Column]: Arrays[(typeof indexColumns)[K]] }

const makers: { [T in keyof Arrays]: (buffer: ArrayBuffer) => Arrays[T] } = {
  i32: (buffer) => new Int32Array(buffer), u16: (buffer) => new Uint16Array(buffer), u8: (buffer) => new Uint8Array(buffer),
  f32: (buffer) => new Float32Array(buffer), f64: (buffer) => new Float64Array(buffer),
}
const widths = { i32: 4, u16: 2, u8: 1, f32: 4, f64: 8 } as const

/** Camera or lens that is not known, in the columns of their numbers. */
export const noWord = 65535

/** Zeroed columns for `count` items. */
export function emptyColumns(count: number): IndexColumns {
  return build((type) => new ArrayBuffer(widths[type] * count))
}

/** @param base64 of bytes: shared code has none that is fast everywhere */
export function encodeColumns(columns: IndexColumns, base64: (bytes: Uint8Array<ArrayBuffer>) => string): Record<string, string> {
  const entries = Object.entries(columns) as [Column, IndexColumns[Column]][]
  return Object.fromEntries(entries.map(([name, array]) => [name, base64(inLittleEndian(array, widths[indexColumns[name]]))]))
}

/** @throws RangeError when a column is missing or its length is not that of `count` items */
export function decodeColumns(encoded: Record<string, string>, count: number): IndexColumns {
  return build((type, name) => {
    const text = encoded[name]
    const bytes = text === undefined ? null : fromBase64(text)
    if (bytes?.length !== count * widths[type]) throw new RangeError(`column ${name} does not hold ${count} items`)
    return inLittleEndian(bytes, widths[type]).buffer
  })
}

function build(bufferOf: (type: keyof Arrays, name: string) => ArrayBuffer): IndexColumns {
  const entries = Object.entries(indexColumns).map(([name, type]) => [name, makers[type](bufferOf(type, name))])
  return Object.fromEntries(entries) as IndexColumns
}

/** The bytes of `array` with the least significant first, on any machine. */
function inLittleEndian(array: ArrayBufferView, width: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength)
  if (machineIsLittleEndian || width === 1) return bytes
  const turned = bytes.slice()
  for (let at = 0; at < turned.length; at += width) turned.subarray(at, at + width).reverse()
  return turned
}

const machineIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
