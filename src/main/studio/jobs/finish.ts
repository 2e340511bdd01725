/**
 * Second half of a job: metadata, hash, rename, row. Delivery has two steps, so that a kill at any moment loses nothing and doubles
 * nothing: the row first learns where the finished temporary file is to go and its hash, then the file is renamed, then the job ends.
 */
import { stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { RestillError } from '../../../shared/errors.ts'
import { withoutCaption } from '../captions/fill.ts'
import { deliver } from '../export/deliver.ts'
import { copyTo, hashOfFile, prepareFolder } from './files.ts'
import { extensionOf } from './format.ts'
import type { Job, Target } from './job.ts'
import { existsReason, isInTheWay, temporaryOf, type Draft } from './make.ts'
import { pathOf } from './outputs.ts'
import type { JobParts } from './parts.ts'
import type { Ending } from './queue.ts'
import { leaveForTwins } from './twins.ts'

type FileDraft = Extract<Draft, { kind: 'file' }>

/** Ends the job. @throws RestillError JOB_LOST, DISK_FULL, TARGET_READ_ONLY, TARGET_IS_SOURCE; CANCELLED until the file is finished */
export async function finish(parts: JobParts, job: Job, draft: Draft, signal: AbortSignal): Promise<void> {
  if (draft.kind === 'skipped') {
    if (job.settings.copySkipped && draft.code !== 'OUTPUT_EXISTS') await copyOriginal(parts, job)
    parts.queue.finish(job, { state: 'skipped', ...(draft.code === null ? {} : { code: draft.code }), skipReason: draft.reason })
    return
  }
  if (draft.copiedFrom === null) await leaveForTwins(parts, job, draft.temporary)
  const { notCarried, notices } = await carried(parts, job, draft)
  // A result without its metadata for want of room is not one to keep: the photo can be done again when there is room.
  if (notices.some(({ code }) => code === 'METADATA_FAILED')) await prepareFolder(draft.target.folder, (await stat(draft.temporary)).size)
  const sha256 = await hashOfFile(draft.temporary)
  if (sha256 === null) throw new RestillError('FILE_NOT_FOUND', { detail: { file: draft.temporary } })
  const { size: bytes } = await stat(draft.temporary)
  if (signal.aborted) throw new RestillError('CANCELLED')
  const target = parts.catalog.write(() => {
    const place = placeOf(parts, job, draft)
    parts.queue.noteDelivering(job, { temporary: draft.temporary, target: place, sha256 }, () => {
      const { made, master, copiedFrom } = draft
      parts.results.store(job, { made, notices, notCarried, bytes, sha256, master, copiedFrom: copiedFrom?.id ?? null })
    })
    return place
  })
  await deliverAndEnd(parts, job, { temporary: draft.temporary, target, suspect: draft.made.suspect })
}

/** The rename and the finishing transaction; recovery goes on from here when the process was killed in between. */
export async function deliverAndEnd(
  parts: JobParts, job: Job, ready: { temporary: string, target: Target, suspect: boolean },
): Promise<void> {
  const { target } = ready
  const own = parts.results.byJob(job.id)?.output === pathOf(target)
  const collision = isInTheWay(parts, job, target) ? 'skip' : own ? 'overwrite' : job.preset.collision
  const { path, outcome } = await deliver({
    temporary: ready.temporary, folder: target.folder, baseName: target.name, extension: target.extension, collision,
    isOriginal: (file) => parts.photos.byPath(file) !== null, source: job.source,
  })
  if (outcome === 'written') {
    endDelivered(parts, job, path, ready.suspect)
    return
  }
  const ending: Ending = { state: 'skipped', code: 'OUTPUT_EXISTS', skipReason: existsReason(target) }
  parts.queue.finish(job, ending, () => { parts.results.forget(job.id) })
}

export function endDelivered(parts: JobParts, job: Job, path: string, suspect: boolean): void {
  const ending: Ending = { state: suspect ? 'suspect' : 'done' }
  parts.queue.finish(job, ending, () => { parts.results.setOutput(job.id, path) })
}

async function carried(parts: JobParts, job: Job, draft: FileDraft) {
  if (draft.complete) return { notCarried: draft.copiedFrom?.notCarried ?? [], notices: draft.notices }
  const { made } = draft
  const done = await parts.carrier.carry({
    source: job.source, target: draft.temporary, width: made.output.width, height: made.output.height, choice: job.preset.metadata,
    edit: {
      software: parts.software, engine: made.engine, pack: made.pack, packVersion: made.packVersion, packHash: made.packHash,
      controls: withoutCaption(made.controls), strength: made.strength, scale: made.scale, trust: made.figures['trust'] ?? null, when: new Date(), jobKey: `${parts.catalogTag}-${job.id}`,
      generative: job.settings.generative,
    },
    fromRawPreview: draft.photo.facts.kind === 'raw',
  })
  return { notCarried: done.notCarried, notices: [...draft.notices, ...done.notices] }
}

/** The reserved place; another one of its kind when the encoder chose another format than was foreseen. */
function placeOf(parts: JobParts, job: Job, draft: FileDraft): Target {
  const extension = extensionOf(draft.made.output.format)
  return extension === draft.target.extension ? draft.target : parts.outputs.reserve(job.id, { ...draft.target, extension })
}

async function copyOriginal(parts: JobParts, job: Job): Promise<void> {
  if (job.target === null) return
  const { folder } = job.target
  const extension = extname(job.source).slice(1)
  const temporary = temporaryOf(parts, job, extension)
  await prepareFolder(folder, (await stat(job.source)).size)
  parts.queue.noteTemporary(job, temporary)
  await copyTo(job.source, temporary)
  await deliver({
    temporary, folder, baseName: basename(job.source, extname(job.source)), extension, collision: 'skip', source: job.source,
    isOriginal: (file) => parts.photos.byPath(file) !== null,
  })
}
