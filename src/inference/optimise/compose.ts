/**
 * Joins chosen blocks into one graph: in the pack's own graph the block of a slot is cut out between the tensors that the pack's table names,
 * and the chosen one is put there. Option 0 leaves the block as it is. `edge/graph.py` of the training code does the same.
 */
import type { EdgeTable } from '../../shared/edge.ts'
import { decodeModel, encodeModel, type OnnxModel, type OnnxNode } from './onnx.ts'

/** Tensors of a block that came in carry this before their names. */
const prefix = 'surrogate/'

export const entryOf = (slot: number) => `slot${slot}`
const exitOf = (slot: number, option: number) => `slot${slot}.${option}`

/** @param base bytes of the pack's graph @param blocks bytes of the table's file @throws Error where the files do not fit the table */
export function joinBlocks(base: Uint8Array, blocks: Uint8Array, table: EdgeTable, choice: readonly number[]): Uint8Array {
  const model = decodeModel(base)
  const others = decodeModel(blocks)
  const { graph } = model
  const tensors = new Map(graph.initializer.map(tensor => [tensor.name, tensor]))
  const stored = new Map(others.graph.initializer.map(tensor => [tensor.name, tensor]))
  for (const [slot, option] of choice.entries()) {
    const place = table.slots[slot]
    if (option === 0 || place === undefined) continue
    const old = new Set(between(graph.node, place.input, place.output))
    const names = new Map([[entryOf(slot), place.input], [exitOf(slot, option), place.output]])
    const renamed = (name: string) => names.get(name) ?? prefix + name
    const fresh = between(others.graph.node, entryOf(slot), exitOf(slot, option)).map((node): OnnxNode => {
      for (const name of node.input) {
        const tensor = stored.get(name)
        if (tensor !== undefined) tensors.set(prefix + name, { ...tensor, name: prefix + name })
      }
      return { ...node, name: prefix + node.name, input: node.input.map(renamed), output: node.output.map(renamed) }
    })
    // Where the old block ended everything that the new one needs has been computed, and nothing that needs it.
    graph.node = graph.node.flatMap(node => node.output.includes(place.output) ? fresh : old.has(node) ? [] : [node])
  }
  const used = new Set(graph.node.flatMap(node => node.input))
  graph.initializer = [...tensors.values()].filter(({ name }) => used.has(name))
  return encodeModel(model)
}

/** One block as a graph of its own, to be measured: option 0 from the pack's graph, others from the blocks. */
export function singleBlock(base: OnnxModel, blocks: OnnxModel, table: EdgeTable, slot: number, option: number): Uint8Array {
  const place = table.slots[slot]!
  const [from, start, end] = option === 0 ? [base, place.input, place.output] as const : [blocks, entryOf(slot), exitOf(slot, option)] as const
  const node = between(from.graph.node, start, end)
  const used = new Set(node.flatMap(each => each.input))
  const entry = blocks.graph.input.find(({ name }) => name === entryOf(slot))
  if (entry === undefined) throw new Error(`the blocks have no input ${entryOf(slot)}`)
  const initializer = from.graph.initializer.filter(({ name }) => used.has(name))
  const graph = { node, name: 'block', initializer, input: [{ ...entry, name: start }], output: [{ ...entry, name: end }] }
  return encodeModel({ irVersion: from.irVersion, producerName: from.producerName, opsetImport: from.opsetImport, graph })
}

/** The nodes that lead from one tensor to another, in their order. @throws Error where none does */
function between(nodes: readonly OnnxNode[], start: string, end: string): OnnxNode[] {
  const makers = new Map(nodes.flatMap(node => node.output.map(name => [name, node] as const)))
  const wanted = new Set<OnnxNode>()
  const open = [end]
  let reached = false
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === start) reached = true
    const node = makers.get(name)
    if (name === start || node === undefined || wanted.has(node)) continue
    wanted.add(node)
    open.push(...node.input)
  }
  if (!reached) throw new Error(`nothing leads from ${start} to ${end}`)
  return nodes.filter(node => wanted.has(node))
}
