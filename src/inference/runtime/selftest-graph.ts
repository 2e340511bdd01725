/**
 * The small graph that every device must answer right before it touches a photo, written as ONNX bytes: the operators of the real networks
 * (convolution, gate, pooled attention, pixel shuffle) with fixed pseudo-random weights. Field numbers: onnx.proto3.
 */

export const selfTestSide = 256
const width = 16
const float32 = 1

type Field = [number, number | string | Uint8Array | Field[]]

/** ONNX model `image` [1,3,256,256] to `restored` [1,3,512,512], float32. */
export function selfTestGraph(): Uint8Array {
  const nodes = [
    node('Conv', ['image', 'stem'], 'a', [ints('pads', [1, 1, 1, 1])]),
    node('Conv', ['a', 'left'], 'b', [ints('pads', [1, 1, 1, 1])]),
    node('Conv', ['a', 'right'], 'c', [ints('pads', [0, 0, 0, 0])]),
    node('Mul', ['b', 'c'], 'gated', []),
    node('GlobalAveragePool', ['gated'], 'pooled', []),
    node('Conv', ['pooled', 'attention'], 'weights', [ints('pads', [0, 0, 0, 0])]),
    node('Mul', ['gated', 'weights'], 'attended', []),
    node('Add', ['attended', 'a'], 'sum', []),
    node('Conv', ['sum', 'end'], 'wide', [ints('pads', [1, 1, 1, 1])]),
    node('DepthToSpace', ['wide'], 'restored', [[5, [[1, 'blocksize'], [3, 2], [20, 2]]], [5, [[1, 'mode'], [4, 'CRD'], [20, 3]]]]),
  ]
  const weights = [
    tensor('stem', [width, 3, 3, 3]), tensor('left', [width, width, 3, 3]), tensor('right', [width, width, 1, 1]),
    tensor('attention', [width, width, 1, 1]), tensor('end', [12, width, 3, 3]),
  ]
  const graph: Field[] = [
    ...nodes, [2, 'self-test'], ...weights,
    [11, value('image', [1, 3, selfTestSide, selfTestSide])], [12, value('restored', [1, 3, 2 * selfTestSide, 2 * selfTestSide])],
  ]
  return encode([[1, 10], [2, 'restill'], [7, graph], [8, [[1, ''], [2, 18]]]])
}

/** Picture-like values 0..1, the same on every machine. */
export function selfTestInput(): Float32Array {
  const random = randoms(7)
  return Float32Array.from({ length: 3 * selfTestSide ** 2 }, (_, at) => 0.5 + 0.3 * Math.sin(at / 37) + 0.2 * random())
}

function node(operator: string, inputs: string[], output: string, attributes: Field[]): Field {
  return [1, [...inputs.map((name): Field => [1, name]), [2, output], [4, operator], ...attributes]]
}

function ints(name: string, values: number[]): Field {
  return [5, [[1, name], ...values.map((entry): Field => [8, entry]), [20, 7]]]
}

function tensor(name: string, dims: number[]): Field {
  const count = dims.reduce((product, dim) => product * dim, 1)
  const random = randoms(count)
  const scale = Math.sqrt(3 / (count / dims[0]!))
  const data = Float32Array.from({ length: count }, () => random() * scale)
  return [5, [...dims.map((dim): Field => [1, dim]), [2, float32], [8, name], [9, new Uint8Array(data.buffer)]]]
}

function value(name: string, dims: number[]): Field[] {
  return [[1, name], [2, [[1, [[1, float32], [2, dims.map((dim): Field => [1, [[1, dim]]])]]]]]]
}

/** -1..1, linear congruential (Numerical Recipes). */
function randoms(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  }
}

function encode(fields: Field[]): Uint8Array {
  const parts: Uint8Array[] = []
  for (const [number, content] of fields) {
    if (typeof content === 'number') parts.push(varint(number * 8), varint(content))
    else {
      const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content instanceof Uint8Array ? content : encode(content)
      parts.push(varint(number * 8 + 2), varint(bytes.length), bytes)
    }
  }
  return Buffer.concat(parts)
}

function varint(number: number): Uint8Array {
  const bytes: number[] = []
  let rest = number
  while (rest >= 128) {
    bytes.push(rest % 128 + 128)
    rest = Math.floor(rest / 128)
  }
  return Uint8Array.from([...bytes, rest])
}
