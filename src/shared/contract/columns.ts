/**
 * The library index on its way to the window: typed arrays, little-endian, one behind the other in one buffer, so that the window looks at
 * what arrived and copies nothing. Pure, used on both sides. Names and element types of the columns are those of `indexColumns`.
 */
import { indexColumns } from './item-words.ts'

interface Arrays { i32: Int32Array<ArrayBuffer>, u16: Uint16Array<ArrayBuffer>, u8: Uint8Array<ArrayBuffer>, f32: Float32Array<ArrayBuffer>, f64: Float64Array<ArrayBuffer> }
type Column = keyof typeof indexColumns
/** One array a column, all of the same length. Numbers that are not known are NaN; cameras and lenses are places in the list of words. */
export type IndexColumns = { [K in Column]: Arrays[(typeof indexColumns)[K]] }

export interface LibraryIndex {
  /** Grows with every change; `library.changes` goes on from it. */
  revision: number
  columns: IndexColumns
  cameras: string[]
  lenses: string[]
}

/** What browsers and Node both have; shared code is typed for neither. */
interface Platform {
  TextEncoder: new () => { encode(text: string): Uint8Array }
  TextDecoder: new () => { decode(bytes: Uint8Array): string }
}
const { TextEncoder, TextDecoder } = globalThis as unknown as Platform

type Maker<T extends keyof Arrays> = new (buffer: ArrayBuffer, offset: number, length: number) => Arrays[T]
const makers: { [T in keyof Arrays]: Maker<T> & { readonly BYTES_PER_ELEMENT: number } } = {
  i32: Int32Array, u16: Uint16Array, u8: Uint8Array, f32: Float32Array, f64: Float64Array,
}
const names = Object.keys(indexColumns) as Column[]
const widthOf = (name: Column): number => makers[indexColumns[name]].BYTES_PER_ELEMENT

/** Camera or lens that is not known, in the columns of their numbers. */
export const noWord = 65535

/** Zeroed columns for `count` items. */
export function emptyColumns(count: number): IndexColumns {
  return columnsIn(new ArrayBuffer(columnsLength(count)), 0, count)
}

/** Bytes of the head, a head in JSON, and the columns; each begins at a multiple of eight. */
export function packIndex({ revision, columns, cameras, lenses }: LibraryIndex): Uint8Array<ArrayBuffer> {
  const count = columns.id.length
  const head = new TextEncoder().encode(JSON.stringify({ revision, count, cameras, lenses }))
  const start = eighth(4 + head.length)
  const bytes = new Uint8Array(start + columnsLength(count))
  new DataView(bytes.buffer).setUint32(0, head.length, true)
  bytes.set(head, 4)
  const packed = columnsIn(bytes.buffer, start, count)
  for (const name of names) {
    packed[name].set(columns[name])
    turn(packed[name])
  }
  return bytes
}

/** @throws RangeError when `buffer` holds no whole index */
export function unpackIndex(buffer: ArrayBuffer): LibraryIndex {
  if (buffer.byteLength < 4) throw new RangeError('the index of the library is empty')
  const length = new DataView(buffer).getUint32(0, true)
  const start = eighth(4 + length)
  if (start > buffer.byteLength) throw new RangeError('the index of the library ends in its head')
  const { count, ...words } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length))) as Omit<LibraryIndex, 'columns'> & { count: number }
  if (buffer.byteLength !== start + columnsLength(count)) throw new RangeError(`the index of the library does not hold ${count} items`)
  const columns = columnsIn(buffer, start, count)
  for (const name of names) turn(columns[name])
  return { ...words, columns }
}

function columnsIn(buffer: ArrayBuffer, start: number, count: number): IndexColumns {
  let at = start
  const entries = names.map((name) => {
    const column = new makers[indexColumns[name]](buffer, at, count)
    at += eighth(widthOf(name) * count)
    return [name, column]
  })
  return Object.fromEntries(entries) as IndexColumns
}

function columnsLength(count: number): number {
  return names.reduce((sum, name) => sum + eighth(widthOf(name) * count), 0)
}

/** The next multiple of eight: where every element type may begin. */
const eighth = (length: number): number => Math.ceil(length / 8) * 8

/** In place, between this machine's order of bytes and the one that travels. */
function turn({ buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: width }: Arrays[keyof Arrays]): void {
  if (machineIsLittleEndian || width === 1) return
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  for (let at = 0; at < byteLength; at += width) bytes.subarray(at, at + width).reverse()
}

const machineIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
