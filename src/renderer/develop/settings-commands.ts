/** Copy, paste, sync and reset of develop settings: in Develop for its photo, in the library for what is chosen. */
import { client } from '../client/client.ts'
import { useCommands, type Command } from '../commands/registry.ts'
import { targets, useSelection } from '../state/selection.ts'
import { showError, useToasts } from '../state/toasts.ts'
import { useView } from '../state/view.ts'
import { t } from '../words/words.ts'
import { copySettings, giveSettings, settingsOf, useClipboard } from './state/clipboard.ts'
import { useDevelop } from './state/develop.ts'
import { resetPhoto, reloadSettings } from './state/steps.ts'

/** What settings are pasted onto. */
export function pasteTargets(): number[] {
  const { view, stage } = useView.getState()
  return view === 'develop' ? targets('loupe') : targets(stage)
}
/** The active photo gives its settings to the other chosen ones. */
export function syncSource(): number | null {
  return useSelection.getState().active
}
export function syncTargets(): number[] {
  const { ids, active } = useSelection.getState()
  return [...ids].filter(id => id !== active)
}

async function pastePrevious(): Promise<void> {
  const { previous } = useClipboard.getState()
  if (previous === null) return void useToasts.getState().show({ message: t('develop.noPrevious') })
  await giveSettings(pasteTargets().filter(id => id !== previous), await settingsOf(previous), ['engine', 'strength', 'scale'], t('develop.step.previous'))
}

async function syncAtOnce(): Promise<void> {
  const source = syncSource()
  if (source === null || syncTargets().length === 0) return void useToasts.getState().show({ message: t('develop.sync.nothing') })
  await giveSettings(syncTargets(), await settingsOf(source), useClipboard.getState().parts, t('develop.step.synced'))
}

async function resetChosen(): Promise<void> {
  const ids = pasteTargets()
  if (ids.length === 0) return
  const { item } = useDevelop.getState()
  if (useView.getState().view === 'develop' && ids.length === 1 && ids[0] === item) return resetPhoto()
  const { changed, undo } = await client.develop.reset({ ids })
  useToasts.getState().show({ message: t('develop.resetDone', { count: changed }), ...undo === null ? {} : { action: { label: t('develop.undo'), run: () => void undoReset(ids) } } })
}

async function undoReset(ids: readonly number[]): Promise<void> {
  await client.library.undo({}).catch(showError)
  const { item } = useDevelop.getState()
  if (item !== null && ids.includes(item)) await reloadSettings()
}

const hasActive = (): boolean => useSelection.getState().active !== null
const inPhotos = (): boolean => ['library', 'develop'].includes(useView.getState().view) && hasActive()
const run = (work: () => Promise<void>) => () => void work().catch(showError)

const commands: readonly Command[] = [
  { id: 'settings.copy', when: inPhotos, run: run(copySettings) },
  { id: 'settings.paste', when: inPhotos, run: () => useView.getState().openDialog('paste-settings') },
  { id: 'settings.paste-previous', when: inPhotos, run: run(pastePrevious) },
  { id: 'settings.sync', when: inPhotos, run: () => useView.getState().openDialog('sync-settings') },
  { id: 'settings.sync-now', when: inPhotos, run: run(syncAtOnce) },
  { id: 'settings.reset', when: inPhotos, run: run(resetChosen) },
]

/** To be used once, by the window: these keys work in the library too. */
export function useSettingsCommands(): void {
  useCommands(commands, [])
}
