/**
 * What is dropped on a browser's window: each drop becomes a folder `inbox/<date>` below the home folder, its photos are referenced from
 * there. `POST /inbox` opens a drop and answers `{ token }`; `PUT /inbox/<token>?name=<relative path>` brings one file as its body.
 */
import { createWriteStream } from 'node:fs'
import { link, mkdir, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extname, join } from 'node:path'
import { RestillError } from '../../shared/errors.ts'
import type { Places } from '../rpc/places.ts'
import { safeSegment, shorten } from '../studio/export/sanitise.ts'
import { hiddenFile, isPhotoName, neverPhoto } from '../studio/library/kinds.ts'

export interface InboxLimits {
  bytesPerFile: number
  filesPerDrop: number
  foldersDeep: number
}

const usualLimits: InboxLimits = { bytesPerFile: 4 * 1024 ** 3, filesPerDrop: 20_000, foldersDeep: 12 }

/** Bytes over the limit that are still read. */
const patienceBytes = 64 * 1024 ** 2

export class Inbox {
  readonly #folder: string
  readonly #places: Places
  readonly #limits: InboxLimits
  readonly #drops = new Map<string, { folder: string, files: number }>()

  /** @param folder `<home>/inbox` */
  constructor(folder: string, places: Places, limits: InboxLimits = usualLimits) {
    this.#folder = folder
    this.#places = places
    this.#limits = limits
  }

  /** Opens a drop: an empty folder of its own. The token is a place that `library.import` takes. */
  async open(now = new Date()): Promise<{ token: string }> {
    await mkdir(this.#folder, { recursive: true })
    const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
    for (let number = 1; ; number++) {
      const folder = join(this.#folder, number === 1 ? day : `${day}-${number}`)
      try {
        await mkdir(folder)
      } catch (error) {
        if (codeOf(error) === 'EEXIST') continue
        throw error
      }
      const token = await this.#places.grant(folder)
      this.#drops.set(token, { folder, files: 0 })
      return { token }
    }
  }

  /**
   * Writes one file, whole or not at all, beside others of the same name.
   * @param name relative path with `/`, as the browser gave it; made safe
   * @throws RestillError PLACE_UNKNOWN, UPLOAD_REFUSED, UPLOAD_BROKEN, DISK_FULL
   */
  async receive(token: string, name: string, body: Readable, declaredBytes: number | null): Promise<{ name: string, bytes: number }> {
    const drop = this.#drops.get(token)
    if (drop === undefined) throw new RestillError('PLACE_UNKNOWN')
    const segments = this.#segments(name)
    const file = segments.at(-1) ?? ''
    const reason = refusal(file)
    if (reason !== null) throw refused(name, reason)
    if (declaredBytes !== null && declaredBytes > this.#limits.bytesPerFile) throw refused(name, 'it is too large')
    if (drop.files >= this.#limits.filesPerDrop) throw refused(name, `a drop holds at most ${this.#limits.filesPerDrop} files`)
    const number = ++drop.files
    const folder = join(drop.folder, ...segments.slice(0, -1))
    const temporary = join(drop.folder, `.restill-upload-${number}.part`)
    try {
      await mkdir(folder, { recursive: true })
      const bytes = await this.#write(body, temporary, name, declaredBytes)
      return { name: await placeBeside(temporary, folder, file), bytes }
    } catch (cause) {
      await rm(temporary, { force: true })
      if (cause instanceof RestillError) throw cause
      if (codeOf(cause) === 'ENOSPC') throw new RestillError('DISK_FULL', { detail: { file: name }, cause })
      throw new RestillError('UPLOAD_BROKEN', { detail: { file: name, reason: cause instanceof Error ? cause.message : String(cause) }, cause })
    }
  }

  async #write(body: Readable, temporary: string, name: string, declaredBytes: number | null): Promise<number> {
    const { bytesPerFile } = this.#limits
    let bytes = 0
    const counted = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length
        // A little too much is read and thrown away, so that the browser gets the reason instead of a broken connection.
        if (bytes > bytesPerFile + patienceBytes) done(refused(name, 'it is too large'))
        else done(null, bytes > bytesPerFile ? undefined : chunk)
      },
    })
    await pipeline(body, counted, createWriteStream(temporary, { flags: 'wx', mode: 0o644, flush: true }))
    if (bytes > bytesPerFile) throw refused(name, 'it is too large')
    if (declaredBytes !== null && bytes !== declaredBytes) {
      throw new RestillError('UPLOAD_BROKEN', { detail: { file: name, reason: `${bytes} of ${declaredBytes} bytes arrived` } })
    }
    return bytes
  }

  #segments(name: string): string[] {
    const segments = name.split(/[\\/]+/).filter((segment) => segment !== '' && segment !== '.')
    if (segments.length === 0 || segments.length > this.#limits.foldersDeep || segments.includes('..')) throw refused(name, 'its name cannot be used')
    return segments.map((segment) => {
      const extension = extname(segment)
      return shorten(safeSegment(segment.slice(0, segment.length - extension.length)), 180) + safeExtension(extension)
    })
  }
}

function safeExtension(extension: string): string {
  return /^\.[\w-]{1,10}$/.test(extension) ? extension : safeSegment(extension).replace(/^_$/, '').slice(0, 20)
}

/** Photos and the sidecars beside them; why not, for everything else. */
function refusal(name: string): string | null {
  if (extname(name).toLowerCase() === '.xmp') return null
  return neverPhoto(name) ?? hiddenFile(name) ?? (isPhotoName(name) ? null : 'it is not a photo')
}

function refused(name: string, reason: string): RestillError {
  return new RestillError('UPLOAD_REFUSED', { detail: { file: name, reason } })
}

/** `a.jpg`, then `a-2.jpg`: files of one drop never replace each other. Returns the name it got. */
async function placeBeside(temporary: string, folder: string, name: string): Promise<string> {
  const extension = extname(name)
  const base = name.slice(0, name.length - extension.length)
  for (let number = 1; ; number++) {
    const wanted = number === 1 ? name : `${base}-${number}${extension}`
    try {
      // A second name for the same bytes fails where something is, a rename would replace it.
      await link(temporary, join(folder, wanted))
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue
      throw error
    }
    await rm(temporary)
    return wanted
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
