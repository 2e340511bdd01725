/**
 * Brings photos into the catalog where they lie. Files are read by the guest, several at a time, while their metadata are read here; what
 * is known comes back from the catalog by path, size and date without a look inside. Each file stands for itself: a bad one is told, the
 * rest goes on.
 */
import { stat } from 'node:fs/promises'
import { RestillError, asRestillError, type ErrorCode } from '../../../shared/errors.ts'
import type { Identified } from '../../../shared/guest.ts'
import type { Catalog } from '../catalog/open.ts'
import type { PhotoStamp, PhotosRepo } from '../catalog/photos.repo.ts'
import type { Previews } from '../catalog/previews.ts'
import { readEnds } from './file-ends.ts'
import { ImportLedger, type ReadPhoto } from './ledger.ts'
import { markMissing } from './missing.ts'
import { readMetadata, type ReadMetadata } from './metadata-read.ts'
import { bearsOwnMark } from './own-results.ts'
import { scan, type FoundFile } from './scan.ts'
import type { ImportSummary } from './summary.ts'

export type { ImportSummary } from './summary.ts'

/** The part of the guest that an import needs. */
export interface PixelsGuest {
  call(
    call: 'identify', input: { file: string, thumbnails: number[] }, options?: { signal?: AbortSignal, file?: string },
  ): Promise<Identified>
}

export interface ImportDeps {
  catalog: Catalog
  photos: PhotosRepo
  previews: Previews
  pixels: PixelsGuest
  /** True for a file that restill delivered and that may bear no mark (no ExifTool at that time). */
  isOwnResult?: (path: string) => boolean
}

interface ImportRequest {
  paths: readonly string[]
  recursive: boolean
  signal?: AbortSignal
  onProgress?(progress: { found: number, done: number, name: string }): void
}

/** Long side of the thumbnails that an import makes, pixels. */
export const thumbnailEdge = 320
/** Files under way together: the guest decodes while the next ones' metadata are read. */
const filesAtOnce = 12

/**
 * @throws RestillError CANCELLED (what was read until then is in the catalog), GUEST_START_FAILED, and the catalog's codes when the catalog
 * itself fails; whatever is wrong with single files is in the summary
 */
export async function importPaths(deps: ImportDeps, request: ImportRequest): Promise<ImportSummary> {
  const { signal } = request
  const found = await scan(request.paths, request.recursive, signal)
  const ledger = new ImportLedger(deps, found)
  let done = 0
  const step = (name: string): void => request.onProgress?.({ found: found.files.length, done, name })
  step('')
  const crashed: FoundFile[] = []
  const work = async (file: FoundFile, again: boolean): Promise<void> => {
    const outcome = await readOne(deps, file, signal)
    if (outcome.kind === 'crashed' && !again) {
      crashed.push(file)
      return
    }
    if (outcome.kind === 'known') ledger.known(file, outcome.id)
    else if (outcome.kind === 'read') ledger.read(outcome.photo)
    else if (outcome.kind === 'ignored') ledger.ignore(file, outcome.reason)
    else ledger.fail(file, outcome.error, outcome.metadata)
    done++
    step(file.path)
  }
  try {
    await inParallel(found.files, filesAtOnce, (file) => work(file, false))
    // The guest ended while it had several files: which one it was shows when each is tried alone.
    for (const file of crashed) await work(file, true)
  } finally {
    ledger.flush()
  }
  await markMissing(deps.photos, found, request.recursive)
  return ledger.summary()
}

type Outcome =
  | { kind: 'known', id: number } | { kind: 'read', photo: ReadPhoto } | { kind: 'ignored', reason: string }
  | { kind: 'failed' | 'crashed', error: RestillError, metadata: ReadMetadata | null }

/** Codes that say nothing about the file: the import ends with them. */
const fatal = new Set<ErrorCode>(['CANCELLED', 'GUEST_START_FAILED'])

async function readOne(deps: ImportDeps, file: FoundFile, signal: AbortSignal | undefined): Promise<Outcome> {
  if (signal?.aborted === true) throw new RestillError('CANCELLED')
  if (deps.isOwnResult?.(file.path) === true) return { kind: 'ignored', reason: ownResult }
  const stamp = deps.photos.stampOf(file.path)
  if (stamp !== null && isAsKnown(stamp, file) && (stamp.kind === 'heic' || deps.previews.has(stamp.imageHash, thumbnailEdge))) {
    return { kind: 'known', id: stamp.id }
  }
  if (file.bytes === 0) return failed(new RestillError('FILE_EMPTY', { detail: { file: file.path } }), null)
  try {
    const ends = await readEnds(file.path)
    if (bearsOwnMark(ends)) return { kind: 'ignored', reason: ownResult }
    const metadata = await readMetadata(ends, file.sidecars)
    return metadata.isOwnResult ? { kind: 'ignored', reason: ownResult } : await identify(deps, file, metadata, signal)
  } catch (cause) {
    return failed(unreadable(file.path, cause), null)
  }
}

const ownResult = 'delivered by restill'

/** Unreadable files are tried again each time: permissions and disks change without a trace in the file. */
function isAsKnown(stamp: PhotoStamp, file: FoundFile): boolean {
  const { state, bytes, modifiedMs, sidecars } = stamp
  return state !== 'unreadable' && bytes === file.bytes && modifiedMs === file.modifiedMs && sidecars === file.sidecarStamp
}

async function identify(deps: ImportDeps, file: FoundFile, metadata: ReadMetadata, signal: AbortSignal | undefined): Promise<Outcome> {
  let identified: Identified
  try {
    const options = { file: file.path, ...(signal === undefined ? {} : { signal }) }
    identified = await deps.pixels.call('identify', { file: file.path, thumbnails: [thumbnailEdge] }, options)
  } catch (thrown) {
    const error = asRestillError(thrown)
    if (fatal.has(error.code)) throw error
    return failed(error, metadata)
  }
  const gone = new Set<number>()
  for (const { id, path } of deps.photos.bySameImage(identified.imageHash)) {
    if (path !== file.path && await stat(path).then(() => false, isGone)) gone.add(id)
  }
  return { kind: 'read', photo: { file, identified, metadata, gone } }
}

function failed(error: RestillError, metadata: ReadMetadata | null): Outcome {
  return { kind: error.code === 'GUEST_CRASHED' || error.code === 'GUEST_UNRESPONSIVE' ? 'crashed' : 'failed', error, metadata }
}

/** What the file system said, in our words; our own errors and bugs stay what they are. */
function unreadable(file: string, cause: unknown): RestillError {
  if (cause instanceof RestillError && fatal.has(cause.code)) throw cause
  if (cause instanceof RestillError) return cause
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined
  if (code === 'ENOENT') return new RestillError('FILE_NOT_FOUND', { detail: { file }, cause })
  const reason = code === 'EACCES' || code === 'EPERM' ? 'no permission' : code ?? String(cause)
  return new RestillError('FILE_UNREADABLE', { detail: { file, reason }, cause })
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** Runs `work` on each item, `width` at a time. After a failure nothing new begins; what runs is waited for, then it is thrown. */
async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const failures: unknown[] = []
  const lane = async (): Promise<void> => {
    for (const item of queue) {
      if (failures.length > 0) return
      try {
        await work(item)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  if (failures.length > 0) throw failures[0]
}
