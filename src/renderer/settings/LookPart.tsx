import { usePreferences } from '../state/preferences.ts'
import { Select, Switch } from '../ui/index.ts'
import { languages, t } from '../words/words.ts'
import { SettingsPart } from './SettingsPart.tsx'

const stages = { black: 'black', dark: 'darkGrey', mid: 'midGrey', light: 'lightGrey', white: 'white' } as const
const stageNames = Object.keys(stages) as (keyof typeof stages)[]

export function LookPart() {
  const { preferences, set } = usePreferences()
  return (
    <SettingsPart name="look">
      <div className="r-settings-fields">
        <Select label={t('settings.look.theme')} value={preferences.theme} onChange={(theme) => set({ theme })}
          options={(['dark', 'mid', 'light', 'contrast'] as const).map((value) => ({ value, label: t(`settings.look.${value}`) }))} />
        <Select label={t('settings.look.stage')} value={preferences.stage} onChange={(stage) => set({ stage })}
          options={stageNames.map((value) => ({ value, label: t(`settings.look.${stages[value]}`) }))} />
        <Select label={t('settings.look.motion')} value={preferences.reducedMotion} onChange={(reducedMotion) => set({ reducedMotion })}
          options={(['system', 'on', 'off'] as const).map((value) => ({ value, label: t(`settings.look.${value}`) }))} />
        <Select label={t('settings.look.language')} value={preferences.language} onChange={(language) => set({ language })}
          options={languages().map((value) => ({ value, label: new Intl.DisplayNames([value], { type: 'language' }).of(value) ?? value }))} />
      </div>
      <Switch label={t('settings.look.autoAdvance')} value={preferences.autoAdvance} onChange={(autoAdvance) => set({ autoAdvance })} />
    </SettingsPart>
  )
}
