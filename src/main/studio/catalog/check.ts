/** A thorough look at a catalog file, without changing it. */
import Database from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { RestillError } from '../../../shared/errors.ts'
import { busyTimeoutMs, catalogError } from './failures.ts'
import { latestVersion } from './migrations/index.ts'

interface CatalogVerdict { ok: boolean, problems: string[] }

/**
 * Reads every page and every index. Another restill may have the catalog open meanwhile.
 * @throws RestillError FILE_NOT_FOUND, CATALOG_LOCKED; damage is a verdict, not an error
 */
export function checkCatalog(file: string): CatalogVerdict {
  const path = resolve(file)
  if (!existsSync(path)) throw new RestillError('FILE_NOT_FOUND', { detail: { file: path } })
  const problems: string[] = []
  try {
    const db = new Database(path, { timeout: busyTimeoutMs, readonly: true })
    try {
      const version = Number(db.pragma('user_version', { simple: true }))
      if (version !== latestVersion) problems.push(`its version is ${version}; this restill writes ${latestVersion}`)
      for (const line of db.pragma('integrity_check(20)') as { integrity_check: string }[]) {
        if (line.integrity_check !== 'ok') problems.push(line.integrity_check)
      }
      for (const line of db.pragma('foreign_key_check') as { table: string, rowid: number, parent: string }[]) {
        problems.push(`row ${line.rowid} of ${line.table} points to a row of ${line.parent} that is not there`)
      }
      if (version === latestVersion) problems.push(...searchIndexProblems(db))
    } finally {
      db.close()
    }
  } catch (error) {
    const known = catalogError(error, path)
    if (!(known instanceof RestillError) || known.code !== 'CATALOG_CORRUPT') throw known
    problems.push(String(known.detail.reason ?? known.message))
  }
  return { ok: problems.length === 0, problems }
}

function searchIndexProblems(db: Database.Database): string[] {
  const count = (sql: string): number => db.prepare<[], number>(sql).pluck().get() ?? 0
  const missing = count('SELECT count(*) FROM texts WHERE item_id NOT IN (SELECT rowid FROM items_text)')
  const left = count('SELECT count(*) FROM items_text WHERE rowid NOT IN (SELECT item_id FROM texts)')
  return missing + left === 0 ? [] : [`the search index misses ${missing} photos and holds ${left} that are gone`]
}
