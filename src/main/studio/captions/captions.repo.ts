/** All SQL about captions. */
import { z } from 'zod'
import type { Catalog } from '../catalog/open.ts'
import { Sql } from '../catalog/sql.ts'

const rowSchema = z.object({
  text: z.string(), model: z.string().nullable(), promptVersion: z.int().nullable(), imageHash: z.string(), at: z.string(),
})

/** What is in a photo, in a sentence. */
export interface Caption {
  text: string
  /** Null for one that a person typed. */
  model: string | null
  promptVersion: number | null
  /** Of the pixels it was said of. */
  imageHash: string
  at: string
}

type Said = Omit<Caption, 'at'>
type CaptionRow = ReturnType<typeof rowOf>
/** A row that took the place of another one, or of none. */
export interface Replaced { before: CaptionRow | null, after: CaptionRow }

export class CaptionsRepo {
  readonly #catalog: Catalog
  readonly #sql: Sql

  constructor(catalog: Catalog) {
    this.#catalog = catalog
    this.#sql = new Sql(catalog)
  }

  byPhoto(photoId: number): Caption | null {
    const row = this.#sql.prepare(`SELECT text, model, prompt_version AS promptVersion, image_hash AS imageHash, created_at AS at
      FROM captions WHERE photo_id = ?`).get(photoId)
    return row === undefined ? null : rowSchema.parse(row)
  }

  /** What a model said; null where a person has typed a caption meanwhile, which stays. */
  store(photoId: number, said: Said): Replaced | null {
    return this.#catalog.write(() => {
      const before = this.#sql.prepare<[number], CaptionRow>('SELECT * FROM captions WHERE photo_id = ?').get(photoId) ?? null
      if (before !== null && before.model === null) return null
      const after = rowOf(photoId, said)
      this.#sql.prepare(`
        INSERT INTO captions (photo_id, text, model, prompt_version, image_hash, created_at)
        VALUES (@photo_id, @text, @model, @prompt_version, @image_hash, @created_at)
        ON CONFLICT (photo_id) DO UPDATE SET text = excluded.text, model = excluded.model, prompt_version = excluded.prompt_version,
          image_hash = excluded.image_hash, created_at = excluded.created_at
      `).run(after)
      return { before, after }
    })
  }
}

/** The row of a caption that is said now. */
export function rowOf(photoId: number, { text, model, promptVersion, imageHash }: Said) {
  return { photo_id: photoId, text, model, prompt_version: promptVersion, image_hash: imageHash, created_at: new Date().toISOString() }
}
