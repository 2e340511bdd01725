import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { defaultPreferences } from '../../shared/contract/default-preferences.ts'
import { openCatalog } from './catalog/open.ts'
import { SettingsRepo } from './catalog/settings.repo.ts'
import { preferencesApi } from './preferences.ts'

async function open() {
  const catalog = openCatalog(join(await tempFolder(), 'catalog.sqlite'))
  onTestFinished(() => { catalog.close() })
  const settings = new SettingsRepo(catalog)
  return { settings, preferences: preferencesApi(settings) }
}

test('what was never chosen has its default, what was chosen stays', async () => {
  const { preferences } = await open()
  expect(preferences.get()).toEqual(defaultPreferences)
  preferences.set({ theme: 'light', language: undefined })
  preferences.set({ autoAdvance: true })
  expect(preferences.get()).toEqual({ ...defaultPreferences, theme: 'light', autoAdvance: true })
})

test('a stored value that no longer fits falls back alone', async () => {
  const { settings, preferences } = await open()
  settings.set('preferences', { theme: 'pink', stage: 'black' })
  expect(preferences.get()).toEqual({ ...defaultPreferences, stage: 'black' })
})
