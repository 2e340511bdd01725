/** Batches and jobs as the window's queue shows them. */
import type { BatchRow, JobRow } from '../../../shared/contract/batch.ts'
import { itemId } from '../../../shared/contract/items.ts'
import { basename } from 'node:path'
import type { Job } from '../jobs/job.ts'
import type { JobParts } from '../jobs/parts.ts'
import { reportOf } from '../jobs/reports.ts'
import type { BatchRow as StoredBatch } from '../work.ts'
import type { Conductor, Running } from './conductor.ts'
import type { BatchFacts } from './window-batches.repo.ts'

/** The window's clock starts when this process takes a batch up: photos an hour are those of this run. */
export function batchRow(parts: JobParts, conductor: Conductor, batch: StoredBatch, facts: BatchFacts): BatchRow {
  const running = conductor.running(batch.id)
  const seconds = running === null ? 0 : (performance.now() - running.startedAt) / 1000
  const left = parts.jobs.megapixelsLeft(batch.id) - inWork(parts, running)
  return {
    id: batch.id, title: facts.title === '' ? titleOf(batch) : facts.title, kind: facts.kind, preset: batch.preset, createdAt: batch.createdAt, paused: batch.paused,
    running: running !== null || conductor.isWaiting(batch.id), counts: batch.counts,
    megapixelsDone: Math.max(0, facts.megapixels - left), megapixelsTotal: facts.megapixels,
    secondsLeft: running?.secondsLeft ?? null, secondsElapsed: seconds,
    photosPerHour: running === null || running.ended === 0 || seconds === 0 ? null : running.ended / seconds * 3600,
    destination: batch.destination,
  }
}

export function jobRow(parts: JobParts, conductor: Conductor, job: Job): JobRow {
  const report = reportOf(parts, job)
  const result = parts.results.byJob(job.id)
  const work = conductor.running(job.batchId)?.jobs.get(job.id)
  const tiles = report.tiles?.total ?? 0
  return {
    id: job.id, batch: job.batchId,
    item: job.photoId === null ? null : itemId('original', job.photoId),
    result: result === null || result.output === null ? null : itemId('result', result.id),
    name: basename(job.source), state: job.state, engine: report.engine ?? job.settings.engine, preset: job.preset.name,
    reason: report.reason, code: report.code,
    tilesDone: work?.tilesDone ?? tiles, tilesTotal: work?.tilesTotal ?? tiles, secondsLeft: work?.secondsLeft ?? null,
    seconds: report.seconds, device: work?.device ?? report.device, megapixels: job.megapixels,
    interrupted: job.state === 'queued' && job.attempts > 0, output: report.output,
  }
}

/** Megapixels of the photos at work that are done already, by their tiles. */
function inWork(parts: JobParts, running: Running | null): number {
  let done = 0
  for (const [id, { tilesDone, tilesTotal }] of running?.jobs ?? []) if (tilesTotal > 0) done += (parts.jobs.byId(id)?.megapixels ?? 0) * tilesDone / tilesTotal
  return done
}

function titleOf(batch: StoredBatch): string {
  const [first] = batch.paths
  return first === undefined ? '' : basename(first)
}
