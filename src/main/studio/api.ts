/**
 * What the studio offers its doors (terminal, browser, window): types alone. `studio.ts` wires the parts that do it. The parts themselves
 * import `work.ts`, never this file.
 */
import type { Descriptor } from '../../shared/descriptor.ts'
import type { ProviderVerdict, RestoreOutput, PerceptualFigures } from '../../shared/guest.ts'
import type { PackListing } from '../../shared/pack.ts'
import type { ExportPreset } from '../../shared/presets.ts'
import type { BatchesApi } from './batches/batches-api.ts'
import type { CaptionOptions, CaptionOutcome, CaptionRequest, CaptionServer } from './captions/captions.ts'
import type { Caption } from './captions/captions.repo.ts'
import type { Photo, PhotosRepo } from './catalog/photos.repo.ts'
import type { DevelopApi } from './develop/develop-api.ts'
import type { ImportSummary } from './library/import.ts'
import type { SavedSidecars } from './library/save-sidecars.ts'
import type { LibraryApi } from './library/library-api.ts'
import type { OptimiseOptions, OptimiseOutcome, OptimiseRequest } from './optimise/optimise.ts'
import type { PacksApi } from './models/packs-api.ts'
import type { PreferencesApi } from './preferences.ts'
import type {
  FixRequest, FixOptions, FixSummary, ImportRequest, ImportOptions, ExportRequest, RestoreOnceRequest, Comparison, JobsApi, TriageOptions, TriageOutcome,
} from './work.ts'

export type * from './work.ts'

export interface Studio {
  readonly home: string
  readonly catalogFile: string
  /** Plain text, with the stacks of unexpected errors. */
  readonly logFile: string
  import(request: ImportRequest, options?: ImportOptions): Promise<ImportSummary>
  fix(request: FixRequest, options?: FixOptions): Promise<FixSummary>
  /** Looks for blur in photos of the catalog; photos that are gone are left out. @throws RestillError CANCELLED */
  triage(photoIds: readonly number[], options?: TriageOptions): Promise<TriageOutcome[]>
  readonly captions: {
    of(photoId: number): Caption | null
    /** By hand; empty text takes captions away. @returns what `library.undo` would take back; null when nothing changed */
    set(photoIds: readonly number[], text: string): string | null
    /** Asks a vision model about photos that have no caption yet; photos that are gone are left out. @throws RestillError CANCELLED */
    make(photoIds: readonly number[], request?: CaptionRequest, options?: CaptionOptions): Promise<CaptionOutcome[]>
    /** See `writeCaptions`. */
    write(photoIds: readonly number[]): Promise<SavedSidecars>
    /** What answers at an address, or at the preferred one. Never throws, sends no photo. */
    look(address?: string): Promise<CaptionServer>
  }
  readonly library: LibraryApi
  readonly jobs: JobsApi
  engines(): Promise<Descriptor[]>
  models(): Promise<PackListing[]>
  packFolders(): string[]
  /** The table of devices; verdicts from an earlier look unless `fresh`. */
  devices(fresh: boolean): Promise<ProviderVerdict[]>
  readonly photos: { list(filter: Parameters<PhotosRepo['list']>[0]): Photo[] }
  readonly presets: {
    list(): ExportPreset[], isBuiltIn(name: string): boolean
    save(preset: ExportPreset): void
    /** Removes a person's own preset; false when there was none. */
    remove(name: string): boolean
  }
  /** What the window restores, exports and watches, in the background. */
  readonly batches: BatchesApi & { startWatches(): Promise<void> }
  readonly develop: DevelopApi
  readonly preferences: PreferencesApi
  readonly packs: PacksApi
  /** Writes results anew by another preset: from a stored file or master where one is left, else restored anew. */
  exportResults(request: ExportRequest, options?: FixOptions): Promise<FixSummary>
  /** Fits an engine's network to a device; restorations use the outcome from then on. @throws RestillError PACK_NOT_EDGE, CANCELLED */
  optimise(request: OptimiseRequest, options?: OptimiseOptions): Promise<OptimiseOutcome>
  compare(file: string, reference: string): Promise<Comparison>
  /** NIQE and a distance of features in the manner of LPIPS: seconds for a large photo. */
  perceptual(file: string, reference: string): Promise<PerceptualFigures>
  /** One photo to one file, without the catalog: for evaluation and measurement. */
  restoreOnce(source: string, target: string, request: RestoreOnceRequest): Promise<RestoreOutput>
  /** Seconds of `count` bare network runs of `side` pixels: the floor a restore is measured against. */
  bareTiles(request: { engine: string, pack?: string, side: number, count: number }): Promise<number>
  readonly catalog: {
    check(): { ok: boolean, problems: string[] }, backup(target?: string): Promise<string>
    facts(): { file: string, bytes: number, photos: number, lastBackup: string | null }
  }
  versions(): Promise<Record<string, string>>
  exiftool(): Promise<{ version: string } | { reason: string }>
  close(): Promise<void>
}

export type { CaptionEvent, CaptionOutcome, CaptionServer } from './captions/captions.ts'
export type { ImportSummary, OptimiseOutcome }
