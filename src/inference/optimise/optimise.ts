/** `restill optimise` in the guest: measures the blocks on the device in use, searches, joins the chosen ones, measures what came out. */
import { createHash } from 'node:crypto'
import { choiceName, type EdgePoint, type EdgeTable, type Optimised, parseChoice, type Pick } from '../../shared/edge.ts'
import { RestillError } from '../../shared/errors.ts'
import type { CallInput, CallProgress } from '../../shared/guest.ts'
import { findPack } from '../packs/find.ts'
import { DeviceChain, judgeFor } from '../runtime/devices.ts'
import { allowedSilenceMs, allowSilence } from '../runtime/silence.ts'
import { joinBlocks } from './compose.ts'
import { knee } from './pareto.ts'
import { compareNetworks, profileBlocks } from './profile.ts'
import { expectedDrop } from './quality.ts'
import { refine, search } from './search.ts'
import { edgeTableOf, graphsOf } from './table.ts'

const silentMs = 60_000

interface Context { signal: AbortSignal, progress: (progress: CallProgress<'optimise'>) => void }

/** @throws RestillError PACK_NOT_EDGE, CANCELLED, and those of packs and devices */
export async function optimise(input: CallInput<'optimise'>, { signal, progress }: Context): Promise<Optimised> {
  const pack = await findPack(input.pack, input.engine, input.packFolders)
  const table = edgeTableOf(pack.manifest, pack.folder)
  if (table === null) throw new RestillError('PACK_NOT_EDGE', { detail: { pack: pack.manifest.id } })
  const { provider, device } = await new DeviceChain(input.providers, judgeFor(input.home)).current()
  const [base, blocks] = await graphsOf(pack, table)
  const side = pack.manifest.size.window
  const before = allowedSilenceMs()
  allowSilence(Math.max(before, silentMs))
  try {
    const { baseMs, blockMs } = input.profiles.find(each => each.packHash === pack.hash && each.provider === provider && each.device === device)
      ?? await profileBlocks(base, blocks, table, provider, side, signal, (done, total) => { progress({ stage: 'blocks', done, total }) })
    const counts = table.slots.map(() => table.options.length)
    const predicted = (choice: readonly number[]) => predictedMs(baseMs, blockMs, choice)
    const evaluate = (choice: readonly number[]) => [expectedDrop(table, choice), predicted(choice)] as const
    const found = await search({
      counts, evaluations: input.evaluations, seed: input.seed, signal,
      always: [counts.map(() => 0), blockMs.map(row => row.indexOf(Math.min(...row)))],
      evaluate,
      onProgress: (done, total) => { progress({ stage: 'search', done, total }) },
    })
    const front = refine(found.front, counts, evaluate).map(({ choice, value: [dropDb, milliseconds] }): EdgePoint => ({ options: [...choice], dropDb, milliseconds }))
    const { gainDb } = table.calibration
    const bend = knee(front, point => [point.dropDb, point.milliseconds])!.options
    const chosen = picked(input.pick, front, bend, table)
    const graph = joinBlocks(base, blocks, table, chosen)
    progress({ stage: 'check', done: 0, total: 1 })
    const measured = await compareNetworks(base, graph, provider, side, signal)
    return {
      packHash: pack.hash, provider, device, at: new Date().toISOString(), side, baseMs, blockMs, seed: input.seed, evaluations: found.evaluated.length,
      hypervolume: found.hypervolume, front, knee: bend, gainDb,
      chosen: {
        options: chosen, dropDb: expectedDrop(table, chosen), measuredMs: measured.otherMs, baseMs: measured.baseMs,
        // The device may run faster or slower now than when the blocks were timed: what was found is how much faster than the base the choice is.
        predictedMs: predicted(chosen) / baseMs * measured.baseMs,
        sha256: createHash('sha256').update(graph).digest('hex'),
      },
    }
  } finally {
    allowSilence(before)
  }
}

/** The base without the blocks that go, with those that come. */
function predictedMs(baseMs: number, blockMs: readonly (readonly number[])[], choice: readonly number[]): number {
  return choice.reduce((sum, option, slot) => sum - blockMs[slot]![0]! + blockMs[slot]![option]!, baseMs)
}

function picked(pick: Pick, front: readonly EdgePoint[], bend: readonly number[], table: EdgeTable): number[] {
  if (pick === 'knee') return [...bend]
  const byTime = front.toSorted((a, b) => a.milliseconds - b.milliseconds)
  if (pick === 'fastest') return [...byTime[0]!.options]
  if ('options' in pick) {
    if (parseChoice(choiceName(pick.options), table) === null) {
      throw new RestillError('USAGE', { detail: { reason: `The blocks are ${table.slots.length} numbers from 0 to ${table.options.length - 1}` } })
    }
    return pick.options
  }
  if ('point' in pick) {
    const point = byTime[pick.point - 1]
    if (point === undefined) throw new RestillError('USAGE', { detail: { reason: `The front has ${byTime.length} points` } })
    return [...point.options]
  }
  return [...(byTime.find(({ dropDb }) => dropDb <= (1 - pick.keep) * table.calibration.gainDb) ?? byTime.at(-1)!).options]
}
