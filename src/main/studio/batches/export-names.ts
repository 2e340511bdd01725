/** What an export would be called, before it starts. */
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { asRestillError, explain } from '../../../shared/errors.ts'
import type { JobParts } from '../jobs/parts.ts'
import { pathOf } from '../jobs/outputs.ts'
import { draftItems, type Wanted } from './enqueue-items.ts'

interface ExportNames {
  /** The first three names, extension included. */
  names: string[]
  /** Photos that would get the same name as another one of this export. */
  clashes: number
  /** Names that lie in the folder already. */
  existing: number
  folder: string | null
  /** Why the template or the folder cannot be used. */
  problem: string | null
}

/** Names are looked at for so many photos; more would keep the dialog waiting. */
const most = 2000

export function exportNames(parts: JobParts, wanted: readonly Wanted[], order: Parameters<typeof draftItems>[2]): ExportNames {
  try {
    const targets = draftItems(parts, wanted.slice(0, most), { ...order, preset: { ...order.preset, collision: 'overwrite' } })
      .flatMap(({ target }) => (target === null ? [] : [target]))
    const paths = targets.map(pathOf)
    const existing = new Set(paths.filter((path) => existsSync(path)))
    return {
      names: paths.slice(0, 3).map((path) => basename(path)), clashes: paths.length - new Set(paths).size, existing: existing.size,
      folder: targets[0]?.folder ?? null, problem: null,
    }
  } catch (error) {
    const { message, hint } = explain(asRestillError(error))
    return { names: [], clashes: 0, existing: 0, folder: null, problem: `${message} ${hint}`.trim() }
  }
}
