/** The application without a face, as the doors see it. */
import { resolve } from 'node:path'
import { z } from 'zod'
import type { Studio, StudioOptions } from './api.ts'
import { openBatches } from './batches/open-batches.ts'
import { writeCaptions } from './captions/write.ts'
import { backupCatalog, catalogFacts } from './catalog/backup.ts'
import { checkCatalog } from './catalog/check.ts'
import { developApi } from './develop/develop-api.ts'
import { exportResults } from './export-results.ts'
import { fix } from './fix.ts'
import { jobsApi } from './jobs-api.ts'
import { builtInPresets } from './catalog/presets.repo.ts'
import { packsApi } from './models/packs-api.ts'
import { preferencesApi } from './preferences.ts'
import { recover } from './jobs/recovery.ts'
import { importPaths } from './library/import.ts'
import { libraryApi } from './library/library-api.ts'
import { restoreOnce } from './once.ts'
import { optimise } from './optimise/optimise.ts'
import { openParts } from './parts.ts'
import { triagePhotos } from './triage/triage.ts'

export type { Studio } from './api.ts'

/**
 * Opens the catalog (made when it is missing) and everything that stands on it; guests start when they are first needed. What a killed
 * process left is put right first.
 * @throws RestillError CATALOG_FROM_FUTURE, CATALOG_LOCKED, CATALOG_CORRUPT, CATALOG_ON_NETWORK, TARGET_READ_ONLY
 */
export async function openStudio(options: StudioOptions): Promise<Studio> {
  const parts = openParts(options)
  const { home, catalog, log, infer, pixels, packFolders, photos, presets, importDeps, carrier } = parts
  await recover(parts)
  const library = libraryApi({ catalog, photos, results: parts.results, previews: importDeps.previews, pixels, home })
  const jobs = jobsApi(parts, parts.runners)
  const preferences = preferencesApi(parts.settings)
  const develop = developApi(parts, { photoOf: (item) => library.photoOf(item), providers: () => preferences.get().providers })
  const batches = openBatches(parts, jobs, preferences, {
    photoOf: (item) => library.photoOf(item),
    settingsOf: (item) => develop.settingsOf(item),
  })
  const photosOf = (ids: readonly number[]) => ids.map((id) => photos.byId(id)).filter((photo) => photo !== null)
  return {
    home, catalogFile: catalog.file, logFile: log.file, library, jobs, develop, batches, preferences,
    packs: packsApi({ home, settings: parts.settings, packFolders, read: (folders) => pixels.call('packs', { folders }) }),
    import: (request, { signal, onProgress } = {}) => importPaths(importDeps, {
      ...request, paths: request.paths.map((path) => resolve(path)), ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress }),
    }),
    fix: (request, fixOptions) => fix(parts, request, fixOptions),
    triage: (photoIds, options) => triagePhotos(parts, photosOf(photoIds), options),
    captions: {
      of: (photoId) => parts.captions.of(photoId), set: (photoIds, text) => parts.captions.set(photosOf(photoIds), text),
      make: (photoIds, request, options) => parts.captions.make(photosOf(photoIds), request, options), look: (address) => parts.captions.look(address),
      write: (photoIds) => writeCaptions(parts, photoIds),
    },
    exportResults: (request, fixOptions) => exportResults(parts, request, fixOptions),
    restoreOnce: (source, target, request) => restoreOnce(parts, source, target, request),
    bareTiles: async (request) => {
      const { descriptor, pack } = await parts.choose({ ...request, controls: {} })
      const { side, count } = request
      return (await infer.call('bareTiles', { engine: descriptor.id, pack: pack.id, packFolders, side, count, home })).seconds
    },
    optimise: (request, optimiseOptions = {}) => optimise(parts, request, optimiseOptions),
    compare: (file, reference) => pixels.call('compare', { file: resolve(file), reference: resolve(reference) }, { file }),
    perceptual: (file, reference) => infer.call('perceptual', { file: resolve(file), reference: resolve(reference), packFolders }, { file }),
    engines: () => pixels.call('engines', {}),
    models: () => pixels.call('packs', { folders: packFolders }),
    packFolders: () => [...packFolders],
    devices: (fresh) => infer.call('devices', { home, fresh }),
    photos: { list: (filter) => photos.list(filter) },
    presets: {
      list: () => presets.all(), isBuiltIn: (name) => builtInPresets.some((preset) => preset.name === name),
      save: (preset) => { presets.save(preset) }, remove: (name) => presets.remove(name),
    },
    catalog: { check: () => checkCatalog(catalog.file), backup: (target) => backupCatalog(catalog, target), facts: () => catalogFacts(catalog) },
    versions: async () => ({
      restill: parts.version, ...(await infer.call('hello', {})).versions,
      sqlite: z.string().parse(catalog.db.prepare('SELECT sqlite_version()').pluck().get()),
    }),
    exiftool: () => carrier.available(),
    close: async () => {
      await batches.close()
      await develop.closeAll()
      await parts.close()
    },
  }
}
