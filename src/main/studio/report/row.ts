/** What a report says of one photo, and of the batch: the same data in report.json, report.csv and the page. */
import type { JobCounts, JobState } from '../../../shared/jobs.ts'
import type { Notice } from '../../../shared/guest.ts'
import type { JobReport } from '../work.ts'

export interface ReportRow {
  job: number
  source: string
  output: string | null
  state: JobState
  /** A sentence for people: what happened and what to do, why it was skipped, why it is suspect. */
  reason: string | null
  code: string | null
  engine: string | null
  pack: string | null
  device: string | null
  seconds: number | null
  megapixels: number | null
  width: number | null
  height: number | null
  /** Working scale that ran. */
  scale: number | null
  tiles: { total: number; guarded: number } | null
  /** Share of the result that the photo explains, 0..1; null where it was not measured. */
  trust: number | null
  /** What was chosen automatically, and why. */
  choice: string | null
  notices: Notice[]
  /** Metadata that could not be carried over, by name. */
  notCarried: string[]
  /** Paths below the report's folder, with forward slashes; null when no picture was made. */
  pictures: { before: string | null; after: string | null }
}

export interface ReportHead {
  software: string
  batch: number | null
  /** ISO 8601. */
  started: string
  finished: string
  seconds: number
  destination: string | null
  /** Stopped by the user: some photos are still queued. */
  stopped: boolean
  counts: JobCounts
  /** Files that were left alone because they are no photos to restore. */
  ignored: { path: string; reason: string }[]
}

export interface Report {
  head: ReportHead
  rows: ReportRow[]
}

export function rowOf(job: JobReport, pictures: ReportRow['pictures']): ReportRow {
  return {
    job: job.jobId,
    source: job.source,
    output: job.output,
    state: job.state,
    reason: job.reason,
    code: job.code,
    engine: job.engine,
    pack: job.pack,
    device: job.device,
    seconds: job.seconds,
    megapixels: job.megapixels,
    width: job.width,
    height: job.height,
    scale: job.scale,
    tiles: job.tiles,
    trust: job.trust,
    choice: job.choice,
    notices: job.notices,
    notCarried: job.notCarried,
    pictures,
  }
}
