/** Settings on their way from one photo to others. Works in every view: the library pastes onto what is chosen. */
import { create } from 'zustand'
import type { DevelopSettings } from '../../../shared/contract/develop.ts'
import { client } from '../../client/client.ts'
import { useSelection } from '../../state/selection.ts'
import { showError, useToasts } from '../../state/toasts.ts'
import { t } from '../../words/words.ts'
import { useDevelop } from './develop.ts'
import { settingParts, type SettingPart } from './settings.ts'
import { reloadSettings } from './steps.ts'

interface Clipboard {
  copied: DevelopSettings | null
  /** Parts that paste and sync take; kept from time to time. */
  parts: readonly SettingPart[]
  /** The photo that was developed before this one. */
  previous: number | null
}

export const useClipboard = create<Clipboard>(() => ({ copied: null, parts: settingParts.filter(part => part !== 'mask'), previous: null }))

/** Settings of a photo as they stand: of the open one without asking. */
export async function settingsOf(item: number): Promise<DevelopSettings> {
  const { item: open, settings } = useDevelop.getState()
  return open === item && settings !== null ? settings : client.develop.settings({ id: item })
}

export async function copySettings(): Promise<void> {
  const { active } = useSelection.getState()
  if (active === null) return
  useClipboard.setState({ copied: await settingsOf(active) })
  useToasts.getState().show({ message: t('develop.copied') })
}

/** Gives parts of settings to photos, with a way back. */
export async function giveSettings(ids: readonly number[], settings: DevelopSettings, parts: readonly SettingPart[], label: string): Promise<void> {
  if (ids.length === 0 || parts.length === 0) return
  const { changed, undo } = await client.develop.apply({ ids: [...ids], settings, parts: [...parts], label })
  await reloadIfOpen(ids)
  useToasts.getState().show({
    message: t('develop.pasted', { count: changed }),
    ...undo === null ? {} : { action: { label: t('develop.undo'), run: () => void undoGiven(ids) } },
  })
}

async function undoGiven(ids: readonly number[]): Promise<void> {
  await client.library.undo({}).catch(showError)
  await reloadIfOpen(ids)
}

async function reloadIfOpen(ids: readonly number[]): Promise<void> {
  const { item } = useDevelop.getState()
  if (item !== null && ids.includes(item)) await reloadSettings()
}
