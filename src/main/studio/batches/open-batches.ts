/** Makes the window's batches out of the studio's parts. */
import type { DevelopSettings } from '../../../shared/contract/develop.ts'
import type { JobsApi } from '../work.ts'
import type { Photo } from '../catalog/photo.ts'
import type { StudioParts } from '../parts.ts'
import type { PreferencesApi } from '../preferences.ts'
import { batchesApi, type BatchesApi } from './batches-api.ts'
import { Conductor } from './conductor.ts'
import { enqueueItems, jobSettingsFor } from './enqueue-items.ts'
import { WatchesRepo } from './watches.repo.ts'
import { Watches } from './watches.ts'
import { WindowBatchesRepo } from './window-batches.repo.ts'

interface Items { photoOf(item: number): Photo | null, settingsOf(item: number): DevelopSettings }

export function openBatches(parts: StudioParts, jobs: JobsApi, preferences: PreferencesApi, items: Items): BatchesApi & { startWatches(): Promise<void> } {
  const conductor = new Conductor(parts)
  const repo = new WindowBatchesRepo(parts.catalog)
  const importPaths = (paths: string[]) => parts.importPhotos(paths, false, {})
  const watches: Watches = new Watches({
    repo: new WatchesRepo(parts.catalog), log: parts.log, changed: () => { conductor.touch() },
    restore: async (watch, paths) => {
      const { photos } = await importPaths(paths)
      const found = photos.map(({ id }) => parts.photos.byId(id)).filter((photo) => photo !== null)
      const options = { providers: preferences.get().providers, keepMaster: false, copySkipped: false }
      const settings = await jobSettingsFor(parts, found, watch.settings, options)
      const wanted = found.map((photo, index) => ({ photo, settings: settings[index]! }))
      const [batch] = await enqueueItems(parts, wanted, { preset: parts.presets.byName(watch.preset), outRoot: null, kind: 'watch', title: watch.folder }, null)
      if (batch === undefined) return null
      repo.name(batch, 'watch', watch.folder)
      conductor.start(batch)
      return batch
    },
  })
  const api = batchesApi({ parts, presets: parts.presets, preferences, jobs, conductor, repo, watches, ...items })
  return { ...api, startWatches: () => watches.start() }
}
