/** Small file work of the jobs, with the system's errors turned into codes. */
import { createHash } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { copyFile, mkdir, readdir, rm, stat, statfs } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { RestillError } from '../../../shared/errors.ts'
import { codeOf, writing } from '../export/write-error.ts'

/** Room that is left free: a disk filled to its last byte breaks more than a photo. */
const reserveBytes = 16 * 1024 * 1024

/** SHA-256 in hex of a file's bytes; null when it is not there. */
export async function hashOfFile(path: string): Promise<string | null> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw new RestillError('FILE_UNREADABLE', { detail: { file: path, reason: textOf(error) }, cause: error })
  }
  return hash.digest('hex')
}

/** @throws RestillError FILE_NOT_FOUND, FILE_UNREADABLE */
export async function statSource(path: string): Promise<Stats> {
  try {
    return await stat(path)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) throw new RestillError('FILE_NOT_FOUND', { detail: { file: path }, cause: error })
    throw new RestillError('FILE_UNREADABLE', { detail: { file: path, reason: textOf(error) }, cause: error })
  }
}

export async function existsAt(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false)
}

/** Makes the folder and sees that `bytes` more would fit. @throws RestillError TARGET_READ_ONLY, DISK_FULL */
export async function prepareFolder(folder: string, bytes: number): Promise<void> {
  await writing(folder, () => mkdir(folder, { recursive: true }))
  const room = await statfs(folder).catch(() => null)
  if (room !== null && room.bavail * room.bsize < bytes + reserveBytes) throw new RestillError('DISK_FULL', { detail: { file: folder } })
}

export async function copyTo(source: string, target: string): Promise<void> {
  await writing(target, () => copyFile(source, target))
}

/** Removes a temporary file and what ExifTool was making of it: names that begin as its own does. */
export async function removeTemporary(path: string | null): Promise<void> {
  if (path === null) return
  const folder = dirname(path)
  const stem = stemOf(path)
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.startsWith(stem)) await rm(join(folder, name), { force: true }).catch(() => undefined)
  }
}

/** What the names of a temporary file and its kin have in common. */
export function stemOf(path: string): string {
  return basename(path, extname(path))
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
