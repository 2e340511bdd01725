/** The engines as a person chooses among them: packs, and how long a photo takes on this machine, from what was measured before. */
import { z } from 'zod'
import type { EngineChoice } from '../../../shared/contract/develop.ts'
import type { Descriptor } from '../../../shared/descriptor.ts'
import type { Optimised } from '../../../shared/edge.ts'
import type { PackListing } from '../../../shared/pack.ts'
import type { SettingsRepo } from '../catalog/settings.repo.ts'
import { pointsOf } from '../optimise/optimise.ts'

/** Newest measurements weigh this much: a machine that got busy is followed, one slow tile is not. */
const newestWeight = 0.3
const speedSchema = z.strictObject({ device: z.string(), secondsPerMegapixel: z.number() })

/** Seconds that an engine took per megapixel of its working scale. */
export class Speeds {
  readonly #settings: SettingsRepo

  constructor(settings: SettingsRepo) {
    this.#settings = settings
  }

  /** Null until measured. */
  of(engine: string): number | null {
    return this.#settings.get(`speed:${engine}`, speedSchema)?.secondsPerMegapixel ?? null
  }

  note(engine: string, device: string, secondsPerMegapixel: number): void {
    const before = this.#settings.get(`speed:${engine}`, speedSchema)
    const earlier = before?.device === device ? before.secondsPerMegapixel : secondsPerMegapixel
    const mixed = earlier + (secondsPerMegapixel - earlier) * newestWeight
    this.#settings.set(`speed:${engine}`, { device, secondsPerMegapixel: mixed })
  }
}

/** Engines that have a usable pack. @param megapixels of the photo at full size; null asks for no seconds */
export function engineChoices(
  engines: readonly Descriptor[], packs: readonly PackListing[], speeds: Speeds, megapixels: number | null, optimised: readonly Optimised[] = [],
): EngineChoice[] {
  return engines.flatMap((descriptor) => {
    const usable = packs.filter((pack) => pack.engine === descriptor.id && pack.error === null && pack.verified)
    if (usable.length === 0) return []
    const speed = speeds.of(descriptor.id)
    return [{
      descriptor, packs: usable.map(({ id, title, version }) => ({ id, title, version })),
      seconds: speed === null || megapixels === null ? null : speed * megapixels, gain: null, points: frontsOf(descriptor, usable, optimised),
    }]
  })
}

/** Fronts of the engine's `point` controls, from the newest outcome for one of its packs. */
function frontsOf(descriptor: Descriptor, usable: readonly PackListing[], optimised: readonly Optimised[]): EngineChoice['points'] {
  const found = optimised.find(({ packHash }) => usable.some(({ hash }) => hash === packHash))
  if (found === undefined) return {}
  return Object.fromEntries(descriptor.controls.flatMap((control) => control.kind === 'point' ? [[control.id, pointsOf(found, control.default)]] : []))
}
