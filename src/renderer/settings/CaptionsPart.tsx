/** Where captions come from, and what answers there. */
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'
import { explainError } from '../client/errors.ts'
import { usePreferences } from '../state/preferences.ts'
import { Button, CommitField, Icon } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { SettingsPart } from './SettingsPart.tsx'

/** Null when it is no address. A plain name is taken as http, as the studio does. */
function isLoopback(address: string): boolean | null {
  const url = URL.parse(address.includes('://') ? address : `http://${address}`)
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
      <Server host={preferences.captionsHost} />
    </SettingsPart>
  )
}

/** Asked when a person wants to know, not by itself: the address may be another computer's. */
function Server({ host }: { host: string }) {
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['captions', host], enabled: false, retry: false, gcTime: 0, queryFn: ({ signal }) => client.captions.server({}, { signal }),
  })
  const problem = error === null ? data?.problem ?? null : explainError(error)
  return (
    <>
      <div className="r-settings-actions">
        <Button disabled={isFetching} onPress={() => void refetch()}>{t(isFetching ? 'settings.captions.asking' : 'settings.captions.ask')}</Button>
      </div>
      <div role="status" aria-busy={isFetching}>
        {problem !== null && <p>{problem.message} {problem.hint}</p>}
        {problem === null && data !== undefined && (
          <p>{t('settings.captions.answers', { host: data.host, version: data.version ?? '', models: data.models.join(', ') })}</p>
        )}
      </div>
    </>
  )
}
