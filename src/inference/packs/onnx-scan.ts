/**
 * Looks through an ONNX file for tensors whose data lie outside it. A pack's graphs must be whole: a reference to another file would be read
 * unchecked, from wherever it points. Field numbers: onnx.proto3.
 */

/** Fields that lead to tensors, by message. */
const children: Record<string, Record<number, string>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  function: { 7: 'node', 11: 'attribute' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
}
const tensorExternalData = 13
const tensorDataLocation = 14
const deepest = 64

/** True when a tensor says that its data are elsewhere. @throws Error where the bytes are no well-formed ONNX file */
export function hasExternalData(bytes: Uint8Array): boolean {
  return scan(bytes, 0, bytes.length, 'model', 0)
}

function scan(bytes: Uint8Array, start: number, end: number, message: string, depth: number): boolean {
  if (depth > deepest) throw new Error('graphs are nested too deep')
  let at = start
  const varint = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = at < end ? bytes[at++] : undefined
      if (byte === undefined || factor > 2 ** 63) throw new Error('cut off')
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  while (at < end) {
    const tag = varint()
    const field = Math.floor(tag / 8)
    switch (tag % 8) {
      case 0: {
        const value = varint()
        if (message === 'tensor' && field === tensorDataLocation && value !== 0) return true
        break
      }
      case 1: at += 8; break
      case 2: {
        const length = varint()
        const stop = at + length
        if (stop > end) throw new Error('cut off')
        if (message === 'tensor' && field === tensorExternalData) return true
        const child = children[message]?.[field]
        if (child !== undefined && scan(bytes, at, stop, child, depth + 1)) return true
        at = stop
        break
      }
      case 5: at += 4; break
      default: throw new Error('not an ONNX file')
    }
    if (at > end) throw new Error('cut off')
  }
  return false
}
