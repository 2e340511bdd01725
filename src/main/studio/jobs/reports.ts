/** A job and its result as the doors see them. */
import { explain, RestillError } from '../../../shared/errors.ts'
import type { JobReport } from '../work.ts'
import type { Job } from './job.ts'
import type { JobParts } from './parts.ts'
import type { NewJob } from './jobs.repo.ts'
import { autoCode } from './make.ts'
import { pathOf } from './outputs.ts'
import type { Result } from './results.repo.ts'

export function reportOf(parts: Pick<JobParts, 'results' | 'pictures' | 'photos'>, job: Job): JobReport {
  const delivered = job.state === 'done' || job.state === 'suspect'
  const result = delivered ? parts.results.byJob(job.id) : null
  const facts = result === null && job.photoId !== null ? parts.photos.byId(job.photoId)?.facts ?? null : null
  return {
    jobId: job.id, batchId: job.batchId, source: job.source, output: result?.output ?? null,
    state: job.state, reason: reasonOf(job, result), code: job.code,
    engine: result?.made.engine ?? job.settings.engine,
    pack: result === null ? job.settings.pack : `${result.made.pack} ${result.made.packVersion}`,
    device: result === null ? null : deviceOf(result),
    seconds: result?.made.seconds.total ?? null, megapixels: job.megapixels,
    width: result?.made.output.width ?? facts?.width ?? null, height: result?.made.output.height ?? facts?.height ?? null,
    tiles: result === null ? null : { total: result.made.tiles.total, guarded: result.made.tiles.guarded },
    trust: result?.made.figures['trust'] ?? null,
    choice: job.settings.auto?.reason ?? null, notices: (result?.made.notices ?? []).filter(({ code }) => code !== autoCode), notCarried: result?.notCarried ?? [], scale: result?.made.scale ?? null,
    get before() { return delivered ? parts.pictures.read(job.id, 'before') : null },
    get after() { return delivered ? parts.pictures.read(job.id, 'after') : null },
  }
}

/** A job of a dry run: nothing was stored, its number is its place in the plan, the output is where it would go. */
export function plannedReport(job: NewJob, index: number): JobReport {
  return {
    jobId: index + 1, batchId: 0, source: job.source, output: job.state === 'queued' && job.target !== null ? pathOf(job.target) : null,
    state: job.state, reason: reasonOf(job, null), code: job.code, engine: job.settings.engine, pack: job.settings.pack, device: null,
    seconds: null, megapixels: job.megapixels, width: null, height: null, tiles: null, trust: null, choice: job.settings.auto?.reason ?? null, notices: [], notCarried: [],
    before: null, after: null, scale: null,
  }
}

function deviceOf({ made }: Result): string {
  return made.device === '' || made.device === made.provider ? made.provider : `${made.provider} (${made.device})`
}

function reasonOf(job: Pick<Job, 'state' | 'skipReason' | 'code' | 'detail'>, result: Result | null): string | null {
  if (job.skipReason !== null) return job.skipReason
  if (job.state === 'suspect' && result !== null) return suspectReason(result)
  if (job.code === null || job.state === 'cancelled') return null
  const { message, hint } = explain(new RestillError(job.code, { detail: job.detail }))
  return `${message} ${hint}`.trim()
}

const kinds = { 'not-finite': 'not a number', 'black': 'black', 'colour-drift': 'changed in colour', 'mosaic': 'full of mosaic' } as const

/** A result is suspect for tiles that came out unusable; otherwise because the photo does not explain it. */
function suspectReason({ made }: Result): string {
  const explained = made.figures['trust']
  const cause = made.tiles.guarded > 0 || explained === undefined ? guardedReason(made)
    : `the photo explains ${Math.floor(100 * explained)} % of the result; the rest may be invented, and the trust map shows where`
  return `${cause}; look at the result before you use it`
}

function guardedReason(made: Result['made']): string {
  const found = [...new Set(made.guarded.map(({ reason }) => kinds[reason]))].join(', ')
  const share = `${made.tiles.guarded} of ${made.tiles.total} tiles`
  return `${share} came out unusable${found === '' ? '' : ` (${found})`} and kept the original pixels`
}
