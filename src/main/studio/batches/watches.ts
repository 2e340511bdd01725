/**
 * Watched folders: a photo that lies still for two seconds is imported and restored into the watch's preset. What was seen is kept by
 * inode, size and time, so that a restart does not begin again; what lay there before the watch began is left alone.
 */
import { watch as watchFolder, type FSWatcher } from 'chokidar'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { asRestillError, explain } from '../../../shared/errors.ts'
import type { Log } from '../log.ts'
import { hiddenFile, isPhotoName, neverPhoto } from '../library/kinds.ts'
import type { Watch, WatchesRepo } from './watches.repo.ts'

/** How long size and time must not change before a file counts as written, milliseconds. */
const stillMs = 2000
/** Files that settle within this time go into one import. */
const gatherMs = 500

interface WatchParts {
  repo: WatchesRepo
  log: Log
  /** Imports and restores; returns the batch, null when there was nothing to restore. */
  restore(watch: Watch, paths: string[]): Promise<number | null>
  changed(): void
}

export interface WatchRow extends Watch { seen: number, restored: number, problem: string | null }

export class Watches {
  readonly #parts: WatchParts
  readonly #open = new Map<number, { watcher: FSWatcher, waiting: Set<string>, timer: NodeJS.Timeout | null, work: Promise<void> }>()
  readonly #problems = new Map<number, string>()

  constructor(parts: WatchParts) {
    this.#parts = parts
  }

  /** Watches everything that is switched on. */
  async start(): Promise<void> {
    for (const watch of this.#parts.repo.all()) if (watch.active) await this.#begin(watch, false)
  }

  list(): WatchRow[] {
    return this.#parts.repo.all().map((watch) => ({ ...watch, ...this.#parts.repo.counts(watch.id), problem: this.#problems.get(watch.id) ?? null }))
  }

  /** What lies in the folder now is left alone. */
  async add(watch: Omit<Watch, 'id' | 'active'>): Promise<number> {
    const id = this.#parts.repo.save(watch)
    await this.#end(id)
    await this.#begin({ ...watch, id, active: true }, true)
    return id
  }

  async setActive(id: number, active: boolean): Promise<void> {
    this.#parts.repo.setActive(id, active)
    await this.#end(id)
    const watch = this.#parts.repo.all().find((each) => each.id === id)
    if (active && watch !== undefined) await this.#begin(watch, false)
  }

  async remove(id: number): Promise<void> {
    await this.#end(id)
    this.#problems.delete(id)
    this.#parts.repo.remove(id)
  }

  async close(): Promise<void> {
    for (const id of [...this.#open.keys()]) await this.#end(id)
  }

  async #begin(watch: Watch, leaveExisting: boolean): Promise<void> {
    const watcher = watchFolder(watch.folder, {
      persistent: true, ignoreInitial: false, awaitWriteFinish: leaveExisting ? false : { stabilityThreshold: stillMs, pollInterval: 200 },
      ignored: (path, stats) => stats?.isFile() === true && !mayBePhoto(basename(path)),
    })
    const entry = { watcher, waiting: new Set<string>(), timer: null as NodeJS.Timeout | null, work: Promise.resolve() }
    this.#open.set(watch.id, entry)
    watcher.on('error', (error) => { this.#failed(watch.id, error) })
    if (leaveExisting) {
      const existing: Promise<unknown>[] = []
      watcher.on('add', (path) => existing.push(this.#note(watch, path)))
      await new Promise<void>((done) => { watcher.once('ready', () => { done() }) })
      await Promise.all(existing)
      await watcher.close()
      return this.#begin(watch, false)
    }
    watcher.on('add', (path) => { this.#gather(watch, path) })
    watcher.on('change', (path) => { this.#gather(watch, path) })
  }

  #gather(watch: Watch, path: string): void {
    const entry = this.#open.get(watch.id)
    if (entry === undefined) return
    entry.waiting.add(path)
    if (entry.timer !== null) clearTimeout(entry.timer)
    entry.timer = setTimeout(() => {
      const paths = [...entry.waiting]
      entry.waiting.clear()
      entry.work = entry.work.then(() => this.#take(watch, paths)).catch((error: unknown) => { this.#failed(watch.id, error) })
    }, gatherMs)
  }

  async #take(watch: Watch, paths: readonly string[]): Promise<void> {
    const fresh: string[] = []
    for (const path of paths) if (await this.#note(watch, path)) fresh.push(path)
    if (fresh.length === 0) return
    const batchId = await this.#parts.restore(watch, fresh)
    if (batchId !== null) for (const path of fresh) this.#parts.repo.noteBatch(watch.id, path, batchId)
    this.#problems.delete(watch.id)
    this.#parts.changed()
  }

  async #note(watch: Watch, path: string): Promise<boolean> {
    const stats = await stat(path).catch(() => null)
    if (stats === null || !stats.isFile() || stats.size === 0) return false
    return this.#parts.repo.see(watch.id, `${stats.ino}:${stats.size}:${Math.trunc(stats.mtimeMs)}`, path)
  }

  #failed(id: number, error: unknown): void {
    const { message, hint } = explain(asRestillError(error))
    this.#problems.set(id, `${message} ${hint}`.trim())
    this.#parts.log.write(`watch ${id}`, error)
    this.#parts.changed()
  }

  async #end(id: number): Promise<void> {
    const entry = this.#open.get(id)
    if (entry === undefined) return
    this.#open.delete(id)
    if (entry.timer !== null) clearTimeout(entry.timer)
    await entry.watcher.close()
    await entry.work
  }
}

function mayBePhoto(name: string): boolean {
  return isPhotoName(name) && neverPhoto(name) === null && hiddenFile(name) === null
}
