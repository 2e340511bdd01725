/**
 * First half of a job: the finished pixels, as a file with a temporary name in the target folder. They are copied from an earlier result of
 * the same bytes, encoded from a kept master, or restored by the guest.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { RestillError } from '../../../shared/errors.ts'
import type { Notice, RestoreProgress } from '../../../shared/guest.ts'
import type { Photo } from '../catalog/photos.repo.ts'
import { temporaryName } from '../export/deliver.ts'
import { copyTo, hashOfFile, prepareFolder, statSource } from './files.ts'
import { formatFor } from './format.ts'
import type { Job, Target } from './job.ts'
import { isTaken, pathOf } from './outputs.ts'
import type { JobParts } from './parts.ts'
import type { Made, Result } from './results.repo.ts'
import { takeFromTwin } from './twins.ts'

/** What `make` leaves for the second half: a file, or the reason why there is none. */
export type Draft =
  | {
    kind: 'file', photo: Photo, target: Target, temporary: string, made: Made, notices: Notice[], master: string | null
    /** The result that the pixels were copied from; null when they were computed. */
    copiedFrom: Result | null
    /** The copy has its metadata already. */
    complete: boolean
  }
  | { kind: 'skipped', photo: Photo, reason: string, code: 'OUTPUT_EXISTS' | 'HEIC_NOT_SUPPORTED' | null }

interface MakeOptions {
  signal: AbortSignal
  onProgress(progress: RestoreProgress): void
}

/**
 * @throws RestillError FILE_NOT_FOUND, FILE_CHANGED, TARGET_READ_ONLY, DISK_FULL, JOB_LOST, CANCELLED, and whatever a restoration may throw
 */
export async function make(parts: JobParts, job: Job, options: MakeOptions): Promise<Draft> {
  const photo = job.photoId === null ? null : parts.photos.byId(job.photoId)
  if (photo === null || job.target === null) throw new RestillError('FILE_NOT_FOUND', { detail: { file: job.source } })
  if (photo.facts.kind === 'heic') return { kind: 'skipped', photo, code: 'HEIC_NOT_SUPPORTED', reason: heicReason }
  const { auto } = job.settings
  if (auto?.leave === true) return { kind: 'skipped', photo, code: null, reason: auto.reason }
  const stats = await statSource(job.source)
  if (isInTheWay(parts, job, job.target)) return { kind: 'skipped', photo, code: 'OUTPUT_EXISTS', reason: existsReason(job.target) }
  await prepareFolder(job.target.folder, (job.megapixels ?? 0) * 1_000_000 * (photo.facts.depth === 16 ? 6 : 1.5))
  const temporary = temporaryOf(parts, job)
  parts.queue.noteTemporary(job, temporary)
  const draft = { kind: 'file' as const, photo, target: job.target, temporary }
  // Stored work counts only for the very bytes that were imported; the guest looks at the pixels itself otherwise.
  if (stats.size === photo.bytes && Math.trunc(stats.mtimeMs) === Math.trunc(photo.modifiedMs) && job.fileHash === photo.fileHash) {
    const stored = await fromCopy(parts, job, temporary) ?? await fromMaster(parts, job, photo, temporary)
    if (stored !== null) return { ...draft, ...stored, notices: withChoice(job, stored.notices) }
  }
  const made = await restored(parts, job, temporary, options)
  return { ...draft, ...made, notices: withChoice(job, made.notices) }
}

export const autoCode = 'AUTO_CHOICE'

/** What Auto chose for this job goes before the notices; what it chose for a copied result does not count. */
function withChoice({ settings: { auto } }: Job, notices: readonly Notice[]): Notice[] {
  const others = notices.filter(({ code }) => code !== autoCode)
  return auto === null ? others : [{ code: autoCode, text: `Chosen automatically: ${auto.reason}.` }, ...others]
}

/** True when another file has the place and the preset says to leave it. What this job itself delivered earlier does not count. */
export function isInTheWay(parts: JobParts, job: Job, target: Target): boolean {
  return job.preset.collision === 'skip' && isTaken(target) && parts.results.byJob(job.id)?.output !== pathOf(target)
}

/** The temporary file of this attempt, in its target folder: its name says catalog, job and epoch. */
export function temporaryOf(parts: Pick<JobParts, 'catalogTag'>, job: Job, extension = job.target?.extension ?? 'bin'): string {
  return temporaryName(job.target?.folder ?? '', `${parts.catalogTag}-${job.id}-${job.epoch}`, extension)
}

/** How the names of this catalog's temporary files begin. */
export function temporaryPrefix(parts: Pick<JobParts, 'catalogTag'>): string {
  return `.restill-${parts.catalogTag}-`
}

export const heicReason = 'HEIC pixels cannot be opened yet; the metadata are in the catalog'

export function existsReason(target: Target): string {
  return `${pathOf(target)} exists already; choose another folder, or the collision policy "unique" or "overwrite"`
}

type Pixels = Pick<Extract<Draft, { kind: 'file' }>, 'made' | 'notices' | 'master' | 'copiedFrom' | 'complete'>

async function fromCopy(parts: JobParts, job: Job, temporary: string): Promise<Pixels | null> {
  if (job.workKey === null || job.fileHash === null) return null
  for (const result of parts.results.sameFile(job.workKey, job.fileHash)) {
    // Metadata name the photo they came from, so the file is taken whole only for that very photo.
    if (job.settings.fresh || result.output === null || parts.jobs.byId(result.jobId)?.source !== job.source) continue
    if (job.settings.keepMaster && result.master === null) continue
    if (await hashOfFile(result.output).catch(() => null) !== result.sha256) continue
    await copyTo(result.output, temporary)
    return copyOf(parts, job, result, true)
  }
  const twin = await takeFromTwin(parts, job, temporary)
  return twin === null ? null : copyOf(parts, job, twin, false)
}

async function copyOf(parts: JobParts, job: Job, from: Result, complete: boolean): Promise<Pixels> {
  await parts.pictures.copy(from.jobId, job.id)
  const nothing = { waiting: 0, decode: 0, survey: 0, infer: 0, blend: 0, encode: 0, trust: 0, total: 0 }
  const text = 'The same photo was restored with the same settings before; that result was copied.'
  const notice = { code: 'RESULT_COPIED', text }
  const notices = [...from.made.notices, notice]
  return { made: { ...from.made, seconds: nothing }, notices, master: from.master, copiedFrom: from, complete }
}

async function fromMaster(parts: JobParts, job: Job, photo: Photo, temporary: string): Promise<Pixels | null> {
  if (job.restoreKey === null || job.settings.strength !== 1 || job.settings.mask !== null || job.settings.fresh) return null
  const result = parts.results.withMaster(job.restoreKey)
  if (result === null || result.master === null) return null
  // How far the photo explains it was measured at that result's strength.
  if (job.settings.trust && (result.made.figures['trust'] === undefined || result.made.strength !== 1)) return null
  if (await hashOfFile(result.master).catch(() => null) === null) return null
  const encode = { ...job.preset.encode, format: formatFor(photo.facts, job.preset.encode) }
  const input = { source: result.master, path: temporary, encode, home: parts.home }
  const { notices, ...output } = await parts.pixels.call('encode', input, { file: job.source })
  await parts.pictures.copy(result.jobId, job.id)
  const made = { ...result.made, strength: 1, output }
  return { made, notices: [...result.made.notices, ...notices], master: result.master, copiedFrom: null, complete: false }
}

async function restored(parts: JobParts, job: Job, temporary: string, options: MakeOptions): Promise<Pixels> {
  const { settings } = job
  const master = settings.keepMaster ? join(parts.home, 'masters', `${job.id}-${job.epoch}.tif`) : null
  if (master !== null) await mkdir(join(parts.home, 'masters'), { recursive: true })
  try {
    const { before, after, ...made } = await parts.infer.call('restore', {
      // A photo that could not be opened has none: the guest tries again, and says what is wrong with the file.
      source: job.source, imageHash: job.imageHash === '' ? null : job.imageHash, engine: settings.engine, pack: settings.pack, packFolders: parts.packFolders,
      controls: settings.controls, strength: settings.strength, mask: settings.mask, scale: settings.scale, providers: settings.providers, tile: settings.tile,
      output: { path: temporary, encode: job.preset.encode }, master, comparisonEdge: settings.comparisonEdge, trust: settings.trust, home: parts.home,
    }, { signal: options.signal, onProgress: (progress) => { options.onProgress(progress) }, file: job.source })
    await parts.pictures.store(job.id, { before, after }).catch((error: unknown) => { parts.log.write(`pictures of ${job.source}`, error) })
    return { made, notices: made.notices, master, copiedFrom: null, complete: false }
  } catch (error) {
    if (master !== null) await rm(master, { force: true }).catch(() => undefined)
    throw error
  }
}
