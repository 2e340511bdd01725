/** Restoring, exporting and watching, as the window asks for it: jobs in the catalog, run one batch after the other in the background. */
import type { BatchRow, JobRow } from '../../../shared/contract/batch.ts'
import type { DevelopSettings } from '../../../shared/contract/develop.ts'
import { itemOf } from '../../../shared/contract/items.ts'
import type { JobCounts, JobState } from '../../../shared/jobs.ts'
import type { ExportPreset } from '../../../shared/presets.ts'
import type { JobsApi, PauseKind } from '../work.ts'
import type { CaptionParts } from '../captions/fill.ts'
import type { Photo } from '../catalog/photo.ts'
import type { PresetsRepo } from '../catalog/presets.repo.ts'
import type { JobParts } from '../jobs/parts.ts'
import { noCounts } from '../jobs/batches.repo.ts'
import type { PreferencesApi } from '../preferences.ts'
import type { Picture } from '../picture.ts'
import type { Conductor } from './conductor.ts'
import { enqueueItems, jobSettingsFor, type Wanted } from './enqueue-items.ts'
import { exportNames } from './export-names.ts'
import { trimMasters } from './masters.ts'
import { reorder } from './order.ts'
import { Reports } from './reports.ts'
import { progressStream, type BatchProgressEvent } from './progress.ts'
import { batchRow, jobRow } from './rows.ts'
import type { AutoParts } from '../triage/choose.ts'
import type { Watches, WatchRow } from './watches.ts'
import type { WindowBatchesRepo } from './window-batches.repo.ts'

export interface BatchesDeps {
  parts: JobParts & AutoParts & CaptionParts
  presets: PresetsRepo
  preferences: PreferencesApi
  jobs: JobsApi
  conductor: Conductor
  repo: WindowBatchesRepo
  watches: Watches
  /** The photo behind an original or a virtual copy; null when it is gone. */
  photoOf(item: number): Photo | null
  settingsOf(item: number): DevelopSettings
}

export interface Enqueued { batch: number | null, counts: JobCounts }

export interface BatchesApi {
  list(): BatchRow[]
  jobs(batch: number, offset: number, limit: number): JobRow[]
  progress(signal: AbortSignal): AsyncGenerator<BatchProgressEvent>
  restore(ids: readonly number[], options: { settings: DevelopSettings | null, preset: string, batch: number | null, copySkipped: boolean }): Promise<Enqueued>
  export(ids: readonly number[], preset: ExportPreset, outRoot: string | null): Promise<Enqueued>
  exportNames(ids: readonly number[], preset: ExportPreset, outRoot: string | null): Promise<ReturnType<typeof exportNames>>
  pause(batch: number, kind: PauseKind): void
  resume(batch: number): void
  cancel(target: { batch: number } | { jobs: number[] }): number
  retry(batch: number, states: JobState[]): number
  reorder(jobs: readonly number[], to: 'first' | 'last' | 'up' | 'down'): void
  clear(batch: number): number
  /** Writes the report below the home folder. `token` is in the addresses of its files. */
  report(batch: number): Promise<{ token: string, folder: string }>
  /** A file of a report that was asked for: `index.html`, `report.json`, `report.csv`, or one of its pictures; null for anything else. */
  reportFile(token: string, name: string): Promise<Picture | null>
  watches: { list(): WatchRow[], add(folder: string, preset: string, settings: DevelopSettings): Promise<number>, set(id: number, on: boolean): Promise<void>, remove(id: number): Promise<void> }
  close(): Promise<void>
}

export function batchesApi(deps: BatchesDeps): BatchesApi {
  const { parts, presets, conductor, repo, jobs } = deps
  const start = (batchId: number) => {
    parts.batches.setPaused(batchId, null)
    conductor.start(batchId)
  }
  const rowOf = (batchId: number): BatchRow | null => {
    const batch = parts.batches.byId(batchId)
    return batch === null ? null : batchRow(parts, conductor, batch, repo.facts(batchId))
  }
  const countsOf = (batchId: number | undefined): Enqueued => batchId === undefined ? { batch: null, counts: noCounts() } : { batch: batchId, counts: parts.batches.counts(batchId) }
  const wantedOf = (ids: readonly number[], settings: DevelopSettings | null, keepMaster: boolean, copySkipped: boolean) =>
    resolveItems(deps, ids, settings, { keepMaster, copySkipped })
  const reports = new Reports(parts, jobs)
  const title = (wanted: readonly Wanted[]) => wanted.length === 1 ? wanted[0]!.photo.name : ''
  return {
    list: () => parts.batches.list().flatMap((batch) => {
      const facts = repo.facts(batch.id)
      return facts.cleared ? [] : [batchRow(parts, conductor, batch, facts)]
    }),
    jobs: (batch, offset, limit) => repo.jobs(batch, offset, limit).map((job) => jobRow(parts, conductor, job)),
    progress: (signal) => progressStream({ parts, conductor, repo, rowOf }, signal),
    restore: async (ids, { settings, preset: name, batch, copySkipped }) => {
      const preset = presets.byName(name === '' ? defaultPreset(deps) : name)
      const wanted = await wantedOf(ids, settings, true, copySkipped)
      const made = await enqueueItems(parts, wanted, { preset, outRoot: null, kind: 'restore', title: title(wanted) }, batch)
      for (const each of made) {
        if (each !== batch) repo.name(each, 'restore', title(wanted))
        start(each)
      }
      await trimMasters(parts, deps.preferences.get().masterGigabytes)
      return countsOf(made[0])
    },
    export: async (ids, preset, outRoot) => {
      const wanted = await wantedOf(ids, null, false, false)
      const made = await enqueueItems(parts, wanted, { preset, outRoot, kind: 'export', title: title(wanted) }, null)
      for (const each of made) {
        repo.name(each, 'export', title(wanted))
        start(each)
      }
      return countsOf(made[0])
    },
    exportNames: async (ids, preset, outRoot) => exportNames(parts, await wantedOf(ids, null, false, false), { preset, outRoot, kind: 'export', title: '' }),
    pause: (batch, kind) => {
      jobs.pause(batch, kind)
      conductor.touch()
    },
    resume: start,
    cancel: (target) => {
      const count = jobs.cancel('batch' in target ? { batchId: target.batch } : { jobIds: target.jobs })
      conductor.touch()
      return count
    },
    retry: (batch, states) => {
      const count = jobs.retry(batch, states)
      if (count > 0) start(batch)
      return count
    },
    reorder: (ids, to) => {
      repo.setPriorities(reorder(repo.queue(ids), ids, to))
      conductor.touch()
    },
    clear: (batch) => {
      const cleared = repo.clear(batch) ? 1 : 0
      conductor.touch()
      return cleared
    },
    report: (batch) => reports.write(batch),
    reportFile: (token, name) => reports.file(token, name),
    watches: {
      list: () => deps.watches.list(),
      add: (folder, preset, settings) => deps.watches.add({ folder, preset: presets.byName(preset).name, settings }),
      set: (id, on) => deps.watches.setActive(id, on), remove: (id) => deps.watches.remove(id),
    },
    close: async () => {
      conductor.close()
      await deps.watches.close()
    },
  }
}

/** The person's default, else the first preset that ships. */
function defaultPreset({ preferences, presets }: Pick<BatchesDeps, 'preferences' | 'presets'>): string {
  const { defaultPreset: name } = preferences.get()
  const all = presets.all()
  return all.find((preset) => preset.name === name)?.name ?? 'restored'
}

/** Originals and copies by their own settings, results by those they were made with. Items that are gone are left out. */
async function resolveItems(
  deps: BatchesDeps, ids: readonly number[], given: DevelopSettings | null, options: { keepMaster: boolean, copySkipped: boolean },
): Promise<Wanted[]> {
  const { parts } = deps
  const providers = deps.preferences.get().providers
  const wanted: (Wanted | null)[] = []
  const open = new Map<string, { settings: DevelopSettings, photos: Photo[], copies: (number | null)[], places: number[] }>()
  const later = (photo: Photo, copy: number | null, settings: DevelopSettings): void => {
    const key = JSON.stringify(settings)
    const group = open.get(key) ?? { settings, photos: [], copies: [], places: [] }
    open.set(key, group)
    group.photos.push(photo)
    group.copies.push(copy)
    group.places.push(wanted.push(null) - 1)
  }
  for (const id of ids) {
    const { kind, rowId } = itemOf(id)
    if (kind === 'result') {
      const result = parts.results.byId(rowId)
      const job = result === null ? null : parts.jobs.byId(result.jobId)
      const photo = job === null || job.photoId === null ? null : parts.photos.byId(job.photoId)
      if (job === null || photo === null) continue
      const copy = job.itemId === photo.id ? null : job.itemId
      if (given === null) wanted.push({ photo, copy, settings: { ...job.settings, ...options, fresh: false } })
      else later(photo, copy, given)
    } else {
      const photo = deps.photoOf(id)
      if (photo !== null) later(photo, kind === 'copy' ? id : null, given ?? deps.settingsOf(id))
    }
  }
  for (const { settings, photos, copies, places } of open.values()) {
    const found = await jobSettingsFor(parts, photos, settings, { ...options, providers })
    for (const [index, place] of places.entries()) wanted[place] = { photo: photos[index]!, copy: copies[index]!, settings: found[index]! }
  }
  return wanted.filter((each) => each !== null)
}
