/** What a person prefers, in the catalog: one JSON value. Fields that no longer fit their schema fall back one by one. */
import { defaultPreferences } from '../../shared/contract/default-preferences.ts'
import { preferencesSchema, type Preferences } from '../../shared/contract/settings.ts'
import { z } from 'zod'
import type { SettingsRepo } from './catalog/settings.repo.ts'

const key = 'preferences'

export interface PreferencesApi {
  get(): Preferences
  /** Stores the given fields; the others stay. */
  set(changes: { [Name in keyof Preferences]?: Preferences[Name] | undefined }): Preferences
}

export function preferencesApi(settings: SettingsRepo): PreferencesApi {
  const get = (): Preferences => {
    const stored = settings.get(key, z.record(z.string(), z.unknown())) ?? {}
    const kept = Object.entries(preferencesSchema.shape).flatMap(([name, schema]) => {
      const read = schema.safeParse(stored[name])
      return stored[name] !== undefined && read.success ? [[name, read.data] as const] : []
    })
    return { ...defaultPreferences, ...Object.fromEntries(kept) }
  }
  return {
    get,
    set: (changes) => {
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
      const next = preferencesSchema.parse({ ...get(), ...given })
      settings.set(key, next)
      return next
    },
  }
}
