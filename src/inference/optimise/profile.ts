/**
 * Times blocks and whole networks on one device. The clock of a busy or warm machine drifts by a quarter within a minute, so nothing is timed alone: whatever is
 * compared runs by turns, and what counts is the median of the ratios of neighbours in time.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { EdgeTable } from '../../shared/edge.ts'
import { RestillError } from '../../shared/errors.ts'
import type { ProviderName } from '../../shared/guest.ts'
import { sessionOptions } from '../runtime/sessions.ts'
import { entryOf, singleBlock } from './compose.ts'
import { decodeModel } from './onnx.ts'

const warmUps = 3
const rounds = 9
/** Runs of a block beside one of the base: it is that much shorter. */
const runsARound = 3

/** Median milliseconds of the whole base, and of each option of each slot alone at that speed of the device. */
export interface Profile { baseMs: number, blockMs: number[][] }

/** Times every block beside the base, for tiles of `side` pixels. @throws RestillError CANCELLED */
export async function profileBlocks(
  base: Uint8Array, blocks: Uint8Array, table: EdgeTable, provider: ProviderName, side: number, signal: AbortSignal, onBlock: (done: number, total: number) => void,
): Promise<Profile> {
  const [whole, others] = [decodeModel(base), decodeModel(blocks)]
  const network = await wholeNetwork(base, provider, side)
  const baseTimes: number[] = []
  const ratios: number[][] = []
  try {
    for (const [slot, { channels, reduction, input }] of table.slots.entries()) {
      const row: number[] = []
      for (const option of table.options.keys()) {
        const edge = Math.ceil(side / reduction)
        const name = option === 0 ? input : entryOf(slot)
        const graph = singleBlock(whole, others, table, slot, option)
        const session = await InferenceSession.create(graph, sessionOptions(provider, { [`height${slot}`]: edge, [`width${slot}`]: edge }))
        try {
          const times = await byTurns([network, { session, feeds: { [name]: wave([1, channels, edge, edge]) } }], [1, runsARound], signal)
          baseTimes.push(...times.map(([ms]) => ms!))
          row.push(median(times.map(([ms, block]) => block! / ms!)))
        } finally {
          await session.release()
        }
        onBlock(slot * table.options.length + row.length, table.slots.length * table.options.length)
      }
      ratios.push(row)
    }
  } finally {
    await network.session.release()
  }
  const baseMs = median(baseTimes)
  return { baseMs, blockMs: ratios.map(row => row.map(ratio => ratio * baseMs)) }
}

/** Median milliseconds of the base and of another network on a tile. */
export async function compareNetworks(
  base: Uint8Array, other: Uint8Array, provider: ProviderName, side: number, signal: AbortSignal,
): Promise<{ baseMs: number, otherMs: number }> {
  const networks = [await wholeNetwork(base, provider, side)]
  try {
    networks.push(await wholeNetwork(other, provider, side))
    const times = await byTurns(networks, [1, 1], signal)
    return { baseMs: median(times.map(([ms]) => ms!)), otherMs: median(times.map(([, ms]) => ms!)) }
  } finally {
    for (const { session } of networks) await session.release()
  }
}

interface Runnable { session: InferenceSession, feeds: Record<string, Tensor> }

async function wholeNetwork(graph: Uint8Array, provider: ProviderName, side: number): Promise<Runnable> {
  return { session: await InferenceSession.create(graph, sessionOptions(provider, { height: side, width: side })), feeds: { image: wave([1, 3, side, side]) } }
}

/** Each round runs every one as often as `runs` says, in the other order than the round before; milliseconds of one run, by round. */
async function byTurns(all: readonly Runnable[], runs: readonly number[], signal: AbortSignal): Promise<number[][]> {
  const found: number[][] = []
  for (let round = -warmUps; round < rounds; round++) {
    const times = all.map(() => 0)
    const order = round % 2 === 0 ? [...all.entries()] : [...all.entries()].toReversed()
    for (const [at, { session, feeds }] of order) {
      for (let run = 0; run < runs[at]!; run++) times[at]! += await timed(session, feeds, signal) / runs[at]!
    }
    if (round >= 0) found.push(times)
  }
  return found
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
