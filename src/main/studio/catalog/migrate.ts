/**
 * Brings a catalog file to the version this program knows, forward only. Takes the file before anybody else uses it: an older catalog
 * is migrated only while no other restill has it open, because that one would go on with statements for tables that changed.
 */
import Database from 'better-sqlite3'
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { RestillError } from '../../../shared/errors.ts'
import { busyTimeoutMs, isBusy } from './failures.ts'
import { addFunctions } from './functions.ts'
import { latestVersion, migrations, type Migration } from './migrations/index.ts'

/** Marks a SQLite file as a restill catalog ("rst1"). */
const applicationId = 0x72737431

/**
 * Creates or migrates `file`. Several processes may call this at once on one file: one works, the others wait for it, at most `waitMs`.
 * @throws RestillError CATALOG_FROM_FUTURE, CATALOG_LOCKED (an older catalog is open elsewhere), CATALOG_CORRUPT (another program's file)
 */
export function bringUpToDate(file: string, waitMs = 2 * busyTimeoutMs): void {
  const deadline = Date.now() + waitMs
  for (let attempt = 0; ; attempt++) {
    try {
      if (tryOnce(file)) return
    } catch (error) {
      if (!isBusy(error)) throw error
    }
    if (Date.now() > deadline) throw new RestillError('CATALOG_LOCKED', { detail: { file } })
    // No connection is open here, so that a neighbour which also tries can have the file to itself. Uneven: two must not keep step.
    pause(5 + Math.random() * Math.min(20 * attempt, 200))
  }
}

/** True when the file is at the latest version. */
function tryOnce(file: string): boolean {
  const version = inspect(file)
  if (version === latestVersion) return true
  const db = new Database(file, { timeout: 0 })
  try {
    // Exclusive locking, set before the first read, fails while any other connection has the file open.
    if (version > 0) db.pragma('locking_mode = EXCLUSIVE')
    db.pragma('synchronous = FULL')
    db.pragma('journal_mode = WAL')
    if (version > 0) {
      db.exec('BEGIN EXCLUSIVE; COMMIT')
      backUp(db, file, versionOf(db))
    }
    migrate(db)
    return true
  } finally {
    db.close()
  }
}

function inspect(file: string): number {
  const db = new Database(file, { timeout: busyTimeoutMs })
  try {
    // In one transaction: a neighbour that creates the catalog between two of these questions would make it look like somebody else's.
    const { version, ours } = db.transaction(() => {
      const owner = db.pragma('application_id', { simple: true })
      return { version: versionOf(db), ours: owner === applicationId || (owner === 0 && !hasTables(db)) }
    })()
    if (!ours) throw new RestillError('CATALOG_CORRUPT', { detail: { file, reason: 'it is a file of another program' } })
    if (version > latestVersion) {
      throw new RestillError('CATALOG_FROM_FUTURE', { detail: { file, found: version, expected: latestVersion } })
    }
    return version
  } finally {
    db.close()
  }
}

/** Runs the migrations above the catalog's version, up to `target`, in one transaction: all of them or none. */
export function migrate(db: Database.Database, target = latestVersion, steps: readonly Migration[] = migrations): void {
  addFunctions(db)
  db.transaction(() => {
    const from = versionOf(db)
    for (const step of steps) {
      if (step.version <= from || step.version > target) continue
      step.up(db)
      db.pragma(`user_version = ${step.version}`)
    }
    db.pragma(`application_id = ${applicationId}`)
  }).exclusive()
}

function backUp(db: Database.Database, file: string, version: number): void {
  const target = `${file}.before-${version}.bak`
  const temporary = `${target}.part`
  rmSync(temporary, { force: true })
  db.prepare('VACUUM INTO ?').run(temporary)
  const handle = openSync(temporary, 'r+')
  fsyncSync(handle)
  closeSync(handle)
  renameSync(temporary, target)
}

function versionOf(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }))
}

function hasTables(db: Database.Database): boolean {
  return db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
