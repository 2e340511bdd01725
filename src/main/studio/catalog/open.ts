/**
 * Opens the catalog: one SQLite file that the window and the terminal share. Runs in the studio's process; knows no photo and no pixel.
 * Every write goes through `write`, which begins immediately, so that two processes queue for the lock and never deadlock on it.
 */
import Database from 'better-sqlite3'
import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { RestillError } from '../../../shared/errors.ts'
import { busyTimeoutMs, catalogError } from './failures.ts'
import { addFunctions } from './functions.ts'
import { latestVersion } from './migrations/index.ts'
import { bringUpToDate } from './migrate.ts'
import { networkShareOf } from './network.ts'

export interface Catalog {
  readonly db: Database.Database
  /** Absolute path of the SQLite file. */
  readonly file: string
  close(): void
  /**
   * Runs `body` in one transaction that holds the write lock from its start; inside another `write` it joins that one.
   * `body` is never async. Throws CATALOG_LOCKED, CATALOG_CORRUPT or DISK_FULL for what SQLite reports; other errors pass, rolled back.
   */
  write<T>(body: () => T): T
  /** Like `write`, without waiting for the disk: a power cut may take it back, whole, so it is for what can simply be done again. */
  writeRepeatable<T>(body: () => T): T
  /** True once after another connection (usually another process) has committed something. */
  changedElsewhere(): boolean
}

/**
 * Opens `file`, creating it where it is missing and migrating it where it is older (after a backup named `<file>.before-<version>.bak`).
 * @throws RestillError CATALOG_FROM_FUTURE, CATALOG_LOCKED (an older catalog that another restill has open), CATALOG_CORRUPT,
 * CATALOG_ON_NETWORK, FILE_UNREADABLE, TARGET_READ_ONLY
 */
export function openCatalog(file: string): Catalog {
  const path = resolve(file)
  const folder = dirname(path)
  try {
    mkdirSync(folder, { recursive: true })
  } catch (cause) {
    throw new RestillError('TARGET_READ_ONLY', { detail: { file: folder, reason: String(cause) }, cause })
  }
  if (networkShareOf(folder) !== null) throw new RestillError('CATALOG_ON_NETWORK', { detail: { file: path } })
  try {
    // A log that nobody folded in means that a restill works on the catalog now or that one was killed: worth a look at the pages.
    const suspicious = leftoverLog(path)
    bringUpToDate(path)
    const db = connect(path)
    try {
      if (suspicious) quickCheck(db, path)
      return catalogOn(db, path)
    } catch (error) {
      db.close()
      throw error
    }
  } catch (error) {
    throw catalogError(error, path)
  }
}

function connect(file: string): Database.Database {
  const db = new Database(file, { timeout: busyTimeoutMs, fileMustExist: true })
  addFunctions(db)
  db.pragma('foreign_keys = ON')
  // What a person did survives a power cut, not only a crash.
  db.pragma('synchronous = FULL')
  const version = db.pragma('user_version', { simple: true })
  if (version !== latestVersion) throw new Error(`catalog at version ${String(version)} after migration to ${latestVersion}`)
  return db
}

function catalogOn(db: Database.Database, file: string): Catalog {
  const dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck()
  let seen = dataVersion.get()
  const write = <T>(body: () => T): T => {
    if (db.inTransaction) return body()
    try {
      return db.transaction(body).immediate()
    } catch (error) {
      throw catalogError(error, file)
    }
  }
  return {
    db, file, write,
    writeRepeatable<T>(body: () => T): T {
      if (db.inTransaction) return body()
      db.pragma('synchronous = NORMAL')
      try {
        return write(body)
      } finally {
        db.pragma('synchronous = FULL')
      }
    },
    changedElsewhere() {
      const now = dataVersion.get()
      const changed = now !== seen
      seen = now
      return changed
    },
    close() {
      if (!db.open) return
      db.pragma('optimize')
      db.close()
    },
  }
}

function leftoverLog(file: string): boolean {
  // One question, not two: a neighbour that closes the catalog takes its log away at any moment.
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
}

function quickCheck(db: Database.Database, file: string): void {
  const verdict = db.pragma('quick_check(1)', { simple: true })
  if (verdict !== 'ok') throw new RestillError('CATALOG_CORRUPT', { detail: { file, reason: String(verdict) } })
}
