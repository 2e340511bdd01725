/** Where the catalog lies, whether it is sound, and copies of it. */
import { useEffect, useState } from 'react'
import { client } from '../client/client.ts'
import { usePreferences } from '../state/preferences.ts'
import { showError, useToasts } from '../state/toasts.ts'
import { Button, Select, Slider } from '../ui/index.ts'
import { number, t } from '../words/words.ts'
import { SettingsPart } from './SettingsPart.tsx'

type Facts = Awaited<ReturnType<typeof client.settings.catalog>>

export function CatalogPart() {
  const [facts, setFacts] = useState<Facts | null>(null)
  const [checked, setChecked] = useState<{ ok: boolean, problems: string[] } | 'running' | null>(null)
  const [presets, setPresets] = useState<readonly string[]>([])
  const { preferences, set } = usePreferences()
  const load = (): void => { client.settings.catalog({}).then(setFacts, showError) }
  useEffect(() => {
    load()
    client.batch.presets({}).then((found) => setPresets(found.map(({ preset }) => preset.name)), showError)
  }, [])
  const preset = presets.includes(preferences.defaultPreset) ? preferences.defaultPreset : presets.includes('restored') ? 'restored' : presets[0] ?? ''
  return (
    <SettingsPart name="catalog">
      {facts !== null && (
        <dl className="r-facts">
          <div><dt>{t('settings.catalog.file')}</dt><dd><bdi>{facts.file}</bdi></dd></div>
          <div><dt>{t('settings.catalog.size')}</dt><dd>{t('settings.models.megabytes', { value: number(facts.bytes / 1e6, 1) })}</dd></div>
          <div><dt>{t('settings.catalog.photos')}</dt><dd>{number(facts.photos)}</dd></div>
          <div><dt>{t('settings.catalog.backup')}</dt><dd>{facts.lastBackup === null ? t('settings.catalog.never') : new Date(facts.lastBackup).toLocaleString()}</dd></div>
        </dl>
      )}
      <div className="r-settings-actions">
        <Button onPress={() => void client.settings.backupCatalog({}).then(({ file }) => {
          useToasts.getState().show({ message: t('settings.catalog.backedUp', { file }) })
          load()
        }, showError)}>{t('settings.catalog.backupNow')}</Button>
        <Button disabled={checked === 'running'} onPress={() => {
          setChecked('running')
          client.settings.checkCatalog({}).then(setChecked, (error: unknown) => {
            setChecked(null)
            showError(error)
          })
        }}>{t(checked === 'running' ? 'settings.catalog.checking' : 'settings.catalog.check')}</Button>
      </div>
      <div role="status">
        {checked !== null && checked !== 'running' && (checked.ok ? <p>{t('settings.catalog.sound')}</p> : (
          <>
            <p className="r-error-text">{t('settings.catalog.problems', { count: checked.problems.length })}</p>
            <ul>{checked.problems.map((problem) => <li key={problem}>{problem}</li>)}</ul>
          </>
        ))}
      </div>
      <div className="r-settings-fields">
        <Select label={t('settings.catalog.preset')} value={preset} options={presets.map((value) => ({ value, label: value }))} onChange={(defaultPreset) => set({ defaultPreset })} />
        <Slider label={t('settings.catalog.masters')} value={preferences.masterGigabytes} min={1} max={500} step={1} reset={20} unit={t('settings.catalog.gigabytes')} onChange={(masterGigabytes) => set({ masterGigabytes })} />
      </div>
      <p className="r-dim">{t('settings.catalog.mastersHelp')}</p>
    </SettingsPart>
  )
}
