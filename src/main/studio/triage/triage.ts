/** Looks for blur in photos of the catalog: what is known is taken, the rest is asked of the guest, two photos at a time. */
import type { BlurReport } from '../../../shared/blur-report.ts'
import { asRestillError, isCancelled, RestillError } from '../../../shared/errors.ts'
import type { PackListing } from '../../../shared/pack.ts'
import type { Photo } from '../catalog/photo.ts'
import type { JobParts } from '../jobs/parts.ts'
import type { TriageOptions, TriageOutcome } from '../work.ts'
import type { BlurReportsRepo } from './reports.repo.ts'

export interface TriageParts extends Pick<JobParts, 'home' | 'infer' | 'packFolders'> {
  blurReports: BlurReportsRepo
  listPacks(): Promise<PackListing[]>
}

const atOnce = 2

/** In the order of `photos`. @throws RestillError CANCELLED: what was found until then is in the catalog */
export async function triagePhotos(parts: TriageParts, photos: readonly Photo[], options: TriageOptions = {}): Promise<TriageOutcome[]> {
  const { signal, onProgress } = options
  const packs = packsOf(await parts.listPacks())
  const outcomes: TriageOutcome[] = []
  let [next, done] = [0, 0]
  const worker = async (): Promise<void> => {
    while (next < photos.length) {
      if (signal?.aborted === true) throw new RestillError('CANCELLED')
      const index = next++
      const photo = photos[index]!
      outcomes[index] = await outcomeOf(parts, photo, packs, signal)
      onProgress?.({ total: photos.length, done: ++done, name: photo.name })
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, photos.length) }, worker))
  return outcomes
}

async function outcomeOf(parts: TriageParts, photo: Photo, packs: string[], signal: AbortSignal | undefined): Promise<TriageOutcome> {
  try {
    return { photo, report: await reportOf(parts, photo, packs, signal), error: null }
  } catch (thrown) {
    if (isCancelled(thrown)) throw thrown
    return { photo, report: null, error: asRestillError(thrown) }
  }
}

/** @throws RestillError FILE_*, IMAGE_*, HEIC_NOT_SUPPORTED, GUEST_*, CANCELLED */
async function reportOf(parts: TriageParts, photo: Photo, packs: string[], signal: AbortSignal | undefined): Promise<BlurReport> {
  if (photo.error !== null) throw asRestillError(new RestillError('FILE_UNREADABLE', { detail: { file: photo.path, reason: 'it could not be imported' } }))
  const known = parts.blurReports.byPhoto(photo.id)
  if (known !== null && known.imageHash === photo.imageHash && known.packs.join() === packs.join()) return known.report
  const input = { source: photo.path, imageHash: photo.imageHash, packFolders: parts.packFolders, home: parts.home }
  const report = await parts.infer.call('triage', input, { file: photo.path, ...(signal === undefined ? {} : { signal }) })
  parts.blurReports.store(photo.id, { imageHash: photo.imageHash, packs, report })
  return report
}

/** Packs that a report was made with: their hashes, in order. */
function packsOf(listings: readonly PackListing[]): string[] {
  return listings.filter(({ verified, error }) => verified && error === null).map(({ id, version }) => `${id} ${version}`).sort()
}
