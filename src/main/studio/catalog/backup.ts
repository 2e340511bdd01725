/** A copy of the catalog while it is in use. */
import Database from 'better-sqlite3'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { z } from 'zod'
import { RestillError } from '../../../shared/errors.ts'
import { catalogError } from './failures.ts'
import type { Catalog } from './open.ts'

/**
 * Copies the catalog by SQLite's online backup to a temporary name, reads the copy once over, flushes it and renames it.
 * @param target default: `<catalog>-<date>-<time>.bak` beside the catalog, UTC
 * @returns the absolute path of the copy
 * @throws RestillError OUTPUT_EXISTS, DISK_FULL, TARGET_READ_ONLY, CATALOG_CORRUPT when the copy is not sound
 */
export async function backupCatalog(catalog: Catalog, target?: string): Promise<string> {
  const path = resolve(target ?? defaultTarget(catalog.file))
  if (existsSync(path)) throw new RestillError('OUTPUT_EXISTS', { detail: { file: path } })
  const temporary = `${path}.part`
  try {
    await mkdir(dirname(path), { recursive: true })
    await rm(temporary, { force: true })
    await catalog.db.backup(temporary)
    verify(temporary, path)
    const handle = await open(temporary, 'r+')
    await handle.sync()
    await handle.close()
    await rename(temporary, path)
    return path
  } catch (error) {
    await rm(temporary, { force: true })
    throw writeError(error, path)
  }
}

/** Where the catalog lies, how big it is with its log, how many photos it knows, and when the newest copy beside it was made (ISO 8601). */
export function catalogFacts({ file, db }: Catalog): { file: string, bytes: number, photos: number, lastBackup: string | null } {
  const size = (path: string) => existsSync(path) ? statSync(path).size : 0
  const folder = dirname(file)
  const stem = basename(file, extname(file))
  const backups = readdirSync(folder).filter((name) => name.startsWith(stem) && name.endsWith('.bak')).map((name) => statSync(join(folder, name)).mtimeMs)
  return {
    file, bytes: size(file) + size(`${file}-wal`), photos: z.int().parse(db.prepare('SELECT count(*) FROM photos').pluck().get()),
    lastBackup: backups.length === 0 ? null : new Date(Math.max(...backups)).toISOString(),
  }
}

function verify(file: string, target: string): void {
  const db = new Database(file)
  try {
    // One file that can be carried anywhere, without a log beside it.
    db.pragma('journal_mode = DELETE')
    const verdict = db.pragma('quick_check(1)', { simple: true })
    if (verdict !== 'ok') throw new RestillError('CATALOG_CORRUPT', { detail: { file: target, reason: String(verdict) } })
  } finally {
    db.close()
  }
}

function defaultTarget(file: string): string {
  const stamp = new Date().toISOString().replace(/\.\d+Z$/, '').replaceAll(':', '').replace('T', '-')
  return `${file.slice(0, file.length - extname(file).length)}-${stamp}.bak`
}

function writeError(error: unknown, file: string): unknown {
  if (error instanceof RestillError || !(error instanceof Error)) return error
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC') return new RestillError('DISK_FULL', { detail: { file }, cause: error })
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || code === 'ENOENT') {
    return new RestillError('TARGET_READ_ONLY', { detail: { file, reason: error.message }, cause: error })
  }
  return catalogError(error, file)
}
