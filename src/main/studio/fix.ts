/** `fix`: import, plan, run, report. The same way for one photo and for ten thousand. */
import { resolve } from 'node:path'
import { isGenerative } from '../../shared/descriptor.ts'
import { RestillError } from '../../shared/errors.ts'
import { presetSchema, type ExportPreset } from '../../shared/presets.ts'
import type { FixOptions, FixRequest, FixSummary } from './work.ts'
import type { Captions } from './captions/captions.ts'
import { readsCaptions, withCaption } from './captions/fill.ts'
import { makeCaptions } from './captions/make-for-batch.ts'
import type { Photo } from './catalog/photo.ts'
import type { PresetsRepo } from './catalog/presets.repo.ts'
import { destinationRoot } from './export/destination.ts'
import { noCounts } from './jobs/batches.repo.ts'
import type { NewJob } from './jobs/jobs.repo.ts'
import type { JobParts } from './jobs/parts.ts'
import { recover } from './jobs/recovery.ts'
import { plannedReport, reportOf } from './jobs/reports.ts'
import type { RunBatch } from './jobs/runners.ts'
import type { JobSettings } from './jobs/settings.ts'
import type { ImportSummary } from './library/import.ts'
import type { Chosen } from './packs.ts'
import { draft, enqueue, type Found, type PlanRequest } from './plan.ts'
import { hashOf } from './settings-hash.ts'
import { type AutoParts, chooseForPhotos, leavesChoice } from './triage/choose.ts'

export interface FixParts extends JobParts, AutoParts {
  captions: Pick<Captions, 'of' | 'make'>
  presets: PresetsRepo
  importPhotos(paths: string[], recursive: boolean, options: FixOptions): Promise<ImportSummary>
  choose(request: Pick<FixRequest, 'engine' | 'pack' | 'controls'>): Promise<Chosen>
  run: RunBatch
}

/**
 * @throws RestillError of the request itself: PRESET_UNKNOWN, NAME_TEMPLATE_INVALID, ENGINE_UNKNOWN, PACK_*, CONTROL_*, USAGE, and
 *   CANCELLED when it was stopped before anything was planned. What is wrong with single photos is in the summary.
 */
export async function fix(parts: FixParts, request: FixRequest, options: FixOptions = {}): Promise<FixSummary> {
  const startedAt = performance.now()
  if (request.paths.length === 0) throw new RestillError('USAGE', { detail: { reason: 'no folder or photo was named' } })
  const paths = request.paths.map((path) => resolve(path))
  const preset = presetOf(parts.presets, request)
  if (!request.dryRun) warmUp(parts)
  const chosen = await parts.choose(request)
  const settings = settingsOf(request, chosen, null)
  const imported = await parts.importPhotos(paths, request.recursive, options)
  const found: Found = {
    photos: imported.photos.flatMap(({ id, root }) => {
      const photo = parts.photos.byId(id)
      return photo === null ? [] : [{ photo, root }]
    }),
    failed: imported.failed,
  }
  const outRoot = request.outRoot === null ? null : resolve(request.outRoot)
  const byPhoto = leavesChoice(request) ? await automatic(parts, request, found, options) : await captioned(parts, request, chosen, found, options)
  const plan: PlanRequest = { settings, preset, outRoot, resume: request.resume, byPhoto }
  const destination = destinationOf(found, plan)
  const summary = { ignored: imported.ignored, destination, seconds: 0 }
  const seconds = () => (performance.now() - startedAt) / 1000
  if (found.photos.length + found.failed.length === 0) {
    return { ...summary, batchId: null, counts: noCounts(), reports: [], stopped: false, seconds: seconds() }
  }
  if (request.dryRun) return dryRun(draft(parts, found, plan), { ...summary, seconds: seconds() }, options)

  await recover(parts)
  const requestKey = hashOf({
    paths: [...paths].sort(), recursive: request.recursive, outRoot: plan.outRoot, settings: { ...settings, comparisonEdge: 0 }, preset,
    ...(leavesChoice(request) ? { engine: 'auto', budget: request.budget ?? null } : {}),
  })
  const batchId = await enqueue(parts, found, plan, { requestKey, paths, request, destination })
  if (batchId === null) throw new Error('photos were found and no batch was made')
  options.onEvent?.({
    kind: 'planned', batchId, total: parts.batches.counts(batchId).total, megapixels: parts.jobs.megapixelsLeft(batchId),
    destination: destination ?? '',
  })
  const stopped = await parts.run(batchId, options)
  return { ...summary, ...outcomeOf(parts, batchId), stopped, seconds: seconds() }
}

/** Processes that will be needed start while others work; whoever needs them hears what is wrong with them. */
function warmUp(parts: FixParts): void {
  void parts.pixels.call('hello', {}).catch(() => undefined)
  void parts.carrier.available()
}

/** Counts and reports of a batch, as they stand. */
export function outcomeOf(parts: JobParts, batchId: number): Pick<FixSummary, 'batchId' | 'counts' | 'reports'> {
  return { batchId, counts: parts.batches.counts(batchId), reports: parts.jobs.list({ batchId }).map((job) => reportOf(parts, job)) }
}

export function presetOf(presets: PresetsRepo, request: Pick<FixRequest, 'preset' | 'presetOverrides'>): ExportPreset {
  const parsed = presetSchema.safeParse({ ...presets.byName(request.preset), ...request.presetOverrides })
  if (parsed.success) return parsed.data
  const reason = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  throw new RestillError('USAGE', { detail: { reason } })
}

async function automatic(parts: FixParts, request: FixRequest, found: Found, options: FixOptions): Promise<Map<number, JobSettings>> {
  const choices = await chooseForPhotos(parts, openable(found), request, {
    signal: stopOf(options), onProgress: ({ total, done, name }) => { options.onEvent?.({ kind: 'triage', found: total, done, name }) },
  })
  return new Map([...choices].map(([id, { chosen, scale, leave, reason }]) => [id, settingsOf({ ...request, scale }, chosen, { leave, reason })]))
}

/** Every photo with its own caption, where the engine reads captions and nobody set one for all. */
async function captioned(parts: FixParts, request: FixRequest, chosen: Chosen, found: Found, options: FixOptions): Promise<Map<number, JobSettings>> {
  if (!readsCaptions(chosen.descriptor)) return new Map()
  const photos = openable(found)
  if (request.makeCaptions === true && !request.dryRun) await makeCaptions(parts.captions, photos, stopOf(options), options.onEvent)
  return new Map(photos.map((photo) => [photo.id, settingsOf(request, withCaption(parts, chosen, request.controls, photo), null)]))
}

function openable({ photos }: Found): Photo[] {
  return photos.map(({ photo }) => photo).filter(({ facts }) => facts.kind !== 'heic')
}

function stopOf({ stopNow, stopAfterCurrent }: FixOptions): AbortSignal {
  return AbortSignal.any([stopNow, stopAfterCurrent].filter((signal) => signal !== undefined))
}

function settingsOf(request: FixRequest, { descriptor, pack, controls }: Chosen, auto: JobSettings['auto']): JobSettings {
  return {
    engine: descriptor.id, pack: pack.id, packHash: pack.hash, generative: isGenerative(descriptor, controls), controls,
    strength: request.strength, scale: request.scale, mask: null, providers: request.providers, tile: request.tile,
    keepMaster: request.keepMasters, fresh: !request.resume, copySkipped: request.copySkipped, trust: request.trust ?? false, comparisonEdge: request.comparisonEdge, auto,
  }
}

/** For people: the one folder that results go below; the first of them when there are several. */
function destinationOf(found: Found, plan: PlanRequest): string | null {
  const root = found.photos[0]?.root ?? found.failed[0]?.root
  return root === undefined ? plan.outRoot : destinationRoot(plan.preset, root, plan.outRoot)
}

function dryRun(jobs: NewJob[], summary: Pick<FixSummary, 'ignored' | 'destination' | 'seconds'>, options: FixOptions): FixSummary {
  const counts = noCounts()
  const reports = jobs.map(plannedReport)
  for (const { state } of reports) {
    counts[state]++
    counts.total++
  }
  const megapixels = jobs.reduce((sum, job) => sum + (job.state === 'queued' ? job.megapixels ?? 0 : 0), 0)
  options.onEvent?.({ kind: 'planned', batchId: 0, total: counts.total, megapixels, destination: summary.destination ?? '' })
  return { ...summary, batchId: null, counts, reports, stopped: false }
}

