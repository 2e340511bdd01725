/**
 * Folders by opaque token: the window names no path. A token is made when a folder is shown, and looked at again when it is used: a folder
 * that was replaced by a link out of the roots meanwhile is refused.
 */
import { randomBytes } from 'node:crypto'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { RestillError } from '../../shared/errors.ts'
import { closedFolder, hiddenFile, isPhotoName } from '../studio/library/kinds.ts'

export interface Place {
  token: string
  name: string
  /** For people to read. */
  path: string
  /** Photos directly in it, by their names; null where it cannot be read. */
  photos: number | null
}

export interface PlaceListing { here: Place | null, parent: string | null, places: Place[] }

/** Folders below that are looked into at once. */
const readAhead = 16

export class Places {
  readonly #roots: readonly string[]
  /** Real paths of single folders that a dialog or an upload brought in. */
  readonly #granted = new Set<string>()
  readonly #paths = new Map<string, string>()
  readonly #tokens = new Map<string, string>()

  /** @param roots folders that may be looked through, with everything below */
  constructor(roots: readonly string[]) {
    this.#roots = roots.map((root) => resolve(root))
  }

  /**
   * The folders below the one that `token` names; null asks for the roots. Hidden folders and links that lead out of the roots are left out.
   * @throws RestillError PLACE_UNKNOWN, FILE_NOT_FOUND, FOLDER_UNREADABLE
   */
  async list(token: string | null): Promise<PlaceListing> {
    if (token === null) return { here: null, parent: null, places: await this.#describe(this.#roots) }
    const path = await this.pathOf(token)
    const inside: string[] = []
    for (const entry of await entriesOf(path)) {
      if (closedFolder(entry.name) !== null) continue
      const child = join(path, entry.name)
      if (entry.isDirectory() || (entry.isSymbolicLink() && await this.#leadsInside(child))) inside.push(child)
    }
    inside.sort((a, b) => collator.compare(basename(a), basename(b)))
    const parent = dirname(path)
    const [here] = await this.#describe([path])
    return {
      here: here ?? null,
      parent: parent !== path && await this.#isInside(parent) ? this.#tokenOf(parent) : null,
      places: await this.#describe(inside),
    }
  }

  /**
   * The folder, its links resolved.
   * @throws RestillError PLACE_UNKNOWN for a token that was never given or leads outside by now; FILE_NOT_FOUND when the folder is gone
   */
  async pathOf(token: string): Promise<string> {
    const path = this.#paths.get(token)
    if (path === undefined) throw new RestillError('PLACE_UNKNOWN')
    const real = await realpath(path).catch((cause: unknown) => {
      throw new RestillError('FILE_NOT_FOUND', { detail: { file: path }, cause })
    })
    if (!await this.#isInside(real)) throw new RestillError('PLACE_UNKNOWN')
    return real
  }

  /** A folder or file that a person chose in a dialog of the system, dropped, or uploaded: it may be used as it is, and what is below it. */
  async grant(path: string): Promise<string> {
    const real = await realpath(path)
    this.#granted.add(real)
    return this.#tokenOf(real)
  }

  #tokenOf(path: string): string {
    let token = this.#tokens.get(path)
    if (token === undefined) {
      token = randomBytes(16).toString('base64url')
      this.#tokens.set(path, token)
      this.#paths.set(token, path)
    }
    return token
  }

  async #describe(paths: readonly string[]): Promise<Place[]> {
    const places: Place[] = []
    for (let from = 0; from < paths.length; from += readAhead) {
      places.push(...await Promise.all(paths.slice(from, from + readAhead).map(async (path) => ({
        token: this.#tokenOf(path), name: basename(path) || path, path, photos: await photosIn(path),
      }))))
    }
    return places
  }

  async #leadsInside(link: string): Promise<boolean> {
    try {
      const real = await realpath(link)
      return (await stat(real)).isDirectory() && await this.#isInside(real)
    } catch {
      return false
    }
  }

  /** @param real a path without links */
  async #isInside(real: string): Promise<boolean> {
    if ([...this.#granted].some((folder) => isBelow(real, folder))) return true
    for (const root of this.#roots) {
      const folder = await realpath(root).catch(() => null)
      if (folder !== null && isBelow(real, folder)) return true
    }
    return false
  }
}

const collator = new Intl.Collator('en', { numeric: true })

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

async function entriesOf(path: string) {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (cause) {
    throw new RestillError('FOLDER_UNREADABLE', { detail: { file: path, reason: cause instanceof Error ? cause.message : String(cause) }, cause })
  }
}

async function photosIn(path: string): Promise<number | null> {
  try {
    return (await readdir(path, { withFileTypes: true })).filter((entry) =>
      !entry.isDirectory() && isPhotoName(entry.name) && hiddenFile(entry.name) === null).length
  } catch {
    return null
  }
}
