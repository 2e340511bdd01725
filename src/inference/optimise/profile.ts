/** Times blocks and whole networks on one device: warmed up, the median of some runs. */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { EdgeTable } from '../../shared/edge.ts'
import { RestillError } from '../../shared/errors.ts'
import type { ProviderName } from '../../shared/guest.ts'
import { sessionOptions } from '../runtime/sessions.ts'
import { entryOf, singleBlock } from './compose.ts'
import { decodeModel } from './onnx.ts'

const warmUps = 3
const leastRuns = 9
const mostRuns = 60
const enoughMs = 250

/** Median milliseconds of each option of each slot alone, for tiles of `side` pixels. @throws RestillError CANCELLED */
export async function profileBlocks(
  base: Uint8Array, blocks: Uint8Array, table: EdgeTable, provider: ProviderName, side: number, signal: AbortSignal, onBlock: (done: number, total: number) => void,
): Promise<number[][]> {
  const [whole, others] = [decodeModel(base), decodeModel(blocks)]
  const found: number[][] = []
  for (const [slot, { channels, reduction, input }] of table.slots.entries()) {
    const row: number[] = []
    for (const option of table.options.keys()) {
      const graph = singleBlock(whole, others, table, slot, option)
      const edge = Math.ceil(side / reduction)
      const name = option === 0 ? input : entryOf(slot)
      row.push(await medianMs(graph, provider, { [name]: [1, channels, edge, edge] }, { [`height${slot}`]: edge, [`width${slot}`]: edge }, signal))
      onBlock(slot * table.options.length + row.length, table.slots.length * table.options.length)
    }
    found.push(row)
  }
  return found
}

/** Median milliseconds of whole networks on a tile, run by turns so that a passing load meets them all. */
export async function profileNetworks(graphs: readonly Uint8Array[], provider: ProviderName, side: number, signal: AbortSignal): Promise<number[]> {
  const sessions: InferenceSession[] = []
  try {
    for (const graph of graphs) sessions.push(await InferenceSession.create(graph, sessionOptions(provider, { height: side, width: side })))
    const feeds = { image: wave([1, 3, side, side]) }
    const times = sessions.map((): number[] => [])
    for (let turn = -warmUps; turn < leastRuns; turn++) {
      for (const [at, session] of sessions.entries()) {
        const ms = await timed(session, feeds, signal)
        if (turn >= 0) times[at]!.push(ms)
      }
    }
    return times.map(median)
  } finally {
    for (const session of sessions) await session.release()
  }
}

async function medianMs(
  graph: Uint8Array, provider: ProviderName, shapes: Record<string, number[]>, dimensions: Record<string, number>, signal: AbortSignal,
): Promise<number> {
  const session = await InferenceSession.create(graph, sessionOptions(provider, dimensions))
  try {
    const feeds = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, wave(shape)]))
    const times: number[] = []
    for (let turn = 0; turn < warmUps; turn++) await timed(session, feeds, signal)
    for (let spent = 0; times.length < leastRuns || (spent < enoughMs && times.length < mostRuns); spent += times.at(-1)!) times.push(await timed(session, feeds, signal))
    return median(times)
  } finally {
    await session.release()
  }
}

async function timed(session: InferenceSession, feeds: Record<string, Tensor>, signal: AbortSignal): Promise<number> {
  await new Promise(setImmediate)
  if (signal.aborted) throw new RestillError('CANCELLED')
  const begun = performance.now()
  await session.run(feeds)
  return performance.now() - begun
}

function wave(shape: number[]): Tensor {
  const length = shape.reduce((product, side) => product * side, 1)
  return new Tensor('float32', Float32Array.from({ length }, (_, at) => 0.5 + 0.4 * Math.sin(at / 29)), shape)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2
}
