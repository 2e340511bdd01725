/** Tells apart why a device could not run a graph; ONNX Runtime says it in words only. */

/** Thrown by a tile that did not fit; the caller halves the tile. */
export class TileTooLarge extends Error {
  override readonly name = 'TileTooLarge'
}

const memoryWords = /out of memory|failed to allocate|bad_alloc|bad allocation|not enough memory|alloc.*failed|OUTOFMEMORY|0x8007000E|insufficient memory/i

/** True when a message of ONNX Runtime or a driver means that memory ran out. */
export function isOutOfMemory(thrown: unknown): boolean {
  return thrown instanceof TileTooLarge || thrown instanceof RangeError || (thrown instanceof Error && memoryWords.test(thrown.message))
}
