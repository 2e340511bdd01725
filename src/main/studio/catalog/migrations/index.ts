/** Every change of the catalog's shape, oldest first. A migration that shipped is never edited; a new one takes the next ten. */
import { photos } from './0010-photos.ts'
import { jobs } from './0020-jobs.ts'
import { presetsSettings } from './0030-presets-settings.ts'
import { library } from './0040-library.ts'
import { develop } from './0050-develop.ts'
import { watches } from './0060-watches.ts'
import { captions } from './0080-captions.ts'
import { jobItems } from './0090-job-items.ts'
import type { Migration } from './migration.ts'

export type { Migration } from './migration.ts'

export const migrations: readonly Migration[] = rising([photos, jobs, presetsSettings, library, develop, watches, captions, jobItems])

export const latestVersion = migrations.at(-1)?.version ?? 0

/** Versions step by ten or a multiple and rise: a list in disorder would skip a migration silently. */
export function rising(list: readonly Migration[]): readonly Migration[] {
  let last = 0
  for (const { version, name } of list) {
    if (version <= last || version % 10 !== 0) throw new Error(`migration ${version} (${name}) out of order after ${last}`)
    last = version
  }
  return list
}
