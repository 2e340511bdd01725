/** What is asked of the studio and what it answers: plain data and the calls on jobs. `api.ts` puts the whole together for the doors. */
import type { BlurReport } from '../../shared/blur-report.ts'
import type { ControlValue } from '../../shared/descriptor.ts'
import type { RestillError } from '../../shared/errors.ts'
import type { Notice, ProviderName, RestoreProgress, ScaleChoice } from '../../shared/guest.ts'
import type { JobCounts, JobState } from '../../shared/jobs.ts'
import type { EncodeOptions, ExportPreset } from '../../shared/presets.ts'
import type { Photo } from './catalog/photo.ts'
import type { Budget } from './triage/auto.ts'

export type { Budget } from './triage/auto.ts'

export interface StudioOptions {
  /** Catalog, previews, spool, masters and verdicts live below it; see `homeFolder()`. */
  home: string
  /** Another catalog file than `<home>/catalog.sqlite`. */
  catalog?: string
  /** Searched before the bundled packs and `<home>/models`. */
  packFolders?: string[]
  /** Run the guests at low priority, so that the machine stays usable. */
  lowPriority?: boolean
  /** A Node that runs the guests, where the studio's own process is none (Electron). */
  guestNode?: string
  onNotice?: (notice: Notice) => void
}

export interface RestoreChoice {
  /** Engine id, or `auto`: by the blur report of each photo; for a single call without one, the first engine that has a usable pack. */
  engine: string
  /** Only what differs from the engine's defaults; text is accepted for numbers and toggles. */
  controls: Record<string, ControlValue>
  /** Pack id; without it the engine's default pack. */
  pack?: string
  /** 0..1: how much of the network's change is used. */
  strength: number
  scale: ScaleChoice
  /** Devices in order of preference; empty means the default order. */
  providers: ProviderName[]
  /** Tile side in pixels; null lets the pack and the device decide. */
  tile: number | null
}

export interface FixRequest extends RestoreChoice {
  paths: string[]
  recursive: boolean
  /** Folder of the results; null asks the preset (`<folder>-restored` beside the input). */
  outRoot: string | null
  /** Name of an export preset. */
  preset: string
  presetOverrides?: Partial<ExportPreset>
  /** Go on with what an earlier batch left queued for the same input and skip what is done there. */
  resume: boolean
  /** Say what would be done; nothing is restored or written. */
  dryRun: boolean
  /** Copy the original to the destination for photos that are skipped and have nothing there. */
  copySkipped: boolean
  keepMasters: boolean
  /** Measure whether the photo explains the result; engines that may make things up always do. */
  trust?: boolean
  /** Long side in pixels of the before and after pictures; 0 makes none. */
  comparisonEdge: number
  /** What Auto may spend, of measured time. */
  budget?: Budget | null
  /** Ask a vision model first about photos that have no caption yet, where the engine reads captions. */
  makeCaptions?: boolean
}

/** One photo of a batch: what was done, or why not. */
export interface JobReport {
  jobId: number
  batchId: number
  source: string
  output: string | null
  state: JobState
  /** A sentence for people: message and hint of an error, why skipped, why suspect. */
  reason: string | null
  /** Code of the error, null where there was none. */
  code: string | null
  engine: string | null
  /** Pack id and version. */
  pack: string | null
  /** Provider and device that ran. */
  device: string | null
  seconds: number | null
  megapixels: number | null
  width: number | null
  height: number | null
  tiles: { total: number, guarded: number } | null
  /** Share of the result that the photo explains, 0..1; null where it was not measured. */
  trust: number | null
  /** What Auto decided and why; null where a person chose. */
  choice: string | null
  notices: Notice[]
  /** Metadata that could not be carried over, by name. */
  notCarried: string[]
  /** JPEGs, read from disk when they are looked at. */
  readonly before: Uint8Array | null
  readonly after: Uint8Array | null
  /** Working scale that ran: 1, 0.5 or 0.25. */
  scale: number | null
}

/** `secondsLeft` is null until something was measured. */
export interface BatchProgress { done: number, total: number, secondsLeft: number | null }

export type FixEvent =
  | { kind: 'import', found: number, done: number, name: string }
  | { kind: 'triage', found: number, done: number, name: string }
  /** `loading`: the model that is on its way into memory, which takes seconds to minutes and tells nothing meanwhile. */
  | { kind: 'caption', found: number, done: number, name: string, loading: string | null }
  | { kind: 'planned', batchId: number, total: number, megapixels: number, destination: string }
  | { kind: 'started', jobId: number, source: string }
  | { kind: 'progress', jobId: number, source: string, progress: RestoreProgress, batch: BatchProgress }
  | { kind: 'finished', report: JobReport, batch: BatchProgress }
  | { kind: 'notice', notice: Notice }

export interface FixOptions {
  onEvent?: (event: FixEvent) => void
  /** Finish the photos in work, leave the rest queued. */
  stopAfterCurrent?: AbortSignal
  /** Stop within a tile; the photos in work go back to the queue. */
  stopNow?: AbortSignal
}

export interface FixSummary {
  /** Null when nothing was planned (no photo found, or a dry run). */
  batchId: number | null
  counts: JobCounts
  reports: JobReport[]
  ignored: { path: string, reason: string }[]
  destination: string | null
  /** True when jobs were left queued: stopped by the user, paused, or the disk is full. */
  stopped: boolean
  seconds: number
}

export type PauseKind = 'now' | 'after-current'

export interface BatchRow {
  id: number
  paths: string[]
  destination: string | null
  preset: string
  paused: PauseKind | null
  createdAt: string
  counts: JobCounts
}

export interface JobFilter { batchId?: number, state?: JobState }

export interface ImportRequest { paths: string[], recursive: boolean }
export interface ImportOptions { signal?: AbortSignal, onProgress?: (progress: { found: number, done: number, name: string }) => void }

export interface TriageOptions { signal?: AbortSignal, onProgress?: (progress: { total: number, done: number, name: string }) => void }

/** One of both is null. */
export interface TriageOutcome { photo: Photo, report: BlurReport | null, error: RestillError | null }

export interface ExportRequest {
  /** Photo ids, or `paths` of photos in the catalog. Without either: every photo that has a result. */
  ids?: number[]
  paths?: string[]
  preset: string
  presetOverrides?: Partial<ExportPreset>
  outRoot: string | null
}

export interface RestoreOnceRequest extends Partial<RestoreChoice> {
  engine: string
  encode?: Partial<EncodeOptions>
  comparisonEdge?: number
  trust?: boolean
  signal?: AbortSignal
  onProgress?: (progress: RestoreProgress) => void
}

export interface Comparison { width: number, height: number, psnr: number | null, ssim: number }

export interface JobsApi {
  batches(): BatchRow[]
  list(filter: JobFilter): JobReport[]
  counts(batchId: number): JobCounts
  /** Runs what is queued in one batch, or in every unfinished one (null). */
  resume(batchId: number | null, options?: FixOptions): Promise<FixSummary>
  pause(batchId: number, kind: PauseKind): void
  unpause(batchId: number): void
  /** Jobs not yet at work are cancelled at once, those at work within a tile. Returns how many. */
  cancel(target: { batchId: number } | { jobIds: number[] }): number
  /** Puts ended jobs back into the queue; by default the failed ones. Returns how many. */
  retry(batchId: number, states?: JobState[]): number
  /** Higher runs earlier; 0 is usual. */
  prioritise(jobId: number, priority: number): void
}
