/**
 * Puts a finished temporary file into its place: flushed, then renamed, so that no reader ever sees half a file, and so that two processes
 * never take the same name. Originals are never overwritten.
 */
import { link, lstat, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { RestillError } from '../../../shared/errors.ts'
import type { ExportPreset } from '../../../shared/presets.ts'
import { nameLimitBytes, shorten } from './sanitise.ts'
import { codeOf, writing } from './write-error.ts'

export interface DeliverRequest {
  /** Finished file in the folder of the target, or on the same disk. */
  temporary: string
  folder: string
  /** Without extension. */
  baseName: string
  /** Without the dot. */
  extension: string
  collision: ExportPreset['collision']
  /** True for every photo of the catalog that is not a result. */
  isOriginal(path: string): boolean
  /** The photo that was restored: recognised by device and inode under any name. */
  source?: string
}

interface Delivered {
  path: string
  /** `skipped`: the name is taken and the policy is to leave it; the temporary file is gone. */
  outcome: 'written' | 'skipped'
}

/** Name of the unfinished file in the target's folder: hidden, recognised by every restill, never imported. */
export function temporaryName(folder: string, jobKey: string, extension: string): string {
  const key = jobKey.replace(/[^\w-]/g, '_').slice(0, 100)
  return join(folder, `.restill-${key}.part.${extension}`)
}

/** @throws TARGET_IS_SOURCE, OUTPUT_EXISTS, DISK_FULL, TARGET_READ_ONLY; the temporary file stays then */
export async function deliver(request: DeliverRequest): Promise<Delivered> {
  const { temporary, folder, collision } = request
  await writing(folder, () => mkdir(folder, { recursive: true }))
  await writing(temporary, () => flush(temporary))
  for (let count = 1; count < 100_000; count++) {
    const path = join(folder, nameOf(request, count))
    const original = await isOriginal(path, request)
    if (collision === 'overwrite') {
      if (original) throw new RestillError('TARGET_IS_SOURCE', { detail: { file: path } })
      await writing(path, () => rename(temporary, path))
      await flushFolder(folder)
      return { path, outcome: 'written' }
    }
    if (!original && await writing(path, () => placeNew(temporary, path))) {
      await flushFolder(folder)
      return { path, outcome: 'written' }
    }
    if (collision === 'skip') {
      await rm(temporary, { force: true })
      return { path, outcome: 'skipped' }
    }
  }
  throw new RestillError('OUTPUT_EXISTS', { detail: { file: join(folder, nameOf(request, 1)) } })
}

function nameOf(request: DeliverRequest, count: number): string {
  const tail = `${count === 1 ? '' : `-${count}`}.${request.extension}`
  return shorten(request.baseName, nameLimitBytes - Buffer.byteLength(tail)) + tail
}

/** By name, by where a link leads (also a name of other case on a disk that does not tell), and by device and inode. */
async function isOriginal(path: string, request: DeliverRequest): Promise<boolean> {
  if (request.isOriginal(path)) return true
  const real = await realpath(path).catch(() => null)
  if (real === null) return false
  if (request.isOriginal(real)) return true
  if (request.source === undefined) return false
  const [here, there] = await Promise.all([stat(path, { bigint: true }).catch(() => null), stat(request.source, { bigint: true }).catch(() => null)])
  return here !== null && there !== null && here.dev === there.dev && here.ino === there.ino
}

const withoutLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']

/** False when the name is taken. A hard link claims the name and brings the content in one step. */
async function placeNew(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path)
    await rm(temporary)
    return true
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') return false
    if (!withoutLinks.includes(code)) throw error
  }
  return placeByClaim(temporary, path)
}

/** For disks without hard links (exFAT, some shares): an empty file claims the name, then the content is renamed over it. */
export async function placeByClaim(temporary: string, path: string): Promise<boolean> {
  try {
    const claim = await open(path, 'wx')
    await claim.close()
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || !await isDeadClaim(path)) {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    }
  }
  await rename(temporary, path)
  return true
}

/** An empty file that has stood for minutes was claimed by a process that was killed in between. */
async function isDeadClaim(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null)
  return found !== null && found.isFile() && found.size === 0 && Date.now() - found.mtimeMs > 10 * 60_000
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the new name itself durable; some systems cannot open a folder for this, and need not. */
async function flushFolder(folder: string): Promise<void> {
  for (const each of [folder, dirname(folder)]) {
    const handle = await open(each, 'r').catch(() => null)
    await handle?.sync().catch(() => undefined)
    await handle?.close()
  }
}
