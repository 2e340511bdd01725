/** The empty library: what a photographer sees before the first folder. */
import { client } from '../client/client.ts'
import { useImports } from '../state/imports.ts'
import { showError } from '../state/toasts.ts'
import { useView } from '../state/view.ts'
import { Button } from '../ui/index.ts'
import { t } from '../words/words.ts'

export function FirstStart() {
  const running = useImports((state) => state.running !== null)
  const trySamples = async (): Promise<void> => {
    try {
      const { token } = await client.library.samples({})
      await useImports.getState().run([token])
    } catch (thrown) {
      showError(thrown)
    }
  }
  return (
    <div className="r-first">
      <div className="r-first-box">
        <h2>{t('library.empty.title')}</h2>
        <div className="r-state-actions">
          <Button kind="primary" disabled={running} onPress={() => useView.getState().openDialog('import')}>{t('library.empty.choose')}</Button>
          <Button disabled={running} onPress={() => void trySamples()}>{t('library.empty.samples')}</Button>
        </div>
        <ul>
          <li>{t('library.empty.looks')}</li>
          <li>{t('library.empty.originals')}</li>
          <li>{t('library.empty.results')}</li>
        </ul>
      </div>
    </div>
  )
}
