/** Model packs: their cards, checked, chosen, brought in, removed. */
import { useEffect, useState } from 'react'
import { client } from '../client/client.ts'
import { explainError } from '../client/errors.ts'
import { PlaceDialog } from '../places/PlaceDialog.tsx'
import { showError, useToasts } from '../state/toasts.ts'
import { Button, Dialog, ErrorState } from '../ui/index.ts'
import { number, t } from '../words/words.ts'
import { CardDialog } from './CardDialog.tsx'
import { ConvertDialog } from './ConvertDialog.tsx'
import { SettingsPart } from './SettingsPart.tsx'

type Model = Awaited<ReturnType<typeof client.settings.models>>[number]
type Open = { kind: 'card' | 'remove', model: Model } | { kind: 'import' | 'convert' } | null

export function ModelsPart() {
  const [models, setModels] = useState<readonly Model[]>([])
  const [problem, setProblem] = useState<{ message: string, hint: string } | null>(null)
  const [open, setOpen] = useState<Open>(null)
  const { show } = useToasts.getState()
  const load = (): void => { client.settings.models({}).then(setModels, (error: unknown) => setProblem(explainError(error))) }
  useEffect(load, [])
  const close = (): void => setOpen(null)
  const then = (call: Promise<unknown>, message: string): void => {
    close()
    call.then(() => {
      show({ message })
      load()
    }, showError)
  }
  return (
    <SettingsPart name="models" help={t('settings.models.help')}>
      {problem !== null && <ErrorState {...problem} onRetry={load} />}
      <table className="r-table">
        <thead><tr>{(['pack', 'engine', 'licence', 'size', 'state'] as const).map((column) => <th key={column} scope="col">{t(`settings.models.${column}`)}</th>)}<td /></tr></thead>
        <tbody>
          {models.map((model) => (
            <tr key={model.folder}>
              <th scope="row" className="r-table-short">{model.title} <span className="r-dim">{model.version}</span></th>
              <td className="r-table-short">{model.engine}</td><td className="r-table-short">{model.licence}</td>
              <td className="r-table-short">{t('settings.models.megabytes', { value: number(model.bytes / 1e6, 1) })}</td>
              <td>{model.error === null ? t('settings.models.verified') : <span className="r-error-text">{t('settings.models.broken')}: {model.error.message} {model.error.hint}</span>}{model.defaultForEngine && ` · ${t('settings.models.default')}`}</td>
              <td className="r-table-short"><div className="r-table-actions">
                <Button onPress={() => setOpen({ kind: 'card', model })}>{t('settings.models.card')}</Button>
                <Button onPress={() => then(client.settings.verifyModel({ id: model.id }), t('settings.models.verifiedNow', { title: model.title }))}>{t('settings.models.verify')}</Button>
                {!model.defaultForEngine && model.error === null && <Button onPress={() => then(client.settings.setDefaultModel({ engine: model.engine, id: model.id }), `${model.title}: ${t('settings.models.default')}`)}>{t('settings.models.makeDefault')}</Button>}
                {model.builtIn ? <span className="r-dim">{t('settings.models.builtIn')}</span> : <Button icon="trash" onPress={() => setOpen({ kind: 'remove', model })}>{t('settings.models.remove')}</Button>}
              </div></td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="r-settings-actions">
        <Button icon="import" onPress={() => setOpen({ kind: 'import' })}>{t('settings.models.import')}</Button>
        <Button onPress={() => setOpen({ kind: 'convert' })}>{t('settings.models.convert')}</Button>
      </div>
      {open?.kind === 'card' && <CardDialog id={open.model.id} title={open.model.title} onClose={close} />}
      {open?.kind === 'convert' && <ConvertDialog engines={[...new Set(models.map(({ engine }) => engine))]} onClose={close} onDone={load} />}
      {open?.kind === 'import' && (
        <PlaceDialog title={t('settings.models.import')} action={t('settings.models.importAction')} onClose={close}
          onChoose={({ token }) => then(client.settings.importModel({ place: token }).then(({ title }) => show({ message: t('settings.models.imported', { title }) })), t('settings.models.verified'))} />
      )}
      {open?.kind === 'remove' && (
        <Dialog title={t('settings.models.remove')} onClose={close} actions={
          <>
            <Button onPress={close}>{t('shell.cancel')}</Button>
            <Button kind="primary" icon="trash" onPress={() => then(client.settings.removeModel({ id: open.model.id }), t('settings.models.removed', { title: open.model.title }))}>{t('settings.models.remove')}</Button>
          </>
        }><p>{t('settings.models.removeSure', { title: open.model.title })}</p></Dialog>
      )}
    </SettingsPart>
  )
}
