/** The photos of the catalog: all SQL about them, prepared once. Reads return whole photos, writes join the caller's transaction. */
import { basename, dirname } from 'node:path'
import type { Statement } from 'better-sqlite3'
import type { Catalog } from './open.ts'
import { bindings, columns, photoFromRow, type Photo, type PhotoDraft, type PhotoError } from './photo.ts'
import { photoQuery, type PhotoFilter } from './photo-query.ts'

export type { Photo } from './photo.ts'

/** What decides whether a file must be read again. */
export interface PhotoStamp {
  id: number, bytes: number, modifiedMs: number, sidecars: string, imageHash: string, state: Photo['state'], root: string, kind: string
}

export class PhotosRepo {
  private readonly catalog: Catalog
  private readonly prepared = new Map<string, Statement>()

  constructor(catalog: Catalog) {
    this.catalog = catalog
  }

  byId(id: number): Photo | null {
    return this.one('SELECT * FROM photos WHERE id = ?', id)
  }

  /** The photo at this very path; names are compared byte for byte. */
  byPath(path: string): Photo | null {
    return this.one('SELECT * FROM photos WHERE path = ?', path)
  }

  stampOf(path: string): PhotoStamp | null {
    const row = this.sql(`SELECT id, bytes, modified_ms AS modifiedMs, sidecars, image_hash AS imageHash, state, root,
      facts ->> 'kind' AS kind FROM photos WHERE path = ?`).get(path)
    return (row as PhotoStamp | undefined) ?? null
  }

  /** Every photo with this image data, oldest first; none for ''. */
  bySameImage(imageHash: string): Photo[] {
    if (imageHash === '') return []
    return this.sql('SELECT * FROM photos WHERE image_hash = ? AND image_hash <> \'\' ORDER BY id').all(imageHash).map(photoFromRow)
  }

  /** Photos in the order asked; everything that `filter` leaves open matches. */
  list(filter: PhotoFilter = {}): Photo[] {
    const { sql, values } = photoQuery('*', filter)
    return this.sql(sql).all(...values).map(photoFromRow)
  }

  count(filter: Omit<PhotoFilter, 'order' | 'limit' | 'offset'> = {}): number {
    const { sql, values } = photoQuery('count(*)', filter)
    return Number(this.sql(sql).pluck().get(...values))
  }

  /** Paths of the present photos in `folder`, or below it as well. */
  presentPaths(folder: string, below: boolean): { id: number, path: string }[] {
    const { sql, values } = photoQuery('id, path', below ? { under: folder, state: 'present' } : { folder, state: 'present' })
    return this.sql(sql).all(...values) as { id: number, path: string }[]
  }

  /** Inserts the photo, or replaces everything about the one at the same path; the id and the first import's time stay. Returns the id. */
  save(photo: PhotoDraft): number {
    return this.catalog.write(() => Number(this.sql(upsert).pluck().get(bindings(photo))))
  }

  /** The file is there as the catalog knows it; only what the file system says of it may differ. */
  touch(id: number, seen: { bytes: number, modifiedMs: number, root: string }): void {
    const { bytes, modifiedMs, root } = seen
    this.catalog.write(() => this.sql(`UPDATE photos SET bytes = @bytes, modified_ms = @modifiedMs, root = @root, state = 'present',
      error = NULL WHERE id = @id`).run({ id, bytes, modifiedMs, root }))
  }

  /** The photo's file was found again at `path`, which no other photo may have. */
  relocate(id: number, path: string, root: string): void {
    this.catalog.write(() => this.sql(`UPDATE photos SET path = ?, folder = ?, name = ?, root = ?, state = 'present', error = NULL
      WHERE id = ?`).run(path, dirname(path), basename(path), root, id))
  }

  /** Their files are gone. Everything known of them stays: they may come back, or be found elsewhere. */
  markMissing(ids: readonly number[]): void {
    this.catalog.write(() => {
      for (const id of ids) this.sql(`UPDATE photos SET state = 'missing', error = NULL WHERE id = ?`).run(id)
    })
  }

  markUnreadable(id: number, error: PhotoError): void {
    this.catalog.write(() => this.sql(`UPDATE photos SET state = 'unreadable', error = ? WHERE id = ?`).run(JSON.stringify(error), id))
  }

  /** -1 (rejected) to 5 stars, null takes the rating away. */
  setRating(id: number, rating: number | null): void {
    this.catalog.write(() => this.sql('UPDATE photos SET rating = ? WHERE id = ?').run(rating, id))
  }

  /** Into the library, where a person had removed it: its folder was imported again. */
  bringBack(id: number): void {
    this.catalog.write(() => this.sql('UPDATE items SET removed = 0 WHERE id = ? AND removed = 1').run(id))
  }

  /** A sidecar was written that says this: the file says it from now on. */
  noteSidecar(id: number, said: Pick<Photo, 'rating' | 'label' | 'title' | 'caption' | 'keywords' | 'sidecars'>): void {
    this.catalog.write(() => this.sql(`UPDATE photos SET rating = @rating, label = @label, title = @title, caption = @caption,
      keywords = @keywords, sidecars = @sidecars WHERE id = @id`).run({ id, ...said, keywords: JSON.stringify(said.keywords) }))
  }

  private one(sql: string, value: unknown): Photo | null {
    const row = this.sql(sql).get(value)
    return row === undefined ? null : photoFromRow(row)
  }

  private sql(text: string): Statement {
    let statement = this.prepared.get(text)
    if (statement === undefined) this.prepared.set(text, statement = this.catalog.db.prepare(text))
    return statement
  }
}

const names = Object.values(columns)
const replaced = names.filter((name) => name !== 'path' && name !== 'imported_at')
const upsert = `INSERT INTO photos (${names.join(', ')}) VALUES (${Object.keys(columns).map((key) => `@${key}`).join(', ')})
  ON CONFLICT (path) DO UPDATE SET ${replaced.map((name) => `${name} = excluded.${name}`).join(', ')}
  RETURNING id`
