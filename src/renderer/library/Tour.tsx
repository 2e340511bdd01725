/** Three sentences for the first visit; gone for good once closed. */
import { client } from '../client/client.ts'
import { usePreferences } from '../state/preferences.ts'
import { showError } from '../state/toasts.ts'
import { Button } from '../ui/index.ts'
import { t } from '../words/words.ts'

export function Tour() {
  const { loaded, preferences, set } = usePreferences()
  if (!loaded || preferences.tourSeen) return null
  const close = (): void => {
    set({ tourSeen: true })
    client.library.noteSeen({ tour: true }).catch(showError)
  }
  return (
    <aside className="r-tour" aria-label={t('library.tour.title')}>
      <ol>
        <li>{t('library.tour.cull')}</li>
        <li>{t('library.tour.develop')}</li>
        <li>{t('library.tour.batch')}</li>
      </ol>
      <Button kind="primary" onPress={close}>{t('library.tour.close')}</Button>
    </aside>
  )
}
