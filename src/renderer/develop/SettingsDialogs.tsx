/** Which parts of the settings are pasted or synced. */
import { useState } from 'react'
import { Button, Dialog, Switch } from '../ui/index.ts'
import { showError } from '../state/toasts.ts'
import { useView } from '../state/view.ts'
import { t } from '../words/words.ts'
import { pasteTargets, syncSource, syncTargets } from './settings-commands.ts'
import { giveSettings, settingsOf, useClipboard } from './state/clipboard.ts'
import { settingParts, type SettingPart } from './state/settings.ts'

const words = { engine: 'develop.parts.engine', strength: 'develop.parts.strength', scale: 'develop.parts.scale', mask: 'develop.parts.mask' } as const

/** The dialog that is open, if it is one of these. */
export function SettingsDialogs() {
  const dialog = useView(state => state.dialog)
  if (dialog === 'paste-settings') return <PasteSettingsDialog />
  return dialog === 'sync-settings' ? <SyncSettingsDialog /> : null
}

function PasteSettingsDialog() {
  const copied = useClipboard(state => state.copied)
  const ids = pasteTargets()
  return (
    <PartsDialog title={t('develop.paste.title')} action={t('develop.paste.action')} count={ids.length} problem={copied === null ? t('develop.paste.nothing') : null}
      give={parts => copied === null ? Promise.resolve() : giveSettings(ids, copied, parts, t('develop.step.pasted'))} />
  )
}

function SyncSettingsDialog() {
  const source = syncSource()
  const ids = syncTargets()
  return (
    <PartsDialog title={t('develop.sync.title')} action={t('develop.sync.action')} count={ids.length} problem={source === null || ids.length === 0 ? t('develop.sync.nothing') : null}
      give={async parts => source === null ? undefined : giveSettings(ids, await settingsOf(source), parts, t('develop.step.synced'))} />
  )
}

interface PartsDialogProps { title: string, action: string, count: number, problem: string | null, give: (parts: readonly SettingPart[]) => Promise<void> }

function PartsDialog({ title, action, count, problem, give }: PartsDialogProps) {
  const close = (): void => useView.getState().openDialog(null)
  const [parts, setParts] = useState(useClipboard.getState().parts)
  const set = (part: SettingPart, on: boolean): void => setParts(settingParts.filter(one => one === part ? on : parts.includes(one)))
  const go = (): void => {
    useClipboard.setState({ parts })
    close()
    give(parts).catch(showError)
  }
  return (
    <Dialog title={title} onClose={close} width={400} actions={(
      <>
        <Button onPress={close}>{t('develop.cancel')}</Button>
        <Button kind="primary" autoFocus disabled={problem !== null || parts.length === 0} onPress={go}>{action}</Button>
      </>
    )}>
      <div className="r-develop-parts">
        <p>{problem ?? t('develop.parts.count', { count })}</p>
        {settingParts.map(part => <Switch key={part} label={t(words[part])} value={parts.includes(part)} onChange={on => set(part, on)} />)}
      </div>
    </Dialog>
  )
}
