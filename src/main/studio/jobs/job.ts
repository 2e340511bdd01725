/** A job as its row holds it. Rows are parsed when they are read: stored data is not trusted. */
import { z } from 'zod'
import type { ErrorDetail } from '../../../shared/errors.ts'
import { errorCodes, type ErrorCode } from '../../../shared/messages.en.ts'
import { jobStateSchema, type JobState } from '../../../shared/jobs.ts'
import { presetSchema, type ExportPreset } from '../../../shared/presets.ts'
import { jobSettingsSchema, type JobSettings } from './settings.ts'

/** Where the result goes: `<folder>/<name>.<extension>`; the extension is corrected when the encoder chose another format. */
export interface Target { folder: string, name: string, extension: string }

export interface Job {
  id: number
  batchId: number
  /** Null for a file that could not be imported. */
  photoId: number | null
  /** The photo or the virtual copy that it was asked for; null when that is gone. */
  itemId: number | null
  source: string
  /** The folder of the request that it was found under. */
  root: string
  fileHash: string | null
  imageHash: string | null
  megapixels: number | null
  settings: JobSettings
  preset: ExportPreset
  restoreKey: string | null
  workKey: string | null
  target: Target | null
  state: JobState
  priority: number
  position: number
  owner: string | null
  /** Grows with every owner. */
  epoch: number
  leaseUntil: number | null
  attempts: number
  /** How often the guest ended while it worked on this photo, since it was queued by a person. */
  crashes: number
  cancelRequested: boolean
  code: ErrorCode | null
  detail: ErrorDetail
  skipReason: string | null
  /** The file being made, beside its final place. */
  temporary: string | null
  /** Hash of the finished temporary file: set once it only has to be renamed to its target. */
  sha256: string | null
}

const detailSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
const rowSchema = z.object({
  id: z.int(), batch_id: z.int(), photo_id: z.int().nullable(), item_id: z.int().nullable(), source: z.string(), root: z.string(),
  file_hash: z.string().nullable(), image_hash: z.string().nullable(), megapixels: z.number().nullable(),
  settings: z.string(), preset: z.string(), restore_key: z.string().nullable(), work_key: z.string().nullable(),
  target_folder: z.string().nullable(), target_name: z.string().nullable(), target_extension: z.string().nullable(),
  state: jobStateSchema, priority: z.int(), position: z.int(),
  owner: z.string().nullable(), epoch: z.int(), lease_until: z.int().nullable(),
  attempts: z.int(), crashes: z.int(), cancel_requested: z.int(),
  code: z.enum(errorCodes).nullable(), detail: z.string().nullable(), skip_reason: z.string().nullable(),
  temporary: z.string().nullable(), sha256: z.string().nullable(),
})

export function toJob(row: unknown): Job {
  const it = rowSchema.parse(row)
  const { target_folder: folder, target_name: name, target_extension: extension } = it
  return {
    id: it.id, batchId: it.batch_id, photoId: it.photo_id, itemId: it.item_id, source: it.source, root: it.root,
    fileHash: it.file_hash, imageHash: it.image_hash, megapixels: it.megapixels,
    settings: jobSettingsSchema.parse(JSON.parse(it.settings)), preset: presetSchema.parse(JSON.parse(it.preset)),
    restoreKey: it.restore_key, workKey: it.work_key,
    target: folder === null || name === null || extension === null ? null : { folder, name, extension },
    state: it.state, priority: it.priority, position: it.position, owner: it.owner, epoch: it.epoch, leaseUntil: it.lease_until,
    attempts: it.attempts, crashes: it.crashes, cancelRequested: it.cancel_requested === 1,
    code: it.code, detail: it.detail === null ? {} : detailSchema.parse(JSON.parse(it.detail)), skipReason: it.skip_reason,
    temporary: it.temporary, sha256: it.sha256,
  }
}
