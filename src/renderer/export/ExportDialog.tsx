/** Exporting what is chosen: presets at the left, everything they hold at the right, the first names at the foot. */
import { useEffect, useState } from 'react'
import { ListBox, ListBoxItem } from 'react-aria-components'
import { client } from '../client/client.ts'
import { useSelection } from '../state/selection.ts'
import { showError } from '../state/toasts.ts'
import { useView } from '../state/view.ts'
import { Button, Dialog, TextField } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { exportNow, isChanged, placeOf, useDraft } from './draft.ts'
import { FileParts } from './FileParts.tsx'
import { NamePart } from './NamePart.tsx'
import { PlacePart } from './PlacePart.tsx'
import { PrivacyPart } from './PrivacyPart.tsx'
import './export.css'

export function ExportDialog() {
  const close = (): void => useView.getState().openDialog(null)
  const { ids: chosen, active } = useSelection()
  const ids = chosen.size > 0 ? [...chosen] : active === null ? [] : [active]
  const draft = useDraft()
  const { preset, load } = draft
  const [busy, setBusy] = useState(false)
  useEffect(() => { load().catch(showError) }, [load])
  if (preset === null) return null
  const lacksFolder = preset.destination.kind === 'folder' && draft.folder === null && !preset.destination.path.startsWith('/')
  return (
    <Dialog title={ids.length === 0 ? t('export.nothing') : t('export.title', { count: ids.length })} onClose={close} width={860} actions={
      <>
        <SavePreset />
        <Button onPress={close}>{t('shell.cancel')}</Button>
        <Button kind="primary" icon="export" disabled={busy || ids.length === 0 || lacksFolder} onPress={() => {
          setBusy(true)
          void exportNow(ids, preset, draft.folder).then((began) => {
            setBusy(false)
            if (began) close()
          })
        }}>{t('export.go')}</Button>
      </>
    }>
      <div className="r-export">
        <PresetList />
        <div className="r-export-form">
          <FileParts preset={preset} change={draft.change} />
          <NamePart preset={preset} change={draft.change} ids={ids} folder={draft.folder} />
          <PlacePart preset={preset} change={draft.change} folder={draft.folder} setFolder={draft.setFolder} />
          <PrivacyPart preset={preset} change={draft.change} />
        </div>
      </div>
    </Dialog>
  )
}

function PresetList() {
  const draft = useDraft()
  const name = draft.preset?.name ?? ''
  const own = draft.stored.find(({ preset }) => preset.name === name)?.builtIn === false
  return (
    <div className="r-export-presets">
      <ListBox className="r-list r-scroll" aria-label={t('export.presets')} selectionMode="single" selectedKeys={[name]} disallowEmptySelection
        onSelectionChange={(keys) => { if (keys !== 'all') for (const key of keys) draft.take(String(key)) }}>
        {draft.stored.map(({ preset }) => (
          <ListBoxItem key={preset.name} id={preset.name} className="r-list-item" textValue={preset.name}>
            {preset.name === name && isChanged(draft) ? t('export.changed', { name }) : preset.name}
          </ListBoxItem>
        ))}
      </ListBox>
      {own && <Button kind="quiet" icon="trash" onPress={() => { client.batch.removePreset({ name }).then(draft.load, showError) }}>{t('export.removePreset')}</Button>}
    </div>
  )
}

function SavePreset() {
  const draft = useDraft()
  const [name, setName] = useState<string | null>(null)
  if (name === null) return <span className="r-export-save"><Button onPress={() => setName(draft.preset?.name ?? '')}>{t('export.save')}</Button></span>
  const save = (): void => {
    const preset = { ...draft.preset!, name: name.trim() }
    client.batch.savePreset({ preset, place: placeOf(preset, draft.folder) }).then(async () => {
      draft.change({ name: preset.name })
      await draft.load()
      setName(null)
    }).catch(showError)
  }
  return (
    <span className="r-export-save">
      <TextField label={t('export.saveAs')} hideLabel value={name} onChange={setName} maxLength={100} autoFocus />
      <Button disabled={name.trim() === ''} onPress={save}>{t('export.saveNow')}</Button>
    </span>
  )
}
