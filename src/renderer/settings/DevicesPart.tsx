/** The table of devices with the verdict of their self-test. */
import { useEffect, useState } from 'react'
import type { ProviderName, ProviderVerdict } from '../../shared/guest.ts'
import { client } from '../client/client.ts'
import { explainError } from '../client/errors.ts'
import { usePreferences } from '../state/preferences.ts'
import { Button, ErrorState, Select } from '../ui/index.ts'
import { number, t } from '../words/words.ts'
import { SettingsPart } from './SettingsPart.tsx'

export function DevicesPart() {
  const [verdicts, setVerdicts] = useState<readonly ProviderVerdict[] | null>(null)
  const [problem, setProblem] = useState<{ message: string, hint: string } | null>(null)
  const [testing, setTesting] = useState(false)
  const { preferences, set } = usePreferences()
  const load = (fresh: boolean): void => {
    setTesting(true)
    setProblem(null)
    client.settings.devices({ fresh }).then(setVerdicts, (error: unknown) => setProblem(explainError(error))).finally(() => setTesting(false))
  }
  useEffect(() => load(false), [])
  const usable = (verdicts ?? []).filter((verdict) => verdict.usable)
  return (
    <SettingsPart name="devices" help={t('settings.devices.help')}>
      {problem !== null && <ErrorState {...problem} onRetry={() => load(true)} />}
      {problem === null && (
        <table className="r-table" aria-busy={testing}>
          <thead><tr>{(['device', 'verdict', 'error', 'speed', 'precision'] as const).map((column) => <th key={column} scope="col">{t(`settings.devices.${column}`)}</th>)}</tr></thead>
          <tbody>
            {(verdicts ?? []).map(({ provider, device, usable: works, reason, error, milliseconds, precision }) => (
              <tr key={`${provider} ${device}`}>
                <th scope="row">{provider}{device !== '' && device !== provider && <span className="r-dim"> {device}</span>}</th>
                <td>{t(works ? 'settings.devices.usable' : 'settings.devices.unusable')}{reason !== '' && <span className="r-dim">: {reason}</span>}</td>
                <td>{error === null ? t('settings.devices.none') : error.toExponential(1)}</td>
                <td>{milliseconds === null ? t('settings.devices.none') : t('settings.devices.milliseconds', { value: number(milliseconds, 1) })}</td>
                <td>{works ? precision : t('settings.devices.none')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className="r-settings-fields">
        <Select<ProviderName | 'auto'> label={t('settings.devices.first')} value={preferences.providers[0] ?? 'auto'}
          onChange={(first) => set({ providers: first === 'auto' ? [] : [first, ...usable.map(({ provider }) => provider).filter((provider) => provider !== first)] })}
          options={[{ value: 'auto', label: t('settings.devices.auto') }, ...usable.map(({ provider, device }) => ({ value: provider, label: device === '' || device === provider ? provider : `${provider} ${device}` }))]} />
      </div>
      <div className="r-settings-actions"><Button icon="retry" disabled={testing} onPress={() => load(true)}>{t(testing ? 'settings.devices.testing' : 'settings.devices.again')}</Button></div>
    </SettingsPart>
  )
}
