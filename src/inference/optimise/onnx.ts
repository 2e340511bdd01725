/** ONNX files as objects: the messages that the graphs of packs use (onnx.proto3, IR 10). What is not named here is not kept. */
import protobuf from 'protobufjs/light.js'

export interface OnnxNode { input: string[], output: string[], name: string, opType: string, domain?: string, attribute: unknown[] }
export interface OnnxTensor { name: string }
export interface OnnxValue { name: string, type?: unknown }
export interface OnnxGraph { node: OnnxNode[], name: string, initializer: OnnxTensor[], input: OnnxValue[], output: OnnxValue[] }
export interface OnnxModel { irVersion: number, producerName: string, graph: OnnxGraph, opsetImport: unknown[] }

const field = (id: number, type: string, repeated = false) => ({ id, type, ...(repeated ? { rule: 'repeated' } : {}) })

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: { fields: { irVersion: field(1, 'int64'), producerName: field(2, 'string'), graph: field(7, 'GraphProto'), opsetImport: field(8, 'OperatorSetIdProto', true) } },
    OperatorSetIdProto: { fields: { domain: field(1, 'string'), version: field(2, 'int64') } },
    GraphProto: {
      fields: {
        node: field(1, 'NodeProto', true), name: field(2, 'string'), initializer: field(5, 'TensorProto', true),
        input: field(11, 'ValueInfoProto', true), output: field(12, 'ValueInfoProto', true),
      },
    },
    NodeProto: {
      fields: {
        input: field(1, 'string', true), output: field(2, 'string', true), name: field(3, 'string'), opType: field(4, 'string'),
        attribute: field(5, 'AttributeProto', true), domain: field(7, 'string'),
      },
    },
    AttributeProto: {
      fields: {
        name: field(1, 'string'), f: field(2, 'float'), i: field(3, 'int64'), s: field(4, 'bytes'), t: field(5, 'TensorProto'),
        floats: field(7, 'float', true), ints: field(8, 'int64', true), strings: field(9, 'bytes', true), type: field(20, 'int32'),
      },
    },
    TensorProto: {
      fields: {
        dims: field(1, 'int64', true), dataType: field(2, 'int32'), floatData: field(4, 'float', true), int32Data: field(5, 'int32', true),
        int64Data: field(7, 'int64', true), name: field(8, 'string'), rawData: field(9, 'bytes'),
      },
    },
    ValueInfoProto: { fields: { name: field(1, 'string'), type: field(2, 'TypeProto') } },
    TypeProto: { fields: { tensorType: field(1, 'TensorType') } },
    TensorType: { fields: { elemType: field(1, 'int32'), shape: field(2, 'TensorShapeProto') } },
    TensorShapeProto: { fields: { dim: field(1, 'Dimension', true) } },
    Dimension: { oneofs: { value: { oneof: ['dimValue', 'dimParam'] } }, fields: { dimValue: field(1, 'int64'), dimParam: field(2, 'string') } },
  },
})
const modelType = root.lookupType('ModelProto')

/** @throws Error where the bytes are no ONNX model */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  return modelType.decode(bytes) as unknown as OnnxModel
}

/** The same model gives the same bytes. */
export function encodeModel(model: OnnxModel): Uint8Array {
  return modelType.encode(modelType.fromObject(model)).finish()
}
