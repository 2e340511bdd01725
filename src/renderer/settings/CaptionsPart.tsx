import { usePreferences } from '../state/preferences.ts'
import { CommitField, Icon } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { SettingsPart } from './SettingsPart.tsx'

/** Null when it is no address. */
function isLoopback(address: string): boolean | null {
  const url = URL.parse(address)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return null
  return ['localhost', '[::1]'].includes(url.hostname) || /^127(\.\d{1,3}){3}$/.test(url.hostname)
}

export function CaptionsPart() {
  const { preferences, set } = usePreferences()
  const loopback = isLoopback(preferences.captionsHost)
  return (
    <SettingsPart name="captions" help={t('settings.captions.help')}>
      <div className="r-settings-fields">
        <CommitField label={t('settings.captions.host')} value={preferences.captionsHost} maxLength={300} error={loopback === null ? t('settings.captions.invalid') : null} onCommit={(captionsHost) => set({ captionsHost: captionsHost.trim() })} />
      </div>
      {loopback === false && <p className="r-settings-warning" role="alert"><Icon name="warning" />{t('settings.captions.away')}</p>}
    </SettingsPart>
  )
}
