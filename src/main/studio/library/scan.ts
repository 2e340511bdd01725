/**
 * Finds the files of an import: walks folders without following links in circles, and tells what it passes by and why.
 * Reads names and dates only, and the first bytes of files whose names say nothing.
 */
import type { Dirent, Stats } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { RestillError, type ErrorCode, type ErrorDetail } from '../../../shared/errors.ts'
import { beginsLikePhoto, closedFolder, hiddenFile, isPhotoName, neverPhoto } from './kinds.ts'
import { noSidecars, sidecarIndex, type SidecarIndex } from './sidecars.ts'

export interface FoundFile {
  path: string
  /** The folder that was given, or the folder of a file that was. */
  root: string
  bytes: number
  modifiedMs: number
  /** Paths, the more specific last. */
  sidecars: string[]
  sidecarStamp: string
}
export interface ImportFailure { path: string, root: string, code: ErrorCode, detail: ErrorDetail }
export interface IgnoredFile { path: string, reason: string }
export interface Scan {
  files: FoundFile[]
  failed: ImportFailure[]
  ignored: IgnoredFile[]
  /** Folders whose entries were all seen. */
  folders: string[]
  /** Those of them that were given, or that a link leads to. */
  tops: string[]
}

/** Entries of one folder that are looked at together. */
const statsAtOnce = 64

/**
 * @param paths files and folders; what lies in hidden or system folders, and hidden files, only count when named here
 * @throws RestillError CANCELLED; everything else is told in the result
 */
export async function scan(paths: readonly string[], recursive: boolean, signal?: AbortSignal): Promise<Scan> {
  const walk = new Walk(recursive, signal)
  for (const path of paths) await walk.given(resolve(path))
  await walk.links()
  return { files: [...walk.files.values()], failed: walk.failed, ignored: walk.ignored, folders: walk.folders, tops: walk.tops }
}

class Walk {
  readonly files = new Map<string, FoundFile>()
  readonly failed: ImportFailure[] = []
  readonly ignored: IgnoredFile[] = []
  readonly folders: string[] = []
  readonly tops: string[] = []
  private readonly visited = new Set<string>()
  private readonly indexes = new Map<string, SidecarIndex>()
  /** Linked folders wait until all real ones are read: a folder is then known by its own name and not by a link's. */
  private linked: { path: string, root: string }[] = []
  private readonly recursive: boolean
  private readonly signal: AbortSignal | undefined

  constructor(recursive: boolean, signal: AbortSignal | undefined) {
    this.recursive = recursive
    this.signal = signal
  }

  async given(path: string): Promise<void> {
    let found: Stats
    try {
      found = await stat(path)
    } catch (error) {
      this.fail(path, dirname(path), error)
      return
    }
    if (found.isDirectory()) {
      await this.folderTree(path, path)
      return
    }
    const reason = neverPhoto(basename(path)) ?? await this.notPhoto(path, found)
    if (reason !== null) this.ignored.push({ path, reason })
    else await this.take(path, dirname(path), found, await this.indexOf(dirname(path)))
  }

  async links(): Promise<void> {
    while (this.linked.length > 0) {
      const round = this.linked
      this.linked = []
      for (const { path, root } of round) {
        if (!await this.folderTree(path, root)) this.ignored.push({ path, reason: 'link to a folder that is read already' })
      }
    }
  }

  /** False when this folder was read before, by whatever name. */
  private async folderTree(top: string, root: string): Promise<boolean> {
    const waiting = [top]
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      this.stopIfAsked()
      if (!await this.firstVisit(folder, root)) {
        if (folder === top) return false
        continue
      }
      let entries: Dirent[]
      try {
        entries = await readdir(folder, { withFileTypes: true })
      } catch (error) {
        this.failed.push({ path: folder, root, code: 'FOLDER_UNREADABLE', detail: { file: folder, reason: reasonOf(error) } })
        continue
      }
      this.folders.push(folder)
      if (folder === top) this.tops.push(folder)
      entries.sort((a, b) => a.name < b.name ? -1 : 1)
      waiting.push(...(await this.folderEntries(folder, root, entries)).reverse())
    }
    return true
  }

  /** Takes the files and returns the folders to go into. */
  private async folderEntries(folder: string, root: string, entries: Dirent[]): Promise<string[]> {
    const below: string[] = []
    const index = sidecarIndex(folder, entries.map(({ name }) => name))
    this.indexes.set(folder, index)
    for (let start = 0; start < entries.length; start += statsAtOnce) {
      this.stopIfAsked()
      const found = await Promise.all(entries.slice(start, start + statsAtOnce).map((entry) => this.look(join(folder, entry.name), entry)))
      for (const { path, name, outcome } of found) {
        if (outcome.kind === 'ignored') this.ignored.push({ path, reason: outcome.reason })
        else if (outcome.kind === 'failed') this.fail(path, root, outcome.error)
        else if (outcome.kind === 'file') await this.take(path, root, outcome.stats, index)
        else if (!this.recursive) this.ignored.push({ path, reason: 'folder below, not asked for' })
        else if (closedFolder(name) !== null) this.ignored.push({ path, reason: closedFolder(name) ?? '' })
        else if (outcome.link) this.linked.push({ path, root })
        else below.push(path)
      }
    }
    return below
  }

  private async look(path: string, entry: Dirent): Promise<{ path: string, name: string, outcome: Look }> {
    const { name } = entry
    const as = (outcome: Look) => ({ path, name, outcome })
    if (entry.isDirectory()) return as({ kind: 'folder', link: false })
    const reason = neverPhoto(name) ?? hiddenFile(name)
    if (reason !== null) return as({ kind: 'ignored', reason })
    try {
      const stats = await stat(path)
      if (stats.isDirectory()) return as({ kind: 'folder', link: true })
      const other = await this.notPhoto(path, stats)
      return as(other === null ? { kind: 'file', stats } : { kind: 'ignored', reason: other })
    } catch (error) {
      if (isPhotoName(name)) return as({ kind: 'failed', error: entry.isSymbolicLink() ? brokenLink(path, error) : error })
      return as({ kind: 'ignored', reason: entry.isSymbolicLink() ? 'link that leads nowhere' : reasonOf(error) })
    }
  }

  private async take(path: string, root: string, stats: Stats, index: SidecarIndex): Promise<void> {
    if (this.files.has(path)) return
    const { paths, stamp } = await index.of(basename(path))
    this.files.set(path, { path, root, bytes: stats.size, modifiedMs: Math.floor(stats.mtimeMs), sidecars: paths, sidecarStamp: stamp })
  }

  private async notPhoto(path: string, stats: Stats): Promise<string | null> {
    if (!stats.isFile()) return 'not a plain file'
    if (isPhotoName(basename(path))) return null
    return stats.size > 0 && await contentIsPhoto(path) ? null : 'not a photo'
  }

  private async indexOf(folder: string): Promise<SidecarIndex> {
    const known = this.indexes.get(folder)
    if (known !== undefined) return known
    const index = await readdir(folder).then((names) => sidecarIndex(folder, names), () => noSidecars)
    this.indexes.set(folder, index)
    return index
  }

  private async firstVisit(folder: string, root: string): Promise<boolean> {
    try {
      const { dev, ino } = await stat(folder, { bigint: true })
      const key = `${dev}:${ino}`
      if (this.visited.has(key)) return false
      this.visited.add(key)
    } catch (error) {
      this.fail(folder, root, error)
      return false
    }
    return true
  }

  private fail(path: string, root: string, error: unknown): void {
    const { code, detail } = fileError(path, error)
    this.failed.push({ path, root, code, detail })
  }

  private stopIfAsked(): void {
    if (this.signal?.aborted === true) throw new RestillError('CANCELLED')
  }
}

type Look =
  | { kind: 'ignored', reason: string }
  | { kind: 'failed', error: unknown }
  | { kind: 'file', stats: Stats }
  | { kind: 'folder', link: boolean }

async function contentIsPhoto(path: string): Promise<boolean> {
  try {
    const handle = await open(path)
    try {
      const head = Buffer.alloc(16)
      await handle.read(head, 0, 16, 0)
      return beginsLikePhoto(head)
    } finally {
      await handle.close()
    }
  } catch {
    return false
  }
}

function brokenLink(path: string, error: unknown): unknown {
  const code = errno(error)
  return code === 'ENOENT' || code === 'ELOOP' ? new RestillError('LINK_LOOP', { detail: { file: path }, cause: error }) : error
}

function fileError(path: string, error: unknown): RestillError {
  if (error instanceof RestillError) return error
  const code = errno(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return new RestillError('FILE_NOT_FOUND', { detail: { file: path }, cause: error })
  if (code === 'ELOOP') return new RestillError('LINK_LOOP', { detail: { file: path }, cause: error })
  return new RestillError('FILE_UNREADABLE', { detail: { file: path, reason: reasonOf(error) }, cause: error })
}

function errno(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}

function reasonOf(error: unknown): string {
  const code = errno(error)
  if (code === 'EACCES' || code === 'EPERM') return 'no permission'
  return code ?? (error instanceof Error ? error.message : String(error))
}
