/** Auto at work: looks at photos, asks the rules, and hands out an engine, its pack and a working scale for each. The one place that decides. */
import { explain } from '../../../shared/errors.ts'
import type { Descriptor } from '../../../shared/descriptor.ts'
import type { ScaleChoice } from '../../../shared/guest.ts'
import type { Photo } from '../catalog/photo.ts'
import type { Catalog } from '../catalog/open.ts'
import type { SettingsRepo } from '../catalog/settings.repo.ts'
import type { Chosen } from '../packs.ts'
import type { TriageOptions, TriageOutcome } from '../work.ts'
import { type Budget, type Candidate, decide, type Decision, leaveReason, reasonOf, shareOut, type Way, waysOf } from './auto.ts'
import { secondsOf } from './speeds.ts'
import { type TriageParts, triagePhotos } from './triage.ts'

export interface AutoParts extends TriageParts {
  catalog: Catalog
  settings: SettingsRepo
  listEngines(): Promise<Descriptor[]>
  choose(request: { engine: string, pack?: string, controls: Chosen['controls'] }): Promise<Chosen>
}

/** `leave`: nothing is to be done, for the reason. */
interface AutoChoice { chosen: Chosen, scale: ScaleChoice, leave: boolean, reason: string }

/** Who names an engine, a pack or a control has chosen. */
export function leavesChoice({ engine, pack, controls }: { engine: string, pack?: string | null | undefined, controls: Readonly<Record<string, unknown>> }): boolean {
  return engine === 'auto' && (pack ?? null) === null && Object.keys(controls).length === 0
}

/**
 * A choice for every photo, by its id. A photo that cannot be judged gets the first engine: restoring it says what is wrong with it.
 * @throws RestillError PACK_MISSING where no engine has a usable pack; CANCELLED
 */
export async function chooseForPhotos(
  parts: AutoParts, photos: readonly Photo[], request: { scale: ScaleChoice, budget?: Budget | null }, options: TriageOptions = {},
): Promise<Map<number, AutoChoice>> {
  const budget = request.budget ?? null
  const candidates = await candidatesOf(parts, budget !== null)
  const outcomes = await triagePhotos(parts, photos, options)
  const ways = outcomes.map(({ photo, report }) => report === null ? [] : waysOf(report, candidates, megapixelsOf(photo), request.scale === 'auto' ? null : request.scale))
  const decisions = outcomes.map((outcome, index) => decisionOf(outcome, ways[index]!, budget))
  if (budget?.per === 'batch') shareTime(outcomes, ways, decisions, budget.seconds)
  return new Map(outcomes.map(({ photo }, index) => {
    const { way, reason } = decisions[index]!
    const by = candidates.find(({ engine }) => engine === way?.engine) ?? candidates[0]!
    const { report } = outcomes[index]!
    // The scale that the blur asks for is what the restoration finds by itself: the work stays the same as without Auto.
    const scale = way === null || way.scale === report?.scale ? request.scale : way.scale
    return [photo.id, { chosen: by.chosen, scale, leave: way === null && report !== null, reason }]
  }))
}

/**
 * For one photo that somebody looks at: Auto's engine even where it would leave the photo alone.
 * @returns a null `reason` where the settings leave nothing to Auto
 * @throws as `choose`
 */
export async function chosenFor(
  parts: AutoParts, photo: Photo, settings: { engine: string, pack: string | null, controls: Chosen['controls'], scale: ScaleChoice },
): Promise<{ chosen: Chosen, reason: string | null }> {
  const { engine, pack, controls } = settings
  if (!leavesChoice(settings)) return { chosen: await parts.choose({ engine, controls, ...(pack === null ? {} : { pack }) }), reason: null }
  return (await chooseForPhotos(parts, [photo], settings)).get(photo.id)!
}

function decisionOf({ report, error }: TriageOutcome, ways: readonly Way[], budget: Budget | null): Decision {
  if (report === null) return { way: null, reason: `its blur could not be judged: ${explain(error).message}` }
  return decide(report, ways, budget?.per === 'photo' ? budget.seconds : null)
}

function shareTime(outcomes: readonly TriageOutcome[], ways: readonly Way[][], decisions: Decision[], seconds: number): void {
  const open = outcomes.map(({ report }, index) => report === null || leaveReason(report) !== null ? [] : ways[index]!)
  // Nothing was measured: the batch runs as it would without a budget.
  if (open.every((each) => each.every((way) => way.seconds === null))) return
  for (const [index, way] of shareOut(open, seconds).entries()) {
    const { report } = outcomes[index]!
    if (report === null || open[index]!.length === 0) continue
    const free = decisions[index]!.way
    if (way === null) decisions[index] = { way, reason: 'the budget of the batch went to photos that gain more' }
    else if (way !== free) decisions[index] = { way, reason: `${reasonOf(report, way)}; chosen within the budget of the batch` }
  }
}

async function candidatesOf(parts: AutoParts, measure: boolean): Promise<(Candidate & { chosen: Chosen })[]> {
  const [engines, packs] = [await parts.listEngines(), await parts.listPacks()]
  const candidates = []
  for (const { id, title, generative } of engines) {
    // What makes detail up is a person's choice.
    if (generative !== false || !packs.some(({ engine, verified, error }) => engine === id && verified && error === null)) continue
    const chosen = await parts.choose({ engine: id, controls: {} })
    candidates.push({ engine: id, title, pack: chosen.pack.id, seconds: await secondsOf(parts, chosen, measure), chosen })
  }
  // Says which pack is missing or damaged.
  if (candidates.length === 0) await parts.choose({ engine: 'auto', controls: {} })
  return candidates
}

function megapixelsOf({ facts }: Photo): number {
  return facts.width * facts.height / 1e6
}
