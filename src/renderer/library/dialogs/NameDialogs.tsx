/** Dialogs that ask for one name. */
import { useState, type SyntheticEvent } from 'react'
import { client } from '../../client/client.ts'
import { explainError } from '../../client/errors.ts'
import { useLibrary } from '../../state/library.ts'
import { useSelection } from '../../state/selection.ts'
import { useView } from '../../state/view.ts'
import { Button, Dialog, TextField } from '../../ui/index.ts'
import { t } from '../../words/words.ts'
import { nameOf, showUndo } from '../actions.ts'

interface NameDialogProps { title: string, label: string, initial: string, action: string, onName: (name: string) => Promise<unknown>, onClose: () => void }

export function NameDialog({ title, label, initial, action, onName, onClose }: NameDialogProps) {
  const [name, setName] = useState(initial)
  const [error, setError] = useState<string | null>(null)
  const send = (event?: SyntheticEvent): void => {
    event?.preventDefault()
    const wanted = name.trim()
    if (wanted === '') return setError(t('library.nameNeeded'))
    onName(wanted).then(onClose, (thrown: unknown) => {
      const { message, hint } = explainError(thrown)
      setError(`${message} ${hint}`)
    })
  }
  return (
    <Dialog title={title} width={420} onClose={onClose} actions={<><Button onPress={onClose}>{t('shell.cancel')}</Button><Button kind="primary" onPress={() => send()}>{action}</Button></>}>
      <form onSubmit={send}>
        <TextField label={label} value={name} onChange={setName} error={error} maxLength={200} autoFocus />
      </form>
    </Dialog>
  )
}

const close = (): void => useView.getState().openDialog(null)

export function RenameDialog() {
  const active = useSelection((state) => state.active)
  if (active === null) return null
  return (
    <NameDialog title={t('library.rename.title')} label={t('library.rename.label')} initial={nameOf(active)} action={t('library.rename.action')} onClose={close}
      onName={async (name) => {
        const { undo } = await client.library.rename({ id: active, name })
        if (undo !== null) showUndo(undo)
      }} />
  )
}

/** A manual collection of the chosen photos. */
export function CollectionDialog() {
  return (
    <NameDialog title={t('library.collection.title')} label={t('library.collection.name')} initial="" action={t('library.collection.action')} onClose={close}
      onName={(name) => client.library.saveCollection({ id: null, name, filter: null, sort: null, ids: [...useSelection.getState().ids] })} />
  )
}

/** The filter that is set, kept under a name. */
export function SmartCollectionDialog() {
  return (
    <NameDialog title={t('library.collection.smartTitle')} label={t('library.collection.name')} initial="" action={t('library.collection.action')} onClose={close}
      onName={(name) => {
        const { filter, sort } = useLibrary.getState()
        return client.library.saveCollection({ id: null, name, filter, sort })
      }} />
  )
}
