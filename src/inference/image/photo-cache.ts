/**
 * Photos that are being looked at, decoded on disk: opened once, however many pictures are cut from them. Those that a session holds stay;
 * of the others the least recently used go when there are too many. Pixels guest.
 */
import { rmSync } from 'node:fs'
import { constants, copyFile, open, rm, stat } from 'node:fs/promises'
import { RestillError } from '../../shared/errors.ts'
import { openPhoto, type OpenPhoto } from './open.ts'
import { headerBytes, spoolPath, withSpoolProfile } from './spool.ts'

/** Decoded bytes kept on disk for photos that nobody holds, and how many photos. */
const keptBytes = 3e9
const keptPhotos = 12
const stripRows = 256

interface Entry { readonly photo: Promise<OpenPhoto>, bytes: number, usedAt: number, users: number }
interface Hold { key: string, entry: Entry, result: string }

export class PhotoCache {
  readonly #entries = new Map<string, Entry>()
  /** What lies on disk. */
  readonly #files = new Set<string>()
  readonly #holds = new Map<string, Promise<Hold>>()
  #clock = 0

  constructor() {
    process.once('exit', () => {
      for (const file of this.#files) rmSync(file, { force: true })
    })
  }

  /**
   * Runs `work` with the decoded photo, whose spool carries its profile.
   * @throws RestillError FILE_NOT_FOUND and what opening a photo throws
   */
  async use<T>(file: string, folder: string, work: (photo: OpenPhoto) => Promise<T>): Promise<T> {
    const { entry } = await this.#acquire(file, folder)
    try {
      return await work(await entry.photo)
    } finally {
      this.#release(entry)
    }
  }

  /** Keeps a photo decoded for a session, with a copy of its pixels that a result is written over. Asked again, it answers the same. */
  async hold(session: string, file: string, folder: string): Promise<{ photo: OpenPhoto, result: string }> {
    let hold = this.#holds.get(session)
    if (hold === undefined) {
      hold = this.#hold(file, folder)
      this.#holds.set(session, hold)
      hold.catch(() => this.#holds.delete(session))
    }
    const { entry, result } = await hold
    return { photo: await entry.photo, result }
  }

  /** Writes another picture's pixels over the result of a session; false where it is of another shape. In place: the file may be in use. */
  async draw(session: string, file: string, folder: string): Promise<boolean> {
    const hold = await this.#holds.get(session)
    if (hold === undefined) return false
    const { spool: held } = await hold.entry.photo
    return this.use(file, folder, async ({ spool }) => {
      const { width, height, channels, depth } = spool
      if (width !== held.width || height !== held.height || channels !== held.channels || depth !== held.depth) return false
      const handle = await open(hold.result, 'r+')
      try {
        let position = headerBytes
        for (let y = 0; y < height; y += stripRows) {
          const rows = await spool.readRows(y, Math.min(stripRows, height - y))
          await handle.write(rows, 0, rows.byteLength, position)
          position += rows.byteLength
        }
      } finally {
        await handle.close()
      }
      return true
    })
  }

  async letGo(session: string): Promise<void> {
    const hold = await this.#holds.get(session)?.catch(() => undefined)
    this.#holds.delete(session)
    if (hold === undefined) return
    await rm(hold.result, { force: true })
    this.#files.delete(hold.result)
    this.#release(hold.entry)
  }

  async #hold(file: string, folder: string): Promise<Hold> {
    const { key, entry } = await this.#acquire(file, folder)
    try {
      const { spool } = await entry.photo
      const result = await spoolPath(folder)
      this.#files.add(result)
      // Copied as a whole, the profile behind the rows comes along.
      await copyFile(spool.file, result, constants.COPYFILE_FICLONE)
      return { key, entry, result }
    } catch (thrown) {
      this.#release(entry)
      throw thrown
    }
  }

  async #acquire(file: string, folder: string): Promise<{ key: string, entry: Entry }> {
    const facts = await stat(file).catch((cause: unknown) => { throw new RestillError('FILE_NOT_FOUND', { detail: { file }, cause }) })
    const key = `${facts.size} ${facts.mtimeMs} ${file}`
    let entry = this.#entries.get(key)
    if (entry === undefined) {
      const made: Entry = { photo: decode(file, folder), bytes: 0, usedAt: 0, users: 0 }
      made.photo.then(
        ({ spool }) => {
          made.bytes = spool.width * spool.height * spool.channels * spool.depth / 8
          this.#files.add(spool.file)
        },
        () => this.#entries.delete(key),
      )
      this.#entries.set(key, made)
      entry = made
    }
    entry.users++
    entry.usedAt = ++this.#clock
    return { key, entry }
  }

  #release(entry: Entry): void {
    entry.users--
    const idle = [...this.#entries].filter(([, other]) => other.users === 0).sort(([, a], [, b]) => b.usedAt - a.usedAt)
    let bytes = 0
    for (const [index, [key, other]] of idle.entries()) {
      bytes += other.bytes
      if (index < keptPhotos && bytes <= keptBytes) continue
      this.#entries.delete(key)
      void other.photo.then(async photo => {
        await photo.dispose()
        this.#files.delete(photo.spool.file)
      }, () => undefined)
    }
  }
}

async function decode(file: string, folder: string): Promise<OpenPhoto> {
  // Not cancelled with the picture that asked first: others wait for the same photo.
  const photo = await openPhoto(file, { folder, signal: new AbortController().signal })
  await withSpoolProfile(photo.spool, photo.icc, () => Promise.resolve())
  return photo
}
