/** What SQLite's result codes mean to a person. */
import Database from 'better-sqlite3'
import { RestillError, type ErrorCode } from '../../../shared/errors.ts'

/** How long a statement waits for another process's write before it gives up. */
export const busyTimeoutMs = 5000

const meanings: [prefix: string, code: ErrorCode][] = [
  ['SQLITE_BUSY', 'CATALOG_LOCKED'], ['SQLITE_LOCKED', 'CATALOG_LOCKED'], ['SQLITE_PROTOCOL', 'CATALOG_LOCKED'],
  ['SQLITE_CORRUPT', 'CATALOG_CORRUPT'], ['SQLITE_NOTADB', 'CATALOG_CORRUPT'],
  ['SQLITE_FULL', 'DISK_FULL'], ['SQLITE_READONLY', 'TARGET_READ_ONLY'],
  ['SQLITE_CANTOPEN', 'FILE_UNREADABLE'], ['SQLITE_PERM', 'FILE_UNREADABLE'], ['SQLITE_IOERR', 'FILE_UNREADABLE'],
]

/** The error to throw instead of `error`: SQLite's own become ours, with the catalog's path; everything else stays as it is. */
export function catalogError(error: unknown, file: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error
  const meaning = meanings.find(([prefix]) => error.code.startsWith(prefix))
  if (meaning === undefined) return error
  return new RestillError(meaning[1], { detail: { file, reason: error.message }, cause: error })
}

/** Whether another process stood in the way and the same try may succeed in a moment. */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && ['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_PROTOCOL'].some((prefix) => error.code.startsWith(prefix))
}
