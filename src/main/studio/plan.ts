/** Turns what an import found into jobs: one row for every photo, bad ones included, each with its place, settings and state. */
import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { ErrorCode, ErrorDetail } from '../../shared/errors.ts'
import { errorCodes, messages } from '../../shared/messages.en.ts'
import type { ExportPreset } from '../../shared/presets.ts'
import type { Photo } from './catalog/photos.repo.ts'
import { planTarget } from './export/destination.ts'
import { extensionOf, formatFor } from './jobs/format.ts'
import type { Target } from './jobs/job.ts'
import type { NewJob } from './jobs/jobs.repo.ts'
import { existsReason, heicReason } from './jobs/make.ts'
import { isTaken } from './jobs/outputs.ts'
import type { JobParts } from './jobs/parts.ts'
import type { JobSettings } from './jobs/settings.ts'
import { workKeys } from './settings-hash.ts'

export interface Found {
  /** `copy`: the virtual copy of the photo that is meant. */
  photos: { photo: Photo, root: string, copy?: number | null }[]
  failed: { path: string, root: string, code: string, detail: ErrorDetail }[]
}

export interface PlanRequest {
  settings: JobSettings, preset: ExportPreset, outRoot: string | null, resume: boolean
  /** Settings of single photos, by id, where they differ. */
  byPhoto?: ReadonlyMap<number, JobSettings>
}

interface BatchOf { requestKey: string, paths: string[], request: unknown, destination: string | null }

/** Photos planned in one transaction: short enough that a person's star does not wait for it. */
const atOnce = 500

/**
 * Goes on in the newest unfinished batch of the same request when `resume` is set, else makes a new one. Killed half-way, the same request
 * goes on in the same batch.
 * @param into a batch to add to
 * @returns the batch
 */
export async function enqueue(
  parts: JobParts, found: Found, request: PlanRequest, batch: BatchOf, into: number | null = null,
): Promise<number | null> {
  const items = inOrder(found)
  let batchId = into
  for (let from = 0; from < items.length; from += atOnce) {
    batchId = parts.catalog.write(() => enqueueSome(parts, items.slice(from, from + atOnce), request, batch, batchId))
    await setImmediate()
  }
  return batchId
}

function enqueueSome(parts: JobParts, items: readonly Item[], request: PlanRequest, batch: BatchOf, into: number | null): number {
  const going = into ?? (request.resume ? parts.batches.unfinished(batch.requestKey) : null)
  const batchId = going ?? parts.batches.insert({ ...batch, preset: request.preset.name })
  if (into === null && going !== null) parts.batches.setPaused(batchId, null)
  let position = parts.jobs.lastPosition(batchId)
  for (const item of items) {
    const known = going === null ? null : parts.jobs.bySource(batchId, item.path)
    if (known !== null && !worthAnotherTry(known.state, known.code)) continue
    const job = draftOf(parts, item, request, known?.position ?? position + 1)
    const id = known?.id ?? parts.jobs.insert(batchId, ++position, job)
    const target = job.target === null || job.state !== 'queued' ? job.target : parts.outputs.reserve(id, job.target)
    if (known !== null || target !== job.target) parts.jobs.replan(id, settled(parts, { ...job, target }, request))
  }
  return batchId
}

/** What would be enqueued; nothing is written. `first` is the number that `{seq}` begins with. */
export function draft(parts: JobParts, found: Found, request: PlanRequest, first = 1): NewJob[] {
  return inOrder(found).map((item, index) => draftOf(parts, item, request, index + first))
}

type Item = { path: string, root: string } & ({ photo: Photo, copy: number | null } | { photo: null, code: string, detail: ErrorDetail })

/** By folder and name, numbers by value: the order a person expects and `{seq}` counts in. A file named twice counts once. */
function inOrder(found: Found): Item[] {
  const items: Item[] = [
    ...found.photos.map(({ photo, root, copy = null }) => ({ path: photo.path, root, photo, copy })),
    ...found.failed.map(({ path, root, code, detail }) => ({ path, root, photo: null, code, detail })),
  ]
  const byPath = new Map(items.reverse().map((item) => [item.path, item]))
  return [...byPath.values()].sort((a, b) => collator.compare(a.path, b.path) || (a.path < b.path ? -1 : 1))
}

const collator = new Intl.Collator('en', { numeric: true })

/** Continuing a batch tries again what failed for reasons outside the photo: a full disk, a missing pack, a process that did not start. */
function worthAnotherTry(state: string, code: ErrorCode | null): boolean {
  if (state !== 'failed' || code === null) return false
  return !['input', 'internal'].includes(messages[code].category) && code !== 'GUEST_CRASHED'
}

function draftOf(parts: JobParts, item: Item, request: PlanRequest, seq: number): NewJob {
  const { preset } = request
  const settings = request.byPhoto?.get(item.photo?.id ?? 0) ?? request.settings
  const common = { source: item.path, root: item.root, settings, preset, skipReason: null, detail: {} }
  if (item.photo === null) {
    const code = errorCodes.find((each) => each === item.code) ?? 'INTERNAL'
    const detail = { file: item.path, ...item.detail }
    const unknown = { photoId: null, copy: null, fileHash: null, imageHash: null, megapixels: null, restoreKey: null, workKey: null, target: null }
    return { ...common, ...unknown, state: 'failed', code, detail }
  }
  const { photo, copy } = item
  const extension = extensionOf(formatFor(photo.facts, preset.encode))
  const { engine, pack, strength, scale } = settings
  const context = { engine, pack, strength, scale, seq, outRoot: request.outRoot }
  const { folder, baseName } = planTarget(preset, { ...photo, root: item.root }, context, extension)
  const job: NewJob = {
    ...common, photoId: photo.id, copy, fileHash: photo.fileHash, imageHash: photo.imageHash,
    megapixels: photo.facts.width * photo.facts.height / 1_000_000, ...workKeys(photo.imageHash, photo.facts, settings, preset),
    target: parts.outputs.besideOthers(item.path, { folder, name: baseName, extension }), state: 'queued', code: null,
  }
  if (photo.facts.kind === 'heic') {
    return settings.copySkipped ? job : { ...job, state: 'skipped', code: 'HEIC_NOT_SUPPORTED', skipReason: heicReason }
  }
  // Left alone, but asked for as a copy: the job itself copies it.
  if (settings.auto?.leave === true) return settings.copySkipped ? job : { ...job, state: 'skipped', skipReason: settings.auto.reason }
  return settled(parts, job, request)
}

/** The same place for a person: numbers behind the name may differ. */
function belongsTo(output: string, target: Target): boolean {
  return dirname(output) === target.folder && basename(output).startsWith(target.name.replace(/-\d+$/, ''))
}

/** Skips what is there already: our own result of the same work, or, by the collision policy, anybody's file of that name. */
function settled(parts: JobParts, job: NewJob, request: PlanRequest): NewJob {
  const { target } = job
  if (job.state !== 'queued' || target === null || job.workKey === null) return job
  const earlier = request.resume ? parts.jobs.deliveredBefore(job.workKey, job.source) : []
  const before = earlier.find(({ output }) => belongsTo(output, target) && existsSync(output))
  if (before !== undefined) return { ...job, state: 'skipped', skipReason: `already restored: ${before.output}` }
  if (request.preset.collision === 'skip' && isTaken(target)) {
    return { ...job, state: 'skipped', code: 'OUTPUT_EXISTS', skipReason: existsReason(target) }
  }
  return job
}
