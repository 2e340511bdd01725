/** A catalog with jobs, for the tests of the queue. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { tempFolder } from './temp.ts'
import { presetSchema } from '../../src/shared/presets.ts'
import { openCatalog, type Catalog } from '../../src/main/studio/catalog/open.ts'
import { BatchesRepo } from '../../src/main/studio/jobs/batches.repo.ts'
import { JobsRepo, type NewJob } from '../../src/main/studio/jobs/jobs.repo.ts'
import type { JobSettings } from '../../src/main/studio/jobs/settings.ts'

export const settings: JobSettings = {
  engine: 'nafnet-edge', pack: 'test-identity', packHash: 'a'.repeat(64), generative: false, controls: {}, strength: 1, scale: 1, mask: null,
  providers: ['cpu'], tile: null, keepMaster: false, fresh: false, copySkipped: false, trust: false, comparisonEdge: 0, auto: null,
}

export function newJob(source: string, changes: Partial<NewJob> = {}): NewJob {
  return {
    photoId: null, copy: null, source, root: '/photos', fileHash: `file ${source}`, imageHash: `image ${source}`, megapixels: 1, settings,
    preset: presetSchema.parse({ name: 'test' }), restoreKey: `restore ${source}`, workKey: `work ${source}`,
    target: { folder: '/out', name: source.slice(1), extension: 'jpg' }, state: 'queued', code: null, detail: {}, skipReason: null,
    ...changes,
  }
}

interface QueueFixture { catalog: Catalog, batches: BatchesRepo, jobs: JobsRepo, batchId: number, ids: number[] }

export async function catalogWithJobs(drafts: readonly NewJob[]): Promise<QueueFixture> {
  const catalog = openCatalog(join(await tempFolder(), 'catalog.sqlite'))
  onTestFinished(() => { catalog.close() })
  const batches = new BatchesRepo(catalog)
  const jobs = new JobsRepo(catalog)
  const batchId = batches.insert({ requestKey: 'test', paths: ['/photos'], request: {}, preset: 'test', destination: '/out' })
  const ids = drafts.map((draft, index) => jobs.insert(batchId, index + 1, draft))
  return { catalog, batches, jobs, batchId, ids }
}
