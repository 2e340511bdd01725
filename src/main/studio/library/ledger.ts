/** Writes what an import read into the catalog, at most fifty photos a transaction: a person's star in the window never waits long. */
import { basename, dirname } from 'node:path'
import type { RestillError } from '../../../shared/errors.ts'
import type { Identified, Notice } from '../../../shared/guest.ts'
import type { Catalog } from '../catalog/open.ts'
import { unknownFacts, type PhotoDraft, type PhotoMetadata } from '../catalog/photo.ts'
import type { PhotosRepo } from '../catalog/photos.repo.ts'
import type { Previews } from '../catalog/previews.ts'
import type { ReadMetadata } from './metadata-read.ts'
import type { FoundFile, Scan } from './scan.ts'
import type { ImportOutcome, ImportSummary } from './summary.ts'

/** One file that was read. `gone`: photos with the same image whose files are no longer where the catalog has them. */
export interface ReadPhoto { file: FoundFile, identified: Identified, metadata: ReadMetadata, gone: ReadonlySet<number> }

type Entry =
  | { kind: 'known', file: FoundFile, id: number }
  | { kind: 'read', photo: ReadPhoto }
  | { kind: 'failed', file: FoundFile, error: RestillError, metadata: ReadMetadata | null }

const transactionLimit = 50
/** Something read is in the catalog at most this long after. */
const flushAfterMs = 1000

interface Stores { catalog: Catalog, photos: PhotosRepo, previews: Previews }

export class ImportLedger {
  private readonly deps: Stores
  private readonly found: Scan
  private readonly ignored: ImportSummary['ignored']
  private readonly results = new Map<string, { id: number, outcome: ImportOutcome }>()
  private readonly failures = new Map<string, ImportSummary['failed'][number]>()
  private pending: Entry[] = []
  private flushed = performance.now()

  constructor(deps: Stores, found: Scan) {
    this.deps = deps
    this.found = found
    this.ignored = [...found.ignored]
  }

  known(file: FoundFile, id: number): void {
    this.add({ kind: 'known', file, id })
  }

  read(photo: ReadPhoto): void {
    this.add({ kind: 'read', photo })
  }

  /** `metadata`: what could be read although the pixels could not. */
  fail(file: FoundFile, error: RestillError, metadata: ReadMetadata | null): void {
    this.add({ kind: 'failed', file, error, metadata })
  }

  ignore(file: FoundFile, reason: string): void {
    this.ignored.push({ path: file.path, reason })
  }

  flush(): void {
    const entries = this.pending
    this.pending = []
    this.flushed = performance.now()
    if (entries.length === 0) return
    // Thumbnails first: a photo in the catalog without one would be read again.
    const read = entries.flatMap((entry) => entry.kind === 'read' ? [entry.photo.identified] : [])
    this.deps.previews.put(read.filter(({ thumbnails }) => thumbnails.length > 0))
    this.deps.catalog.writeRepeatable(() => { for (const entry of entries) this.write(entry) })
  }

  summary(): ImportSummary {
    const inOrder = this.found.files
    return {
      photos: inOrder.flatMap(({ path, root }) => {
        const result = this.results.get(path)
        return result === undefined ? [] : [{ id: result.id, path, root, outcome: result.outcome }]
      }),
      failed: [...this.found.failed, ...inOrder.flatMap(({ path }) => this.failures.get(path) ?? [])],
      ignored: this.ignored,
    }
  }

  private add(entry: Entry): void {
    this.pending.push(entry)
    if (this.pending.length >= transactionLimit || performance.now() - this.flushed > flushAfterMs) this.flush()
  }

  private write(entry: Entry): void {
    const { photos } = this.deps
    if (entry.kind === 'known') {
      const { file, id } = entry
      const stamp = photos.stampOf(file.path)
      if (stamp?.root !== file.root || stamp.state !== 'present') photos.touch(id, file)
      photos.bringBack(id)
      this.results.set(file.path, { id, outcome: 'known' })
    } else if (entry.kind === 'failed') {
      const { file, error, metadata } = entry
      photos.save(unreadableDraft(photos.byPath(file.path), file, error, metadata))
      this.failures.set(file.path, { path: file.path, root: file.root, code: error.code, detail: error.detail })
    } else {
      const result = this.writeRead(entry.photo)
      photos.bringBack(result.id)
      this.results.set(entry.photo.file.path, result)
    }
  }

  private writeRead(read: ReadPhoto): { id: number, outcome: ImportOutcome } {
    const { photos } = this.deps
    const { file, identified } = read
    const before = photos.byPath(file.path)
    const same = photos.bySameImage(identified.imageHash).filter(({ path }) => path !== file.path)
    if (before === null) {
      const gone = same.filter(({ id }) => read.gone.has(id))
      const moved = gone.find(({ fileHash }) => fileHash === identified.fileHash) ?? gone[0]
      if (moved !== undefined) photos.relocate(moved.id, file.path, file.root)
      const id = photos.save(draftOf(read))
      return { id, outcome: moved !== undefined ? 'moved' : same.length > 0 ? 'duplicate' : 'new' }
    }
    const draft = draftOf(read)
    if (before.imageHash !== identified.imageHash) {
      const id = photos.save(draft)
      return { id, outcome: before.imageHash !== '' ? 'changed' : same.length > 0 ? 'duplicate' : 'new' }
    }
    const asBefore = before.fileHash === identified.fileHash && before.sidecars === file.sidecarStamp
    // Stars given in restill stay until the file says others; a file that did not change says nothing new at all.
    const metadata = asBefore ? metadataOf(before) : { rating: draft.rating ?? before.rating }
    return { id: photos.save({ ...draft, ...metadata }), outcome: asBefore ? 'known' : 'metadata' }
  }
}

function draftOf({ file, identified, metadata }: ReadPhoto): PhotoDraft {
  const { width, height } = identified.facts
  const facts = (width === 0 || height === 0) && metadata.size !== null ? { ...identified.facts, ...metadata.size } : identified.facts
  return {
    ...placeOf(file), ...metadata.metadata,
    fileHash: identified.fileHash, imageHash: identified.imageHash, facts, state: 'present', error: null,
    note: noteOf(facts.kind, [...identified.notices, ...metadata.notices]),
  }
}

function metadataOf(photo: PhotoMetadata): PhotoMetadata {
  const { capturedAt, camera, lens, iso, shutterSeconds, aperture, focalLength, latitude, longitude } = photo
  const { rating, label, title, caption, keywords } = photo
  return {
    capturedAt, camera, lens, iso, shutterSeconds, aperture, focalLength, latitude, longitude, rating, label, title, caption, keywords,
  }
}

/** What was known of the file stays: a share that is offline for a moment must not cost stars and words. */
function unreadableDraft(before: PhotoDraft | null, file: FoundFile, error: RestillError, metadata: ReadMetadata | null): PhotoDraft {
  const known = before ?? {
    fileHash: '', imageHash: '', facts: unknownFacts, capturedAt: null, camera: null, lens: null, iso: null, shutterSeconds: null,
    aperture: null, focalLength: null, latitude: null, longitude: null, rating: null, label: null, title: null, caption: null,
    keywords: [], note: null, ...metadata?.metadata,
  }
  return { ...known, ...placeOf(file), state: 'unreadable', error: { code: error.code, detail: error.detail } }
}

type Place = Pick<PhotoDraft, 'path' | 'folder' | 'name' | 'root' | 'bytes' | 'modifiedMs' | 'sidecars' | 'importedAt'>

function placeOf(file: FoundFile): Place {
  const { path, root, bytes, modifiedMs, sidecarStamp } = file
  const importedAt = new Date().toISOString()
  return { path, folder: dirname(path), name: basename(path), root, bytes, modifiedMs, sidecars: sidecarStamp, importedAt }
}

const kindNotes = {
  photo: '',
  raw: 'Raw file: it is shown and restored from its embedded full-size preview, not from the sensor data.',
  heic: 'HEIC photo: its metadata are in the catalog; its pixels cannot be restored yet.',
}

function noteOf(kind: keyof typeof kindNotes, notices: readonly Notice[]): string | null {
  const sentences = [kindNotes[kind], ...notices.map(({ text }) => text)].filter((sentence) => sentence !== '')
  return sentences.length > 0 ? [...new Set(sentences)].join(' ') : null
}
