/**
 * Thumbnails, previews and histograms, in a file of their own that may be deleted at any time: what is not there is made again when it is
 * asked for. Kept by image hash, so that copies of a photo share one, and a photo that moved keeps it.
 */
import Database from 'better-sqlite3'
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { busyTimeoutMs, isBusy } from './failures.ts'

/** Raised when the table changes: an older file is thrown away, never migrated. */
const version = 1

/** Previews for the loupe are large: the last ones looked at are kept. */
const previewLimit = 2000

interface Thumbnail { longEdge: number, width: number, height: number, jpeg: Uint8Array }

export class Previews {
  readonly file: string
  private readonly db: Database.Database
  private readonly find: Database.Statement<[string, number], Thumbnail>
  private readonly exists: Database.Statement<[string, number], number>
  private readonly insert: Database.Statement<[string, number, number, number, Uint8Array]>

  /** Opens or makes `file`; a damaged one or one of another version is replaced by an empty one. */
  constructor(file: string) {
    this.file = resolve(file)
    mkdirSync(dirname(this.file), { recursive: true })
    this.db = openOrReplace(this.file)
    this.find = this.db.prepare(`SELECT long_edge AS longEdge, width, height, jpeg FROM thumbnails WHERE image_hash = ? AND long_edge >= ?
      ORDER BY long_edge LIMIT 1`)
    this.exists = this.db.prepare<[string, number], number>('SELECT 1 FROM thumbnails WHERE image_hash = ? AND long_edge = ?').pluck()
    this.insert = this.db.prepare('INSERT OR REPLACE INTO thumbnails (image_hash, long_edge, width, height, jpeg) VALUES (?, ?, ?, ?, ?)')
  }

  /** The smallest thumbnail that was made for at least `longEdge` pixels; null when there is none. */
  get(imageHash: string, longEdge: number): Thumbnail | null {
    return orElse(null, () => this.find.get(imageHash, longEdge) ?? null)
  }

  has(imageHash: string, longEdge: number): boolean {
    return orElse(false, () => this.exists.get(imageHash, longEdge) !== undefined)
  }

  /** One transaction. A full disk or a lock that does not come free costs thumbnails, never an import: false then. */
  put(items: readonly { imageHash: string, thumbnails: readonly Thumbnail[] }[]): boolean {
    return orElse(false, () => {
      this.db.transaction(() => {
        for (const { imageHash, thumbnails } of items) {
          for (const { longEdge, width, height, jpeg } of thumbnails) this.insert.run(imageHash, longEdge, width, height, jpeg)
        }
      }).immediate()
      return true
    })
  }

  /** The preview for the loupe; null when none is kept. */
  preview(imageHash: string): Uint8Array | null {
    return orElse(null, () => this.db.prepare<[string], Uint8Array>('SELECT jpeg FROM previews WHERE image_hash = ?').pluck().get(imageHash) ?? null)
  }

  /** Keeps a preview; the oldest ones make room. */
  putPreview(imageHash: string, jpeg: Uint8Array): void {
    orElse(undefined, () => {
      this.db.transaction(() => {
        this.db.prepare('INSERT OR REPLACE INTO previews (image_hash, jpeg) VALUES (?, ?)').run(imageHash, jpeg)
        this.db.prepare('DELETE FROM previews WHERE id <= (SELECT max(id) FROM previews) - ?').run(previewLimit)
      }).immediate()
    })
  }

  /** Text that was kept about a picture (its histogram as JSON); null when there is none. */
  histogram(imageHash: string): string | null {
    return orElse(null, () => this.db.prepare<[string], string>('SELECT counts FROM histograms WHERE image_hash = ?').pluck().get(imageHash) ?? null)
  }

  putHistogram(imageHash: string, counts: string): void {
    orElse(undefined, () => { this.db.prepare('INSERT OR REPLACE INTO histograms (image_hash, counts) VALUES (?, ?)').run(imageHash, counts) })
  }

  close(): void {
    this.db.close()
  }
}

/** What SQLite refuses here (damage, a full disk, a lock) counts as a thumbnail that is not there. */
function orElse<T>(other: T, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof Database.SqliteError) return other
    throw error
  }
}

function openOrReplace(file: string): Database.Database {
  try {
    return openPreviews(file)
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || isBusy(error)) throw error
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
    return openPreviews(file)
  }
}

function openPreviews(file: string): Database.Database {
  const db = new Database(file, { timeout: busyTimeoutMs })
  try {
    db.pragma('auto_vacuum = INCREMENTAL')
    if (db.pragma('journal_mode', { simple: true }) !== 'wal') becomeWal(db)
    // Thumbnails can be made again: a power cut may cost the last ones.
    db.pragma('synchronous = NORMAL')
    db.pragma('wal_autocheckpoint = 8192')
    db.transaction(() => {
      // Younger than the version's number: an older restill leaves them alone.
      db.exec(`
        CREATE TABLE IF NOT EXISTS previews (id INTEGER PRIMARY KEY AUTOINCREMENT, image_hash TEXT NOT NULL UNIQUE, jpeg BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS histograms (image_hash TEXT PRIMARY KEY, counts TEXT NOT NULL) STRICT, WITHOUT ROWID;
      `)
      if (db.pragma('user_version', { simple: true }) === version) return
      db.exec(`DROP TABLE IF EXISTS thumbnails;
        CREATE TABLE thumbnails (
          image_hash TEXT NOT NULL, long_edge INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, jpeg BLOB NOT NULL,
          PRIMARY KEY (image_hash, long_edge)
        ) STRICT`)
      db.pragma(`user_version = ${version}`)
    }).immediate()
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** SQLite does not wait for its lock here: two processes that open a new file at once try in turn. */
function becomeWal(db: Database.Database): void {
  for (let attempt = 0; ; attempt++) {
    try {
      db.pragma('journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || attempt >= 200) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5 + Math.random() * 20)
    }
  }
}
