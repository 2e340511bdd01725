/**
 * Sidecars: `name.ext.xmp` (darktable and others) and `name.xmp` (Lightroom) beside a photo. What they say stands before what the file
 * says. `name.xmp` belongs to the raw file where a raw and another photo share the name.
 */
import { readFile, stat } from 'node:fs/promises'
import { extname, join, parse } from 'node:path'
import type { Notice } from '../../../shared/guest.ts'
import { isRawName } from './kinds.ts'
import { decodeXmp, parseXmp, type XmpFields } from './xmp.ts'

/** Larger ones hold masks or history, not words; they are not read. */
const sidecarLimitBytes = 16 * 1024 * 1024

export interface SidecarIndex {
  /** Sidecars of the photo `name`, the more specific last, and a stamp that changes when one of them does ('' without any). */
  of(name: string): Promise<{ paths: string[], stamp: string }>
}

export const noSidecars: SidecarIndex = { of: () => Promise.resolve({ paths: [], stamp: '' }) }

/** `names`: all entries of `folder`. */
export function sidecarIndex(folder: string, names: readonly string[]): SidecarIndex {
  const sidecars = new Map<string, string>()
  for (const name of names) if (extname(name).toLowerCase() === '.xmp') sidecars.set(parse(name).name, name)
  if (sidecars.size === 0) return noSidecars
  const rawStems = new Set(names.filter(isRawName).map((name) => parse(name).name))
  return {
    async of(name) {
      const stem = parse(name).name
      const general = !isRawName(name) && rawStems.has(stem) ? undefined : sidecars.get(stem)
      const own = [general, sidecars.get(name)].filter((sidecar) => sidecar !== undefined)
      const stamps = await Promise.all(own.map(async (sidecar) => {
        const found = await stat(join(folder, sidecar)).catch(() => null)
        return found === null ? sidecar : `${sidecar}:${found.size}:${Math.floor(found.mtimeMs)}`
      }))
      return { paths: own.map((sidecar) => join(folder, sidecar)), stamp: stamps.join('/') }
    },
  }
}

/**
 * What the sidecars at `paths` say of the photo `photoName`, the later ones before the earlier. Never throws: a sidecar that cannot be read
 * or understood is a notice with code SIDECAR_UNREADABLE.
 */
export async function readSidecars(photoName: string, paths: readonly string[]): Promise<{ fields: XmpFields, notices: Notice[] }> {
  let fields: XmpFields = {}
  const notices: Notice[] = []
  for (const path of paths) {
    try {
      if ((await stat(path)).size > sidecarLimitBytes) throw new Error('it is too large')
      const read = parseXmp(decodeXmp(await readFile(path)))
      const forOther = read.sidecarFor !== undefined && `.${read.sidecarFor}`.toLowerCase() !== extname(photoName).toLowerCase()
      if (!forOther) fields = { ...fields, ...read }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      notices.push({ code: 'SIDECAR_UNREADABLE', text: `The sidecar ${parse(path).base} could not be read (${why}).` })
    }
  }
  return { fields, notices }
}
