/** All SQL about results: what came out of a job, with everything needed to say how it was made. */
import { z } from 'zod'
import { controlsSchema } from '../../../shared/descriptor.ts'
import { noticeSchema, restoreOutputSchema, type Notice, type RestoreOutput } from '../../../shared/guest.ts'
import type { Catalog } from '../catalog/open.ts'
import type { Job } from './job.ts'
import { Sql } from '../catalog/sql.ts'

/** What the guest said of a restoration, without its pictures. */
export type Made = Omit<RestoreOutput, 'before' | 'after' | 'facts' | 'blurLength' | 'precision'>

export interface Result {
  id: number
  jobId: number
  photoId: number | null
  fileHash: string
  imageHash: string
  made: Made
  notCarried: string[]
  /** The delivered file; null until it is in place. */
  output: string | null
  /** Hash of the delivered file, metadata included. */
  sha256: string
  bytes: number
  master: string | null
}

/** A file with the pixels of a restoration, and what its engine told of them. */
export interface StoredPixels extends Pick<RestoreOutput, 'maps' | 'figures'> { file: string }

interface NewResult {
  made: Made
  notices: Notice[]
  notCarried: string[]
  bytes: number
  sha256: string
  master: string | null
  copiedFrom: number | null
}

const shape = restoreOutputSchema.shape
const rowSchema = z.object({
  id: z.int(), job_id: z.int(), photo_id: z.int().nullable(), file_hash: z.string(), image_hash: z.string(),
  engine: z.string(), pack: z.string(), pack_version: z.string(), pack_hash: z.string(), controls: json(controlsSchema),
  strength: z.number(), scale: z.number(), scale_reason: z.string(), provider: shape.provider, device: z.string(),
  seconds: json(shape.seconds), tiles: json(shape.tiles), guarded: json(shape.guarded), suspect: z.int(),
  notices: json(z.array(noticeSchema)), not_carried: json(z.array(z.string())),
  format: shape.output.shape.format, width: z.int(), height: z.int(), depth: shape.output.shape.depth, bytes: z.int(), sha256: z.string(),
  output: z.string().nullable(), master: z.string().nullable(), maps: json(shape.maps), figures: json(shape.figures),
})

const pixelsSchema = rowSchema.pick({ master: true, output: true, maps: true, figures: true })

const stored = [
  'job_id', 'photo_id', 'file_hash', 'image_hash', 'restore_key', 'work_key',
  'engine', 'pack', 'pack_version', 'pack_hash', 'controls', 'strength', 'scale', 'scale_reason', 'provider', 'device',
  'seconds', 'tiles', 'guarded', 'suspect', 'notices', 'not_carried', 'format', 'width', 'height', 'depth', 'bytes', 'sha256', 'output', 'master',
  'copied_from', 'created_at', 'maps', 'figures',
]
const insertSql = `INSERT INTO results (${stored.join(', ')}) VALUES (${stored.map((column) => `@${column}`).join(', ')})`

export class ResultsRepo {
  readonly #sql: Sql

  constructor(catalog: Catalog) {
    this.#sql = new Sql(catalog)
  }

  /**
   * Inside the caller's transaction. A job has one result, that of its last attempt. The file that an earlier attempt delivered stays
   * noted: it is this job's own, and may be replaced.
   */
  store(job: Job, result: NewResult): void {
    const { made } = result
    const output = this.byJob(job.id)?.output ?? null
    this.#sql.prepare('DELETE FROM results WHERE job_id = ?').run(job.id)
    this.#sql.prepare(insertSql).run({
      job_id: job.id, photo_id: job.photoId, file_hash: job.fileHash, image_hash: job.imageHash,
      restore_key: job.restoreKey, work_key: job.workKey,
      engine: made.engine, pack: made.pack, pack_version: made.packVersion, pack_hash: made.packHash,
      controls: JSON.stringify(made.controls), strength: made.strength, scale: made.scale, scale_reason: made.scaleReason,
      provider: made.provider, device: made.device,
      seconds: JSON.stringify(made.seconds), tiles: JSON.stringify(made.tiles), guarded: JSON.stringify(made.guarded),
      suspect: made.suspect ? 1 : 0,
      notices: JSON.stringify(result.notices), not_carried: JSON.stringify(result.notCarried),
      format: made.output.format, width: made.output.width, height: made.output.height, depth: made.output.depth,
      bytes: result.bytes, sha256: result.sha256, output, master: result.master, copied_from: result.copiedFrom,
      created_at: new Date().toISOString(), maps: JSON.stringify(made.maps), figures: JSON.stringify(made.figures),
    })
  }

  /** Inside the finishing transaction: the file is in place. */
  setOutput(jobId: number, path: string): void {
    this.#sql.prepare('UPDATE results SET output = ? WHERE job_id = ?').run(path, jobId)
  }

  /** Inside the caller's transaction: nothing of this result was delivered. */
  forget(jobId: number): void {
    this.#sql.prepare('DELETE FROM results WHERE job_id = ? AND output IS NULL').run(jobId)
  }

  byId(id: number): Result | null {
    return this.#one('SELECT * FROM results WHERE id = ?', id)
  }

  byJob(jobId: number): Result | null {
    return this.#one('SELECT * FROM results WHERE job_id = ?', jobId)
  }

  /** The newest result of a photo that was delivered. */
  newestOfPhoto(photoId: number): Result | null {
    return this.#one('SELECT * FROM results WHERE photo_id = ? AND output IS NOT NULL ORDER BY id DESC LIMIT 1', photoId)
  }

  /** Delivered files of exactly this work on exactly these bytes, newest first. */
  sameFile(workKey: string, fileHash: string): Result[] {
    return this.#sql.prepare(`
      SELECT * FROM results WHERE work_key = ? AND file_hash = ? AND output IS NOT NULL ORDER BY id DESC LIMIT 5
    `).all(workKey, fileHash).map(toResult)
  }

  /** A kept master of this restoration, whatever it was encoded to. */
  withMaster(restoreKey: string): Result | null {
    return this.#one('SELECT * FROM results WHERE restore_key = ? AND master IS NOT NULL ORDER BY id DESC LIMIT 1', restoreKey)
  }

  /** The file of a master was removed. */
  forgetMaster(path: string): void {
    this.#sql.prepare('UPDATE results SET master = NULL WHERE master = ?').run(path)
  }

  /** Files that hold this restoration at strength 1 and without a mask, newest first: masters, and delivered files. */
  atFullStrength(restoreKey: string): StoredPixels[] {
    return this.#sql.prepare(`
      SELECT r.master, CASE WHEN r.strength = 1 AND j.settings ->> 'mask' IS NULL THEN r.output END AS output, r.maps, r.figures
      FROM results AS r JOIN jobs AS j ON j.id = r.job_id WHERE r.restore_key = ? ORDER BY r.id DESC LIMIT 10
    `).all(restoreKey).flatMap((row) => {
      const { master, output, maps, figures } = pixelsSchema.parse(row)
      return [master, output].flatMap((file) => file === null ? [] : [{ file, maps, figures }])
    })
  }

  /** The delivered file of a result; null when there is none. */
  outputOf(id: number): string | null {
    return this.#sql.prepare<[number], string | null>('SELECT output FROM results WHERE id = ?').pluck().get(id) ?? null
  }

  /** Ids of photos in the library that have a delivered result. */
  photoIds(): number[] {
    return this.#sql.prepare<[], number>(`
      SELECT DISTINCT photo_id FROM results WHERE output IS NOT NULL
        AND photo_id IN (SELECT id FROM items WHERE removed = 0) ORDER BY photo_id
    `).pluck().all()
  }

  isOutput(path: string): boolean {
    return this.#sql.prepare('SELECT 1 FROM results WHERE output = ? LIMIT 1').get(path) !== undefined
  }

  #one(sql: string, value: unknown): Result | null {
    const row = this.#sql.prepare(sql).get(value)
    return row === undefined ? null : toResult(row)
  }
}

function toResult(row: unknown): Result {
  const it = rowSchema.parse(row)
  return {
    id: it.id, jobId: it.job_id, photoId: it.photo_id, fileHash: it.file_hash, imageHash: it.image_hash,
    made: {
      output: { format: it.format, width: it.width, height: it.height, depth: it.depth, bytes: it.bytes, sha256: it.sha256 },
      engine: it.engine, pack: it.pack, packVersion: it.pack_version, packHash: it.pack_hash, controls: it.controls, strength: it.strength,
      scale: it.scale, scaleReason: it.scale_reason, provider: it.provider, device: it.device, seconds: it.seconds, tiles: it.tiles,
      guarded: it.guarded, suspect: it.suspect === 1, notices: it.notices, maps: it.maps, figures: it.figures,
    },
    notCarried: it.not_carried, output: it.output, sha256: it.sha256, bytes: it.bytes, master: it.master,
  }
}

function json<T extends z.ZodType>(schema: T) {
  return z.string().transform((text) => JSON.parse(text) as unknown).pipe(schema)
}
