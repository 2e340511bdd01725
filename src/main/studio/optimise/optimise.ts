/** Fits a network to this device, and what the rest of the studio does with the outcome. */
import type { Guest } from '../../../inference/client/client.ts'
import type { EngineChoice } from '../../../shared/contract/develop.ts'
import { choiceName, type Optimised, type Pick } from '../../../shared/edge.ts'
import type { CallProgress, ProviderName } from '../../../shared/guest.ts'
import type { Chosen } from '../packs.ts'
import { readOptimised, storeOptimised } from './store.ts'

export interface OptimiseRequest {
  engine: string
  pack?: string
  providers: ProviderName[]
  evaluations: number
  seed: number
  pick: Pick
  /** Measures the blocks again although they were measured on this device before. */
  fresh: boolean
}

export interface OptimiseOptions {
  signal?: AbortSignal
  onProgress?: (progress: CallProgress<'optimise'>) => void
}

export interface OptimiseOutcome extends Optimised { file: string, pack: string, engine: string }

interface Parts {
  home: string
  infer: Guest
  packFolders: string[]
  choose(request: { engine: string, pack?: string, controls: Record<string, never> }): Promise<Chosen>
}

/** @throws RestillError PACK_NOT_EDGE, CANCELLED, and those of packs and devices */
export async function optimise(parts: Parts, request: OptimiseRequest, { signal, onProgress }: OptimiseOptions): Promise<OptimiseOutcome> {
  const { home, infer, packFolders } = parts
  const { engine, pack: named, providers, evaluations, seed, pick, fresh } = request
  const { descriptor, pack } = await parts.choose({ engine, controls: {}, ...(named === undefined ? {} : { pack: named }) })
  const profiles = fresh ? [] : (await readOptimised(home)).map(({ packHash, provider, device, baseMs, blockMs }) => ({ packHash, provider, device, baseMs, blockMs }))
  const found = await infer.call('optimise', {
    engine: descriptor.id, pack: pack.id, packFolders, providers, home, seed, evaluations, pick, profiles,
  }, { ...(signal === undefined ? {} : { signal }), ...(onProgress === undefined ? {} : { onProgress }) })
  return { ...found, pack: pack.id, engine: descriptor.id, file: await storeOptimised(home, found) }
}

/** Puts what was chosen for this pack in the place of a control's default. The newest outcome counts where several devices were measured. */
export async function withOptimised(home: string, chosen: Chosen): Promise<Chosen> {
  const open = chosen.descriptor.controls.filter((control) => control.kind === 'point' && chosen.controls[control.id] === control.default)
  if (open.length === 0) return chosen
  const found = (await readOptimised(home)).find(({ packHash }) => packHash === chosen.pack.hash)
  if (found === undefined) return chosen
  const value = choiceName(found.chosen.options)
  return { ...chosen, controls: { ...chosen.controls, ...Object.fromEntries(open.map(({ id }) => [id, value])) } }
}

/** The front as values of a control, fast ones first; the choice in use stands under the control's default. */
export function pointsOf(found: Optimised, byDefault: string): EngineChoice['points'][string] {
  const inUse = choiceName(found.chosen.options)
  const others = found.front.filter(({ options }) => choiceName(options) !== inUse)
  const { options, dropDb, predictedMs } = found.chosen
  return [...others, { options, dropDb, milliseconds: predictedMs }].toSorted((a, b) => a.milliseconds - b.milliseconds).map((point) => {
    const name = choiceName(point.options)
    const times = found.baseMs / point.milliseconds
    return {
      value: name === inUse ? byDefault : name, label: `${times.toFixed(2)}x as fast, ${Math.round(100 * (1 - point.dropDb / found.gainDb))} % of the gain`,
      milliseconds: point.milliseconds, gainDb: found.gainDb - point.dropDb,
    }
  })
}
