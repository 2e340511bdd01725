/** Choosing a folder to import, and what became of it. */
import { PlaceDialog } from '../../places/PlaceDialog.tsx'
import { useImports } from '../../state/imports.ts'
import { usePreferences } from '../../state/preferences.ts'
import { useView } from '../../state/view.ts'
import { Button, Dialog, Switch } from '../../ui/index.ts'
import { t } from '../../words/words.ts'

function close(): void {
  useView.getState().openDialog(null)
}

export function ImportDialog() {
  const { preferences: { lookForBlur: looks }, set } = usePreferences()
  return (
    <PlaceDialog title={t('library.import.title')} action={t('library.import.action')} hint={t('library.import.hint')} onClose={close}
      onChoose={({ token }) => {
        close()
        useView.getState().open('library', 'grid')
        void useImports.getState().run([token])
      }}>
      <Switch label={t('library.import.lookForBlur')} value={looks} onChange={(lookForBlur) => set({ lookForBlur })} />
    </PlaceDialog>
  )
}

export function ImportReportDialog() {
  const report = useImports((state) => state.report)
  if (report === null) return null
  const { added, known, moved, ignored, failed } = report
  const counts = [['added', added], ['known', known], ['moved', moved]] as const
  return (
    <Dialog title={t('library.import.reportTitle')} onClose={close} width={640} reading actions={<Button kind="primary" onPress={close}>{t('shell.close')}</Button>}>
      <ul className="r-report">{counts.filter(([, count]) => count > 0).map(([name, count]) => <li key={name}>{t(`library.import.${name}`, { count })}</li>)}</ul>
      {failed.length > 0 && <h3>{t('library.import.failed', { count: failed.length })}</h3>}
      <ul className="r-report">{failed.map(({ name, message, hint }) => <li key={name}><bdi>{name}</bdi><span>{message}</span><span className="r-dim">{hint}</span></li>)}</ul>
      {ignored.length > 0 && <h3>{t('library.import.ignored', { count: ignored.length })}</h3>}
      <ul className="r-report">{ignored.map(({ name, reason }) => <li key={name}><bdi>{name}</bdi><span className="r-dim">{reason}</span></li>)}</ul>
    </Dialog>
  )
}
