/** Writes results anew by another preset: a batch like any other, whose jobs find the stored file or master, or restore the photo anew. */
import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { RestillError } from '../../shared/errors.ts'
import type { ExportRequest, FixOptions, FixSummary } from './work.ts'
import type { Photo } from './catalog/photos.repo.ts'
import { destinationRoot } from './export/destination.ts'
import { outcomeOf, presetOf, type FixParts } from './fix.ts'
import { noCounts } from './jobs/batches.repo.ts'
import type { JobSettings } from './jobs/settings.ts'
import { enqueue, type PlanRequest } from './plan.ts'
import { hashOf } from './settings-hash.ts'

/** @throws RestillError PRESET_UNKNOWN, NAME_TEMPLATE_INVALID, USAGE, FILE_NOT_FOUND for a path that is not in the catalog */
export async function exportResults(parts: FixParts, request: ExportRequest, options: FixOptions = {}): Promise<FixSummary> {
  const startedAt = performance.now()
  const preset = presetOf(parts.presets, request)
  const outRoot = request.outRoot === null ? null : resolve(request.outRoot)
  const groups = bySettings(parts, photosOf(parts, request))
  const first = groups[0]
  const root = first?.photos[0]?.root
  const destination = root === undefined ? outRoot : destinationRoot(preset, root, outRoot)
  if (first === undefined) {
    return { batchId: null, counts: noCounts(), reports: [], ignored: [], destination, stopped: false, seconds: 0 }
  }
  const paths = groups.flatMap(({ photos }) => photos.map(({ path }) => path)).sort()
  const batch = { requestKey: hashOf({ export: paths, outRoot, preset }), paths, request, destination }
  let batchId: number | null = null
  for (const { settings, photos } of groups) {
    const plan: PlanRequest = { settings, preset, outRoot, resume: true }
    batchId = await enqueue(parts, { photos: photos.map((photo) => ({ photo, root: photo.root })), failed: [] }, plan, batch, batchId)
  }
  if (batchId === null) throw new Error('no batch was made')
  const { total } = parts.batches.counts(batchId)
  options.onEvent?.({ kind: 'planned', batchId, total, megapixels: parts.jobs.megapixelsLeft(batchId), destination: destination ?? '' })
  const stopped = await parts.run(batchId, options)
  return { ...outcomeOf(parts, batchId), ignored: [], destination, stopped, seconds: (performance.now() - startedAt) / 1000 }
}

function photosOf(parts: FixParts, request: ExportRequest): Photo[] {
  const ids = request.ids ?? (request.paths === undefined ? parts.results.photoIds() : [])
  const byId = ids.flatMap((id) => parts.photos.byId(id) ?? [])
  const byPath = (request.paths ?? []).flatMap((path) => {
    const found = inCatalog(parts, resolve(path))
    if (found.length === 0) throw new RestillError('FILE_NOT_FOUND', { detail: { file: path } })
    return found
  })
  return [...new Map([...byId, ...byPath].map((photo) => [photo.id, photo])).values()]
}

/** A photo, or everything below a folder. */
function inCatalog(parts: FixParts, path: string): Photo[] {
  for (const each of new Set([path, realOf(path)])) {
    const photo = parts.photos.byPath(each)
    const found = photo === null ? parts.photos.list({ under: each }) : [photo]
    if (found.length > 0) return found
  }
  return []
}

function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Each photo as it was last restored; photos without a result are left out. */
function bySettings(parts: FixParts, photos: readonly Photo[]): { settings: JobSettings, photos: Photo[] }[] {
  const groups = new Map<string, { settings: JobSettings, photos: Photo[] }>()
  for (const photo of photos) {
    const result = parts.results.newestOfPhoto(photo.id)
    const job = result === null ? null : parts.jobs.byId(result.jobId)
    if (job === null) continue
    const settings: JobSettings = { ...job.settings, copySkipped: false, fresh: false, keepMaster: false }
    const key = hashOf(settings)
    const group = groups.get(key) ?? { settings, photos: [] }
    groups.set(key, group)
    group.photos.push(photo)
  }
  return [...groups.values()]
}
