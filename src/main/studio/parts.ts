/** Makes every part of the studio and hands them to each other. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { Guest } from '../../inference/client/client.ts'
import { RestillError } from '../../shared/errors.ts'
import type { Notice } from '../../shared/guest.ts'
import type { StudioOptions } from './work.ts'
import { Captions } from './captions/captions.ts'
import { openCatalog } from './catalog/open.ts'
import { PhotosRepo } from './catalog/photos.repo.ts'
import { PresetsRepo } from './catalog/presets.repo.ts'
import { Previews } from './catalog/previews.ts'
import { SettingsRepo } from './catalog/settings.repo.ts'
import type { FixParts } from './fix.ts'
import { BatchesRepo } from './jobs/batches.repo.ts'
import { JobsRepo } from './jobs/jobs.repo.ts'
import { Outputs } from './jobs/outputs.ts'
import { newOwner } from './jobs/owner.ts'
import type { JobParts } from './jobs/parts.ts'
import { Pictures } from './jobs/pictures.ts'
import { JobQueue } from './jobs/queue.ts'
import { ResultsRepo } from './jobs/results.repo.ts'
import { Runners } from './jobs/runners.ts'
import { importPaths, type ImportDeps } from './library/import.ts'
import { Log } from './log.ts'
import { MetadataCarrier } from './metadata/carrier.ts'
import { withOptimised } from './optimise/optimise.ts'
import { choose } from './packs.ts'
import { packFolders } from './paths.ts'
import { preferencesApi } from './preferences.ts'
import { BlurReportsRepo } from './triage/reports.repo.ts'

export interface StudioParts extends FixParts {
  version: string
  importDeps: ImportDeps
  captions: Captions
  runners: Runners
  /** Gives the jobs in work back, ends the guests, closes the files. */
  close(): Promise<void>
}

/** The processes that work for a studio. */
export interface Helpers { infer: Guest, pixels: Guest, carrier: MetadataCarrier }

/**
 * @param helpers processes that outlive this studio and are not ended with it
 * @throws RestillError of the catalog; TARGET_READ_ONLY for the home folder
 */
export function openParts(options: StudioOptions, helpers?: Helpers): StudioParts {
  const home = resolve(options.home)
  try {
    mkdirSync(home, { recursive: true })
  } catch (cause) {
    throw new RestillError('TARGET_READ_ONLY', { detail: { file: home, reason: String(cause) }, cause })
  }
  const log = new Log(join(home, 'restill.log'))
  const catalog = openCatalog(options.catalog ?? join(home, 'catalog.sqlite'))
  const photos = new PhotosRepo(catalog)
  const previews = new Previews(join(home, 'previews.sqlite'))
  const settings = new SettingsRepo(catalog)
  const results = new ResultsRepo(catalog)
  const guest = {
    onNotice: (notice: Notice) => {
      log.write(`guest: ${notice.text}`)
      options.onNotice?.(notice)
    },
    ...(options.lowPriority === undefined ? {} : { lowPriority: options.lowPriority }),
    ...(options.guestNode === undefined ? {} : { executable: options.guestNode }),
  }
  const { infer, pixels, carrier } = helpers ?? {
    infer: new Guest({ role: 'infer', ...guest }), pixels: new Guest({ role: 'pixels', ...guest }), carrier: new MetadataCarrier(),
  }
  const version = ownVersion()
  const folders = packFolders(home, options.packFolders)

  const jobParts: JobParts = {
    home, catalog, photos, results, log, infer, pixels, carrier,
    batches: new BatchesRepo(catalog), jobs: new JobsRepo(catalog), queue: new JobQueue(catalog, newOwner()), outputs: new Outputs(catalog),
    pictures: new Pictures(home), packFolders: folders, software: `restill ${version}`, catalogTag: tagOf(catalog.file),
  }
  const captions = new Captions({ catalog, pixels, log, preferredHost: () => preferencesApi(settings).get().captionsHost })
  const runners = new Runners(jobParts, () => captions.makeRoom())
  const importDeps: ImportDeps = { catalog, photos, previews, pixels, isOwnResult: (path) => results.isOutput(path) }
  return {
    ...jobParts, version, importDeps, captions, runners, settings, blurReports: new BlurReportsRepo(catalog),
    listEngines: () => pixels.call('engines', {}), listPacks: () => pixels.call('packs', { folders }), presets: new PresetsRepo(catalog), run: runners.run,
    choose: async (request) => {
      const [engines, packs] = await Promise.all([pixels.call('engines', {}), pixels.call('packs', { folders })])
      return withOptimised(home, choose(request, engines, packs, (engine) => settings.get(`pack:${engine}`, z.string()) ?? undefined))
    },
    importPhotos: (paths, recursive, { stopNow, stopAfterCurrent, onEvent }) => importPaths(importDeps, {
      paths, recursive, signal: AbortSignal.any([stopNow, stopAfterCurrent].filter((signal) => signal !== undefined)),
      onProgress: (progress) => { onEvent?.({ kind: 'import', ...progress }) },
    }),
    close: async () => {
      await captions.close()
      await runners.stopAll()
      if (helpers === undefined) await Promise.all([infer.stop(), pixels.stop(), carrier.close()])
      previews.close()
      catalog.close()
    },
  }
}

/** Short and steady for one catalog file: temporary files of other catalogs in a shared folder are told apart by it. */
function tagOf(file: string): string {
  return createHash('sha256').update(file).digest('hex').slice(0, 8)
}

const packageSchema = z.object({ version: z.string() })

function ownVersion(): string {
  return packageSchema.parse(JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))).version
}
