/** An official checkpoint that a person downloaded becomes a pack, where a Python with PyTorch is found; else the command to copy. */
import { useEffect, useState } from 'react'
import { client } from '../client/client.ts'
import { PlaceDialog } from '../places/PlaceDialog.tsx'
import { showError, useToasts } from '../state/toasts.ts'
import { Button, Dialog, Select, Switch } from '../ui/index.ts'
import { t } from '../words/words.ts'

interface Props { engines: readonly string[], onClose: () => void, onDone: () => void }

export function ConvertDialog({ engines, onClose, onDone }: Props) {
  const [converter, setConverter] = useState<{ python: string | null, command: string } | null>(null)
  const [choosing, setChoosing] = useState(false)
  const [place, setPlace] = useState<string | null>(null)
  const [files, setFiles] = useState<readonly string[]>([])
  const [file, setFile] = useState('')
  const [engine, setEngine] = useState(engines[0] ?? '')
  const [accepted, setAccepted] = useState(false)
  const [busy, setBusy] = useState(false)
  const { show } = useToasts.getState()
  useEffect(() => { client.settings.converter({}).then(setConverter, showError) }, [])
  const go = (): void => {
    if (place === null) return
    setBusy(true)
    client.settings.convert({ engine, place, file, acceptLicence: accepted }).then(({ title }) => {
      show({ message: t('settings.models.converted', { title }) })
      onDone()
      onClose()
    }, showError).finally(() => setBusy(false))
  }
  if (choosing) {
    return (
      <PlaceDialog title={t('settings.models.convertFolder')} action={t('settings.models.convertAction')} onClose={() => setChoosing(false)} onChoose={({ token }) => {
        setChoosing(false)
        setPlace(token)
        client.settings.checkpoints({ place: token }).then((found) => {
          setFiles(found.files)
          setFile(found.files[0] ?? '')
        }, showError)
      }} />
    )
  }
  const lacksPython = converter?.python === null
  return (
    <Dialog title={t('settings.models.convert')} onClose={onClose} actions={!lacksPython && (
      <Button kind="primary" disabled={busy || !accepted || file === ''} onPress={go}>{t(busy ? 'settings.models.converting' : 'settings.models.convertNow')}</Button>
    )}>
      <div className="r-settings-column">
        <p>{t('settings.models.convertHelp')}</p>
        {lacksPython && (
          <>
            <p>{t('settings.models.noPython')}</p>
            <pre className="r-settings-command">{converter.command}</pre>
            <Button icon="copy" onPress={() => void navigator.clipboard.writeText(converter.command).then(() => show({ message: t('settings.models.copied') }), showError)}>{t('settings.models.copy')}</Button>
          </>
        )}
        {converter !== null && !lacksPython && (
          <>
            <Select label={t('settings.models.engine')} value={engine} options={engines.map((value) => ({ value, label: value }))} onChange={setEngine} />
            <Button icon="folder" onPress={() => setChoosing(true)}>{t('settings.models.convertFolder')}</Button>
            {place !== null && (files.length === 0
              ? <p className="r-error-text">{t('settings.models.noCheckpoint')}</p>
              : <Select label={t('settings.models.checkpoint')} value={file} options={files.map((value) => ({ value, label: value }))} onChange={setFile} />)}
            <Switch label={t('settings.models.accept')} value={accepted} onChange={setAccepted} />
          </>
        )}
      </div>
    </Dialog>
  )
}
