import { useEffect, useRef, useState } from 'react'
import type { DevelopSettings } from '../../../shared/contract/develop.ts'
import { Button, IconButton, Section, TextField } from '../../ui/index.ts'
import { t } from '../../words/words.ts'
import { loadPresets, removePreset, savePreset, usePresets } from '../state/presets.ts'
import { applyStep, tryOut } from '../state/steps.ts'

/** Milliseconds that the pointer rests on a preset before its preview begins. */
const hoverTime = 150

/** Settings that fit many photos; the pointer over one shows what it would give. The mask belongs to one photo and is left as it is. */
export function PresetsPanel({ settings }: { settings: DevelopSettings }) {
  const presets = usePresets(state => state.presets)
  const [name, setName] = useState<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(loadPresets, [])
  useEffect(() => () => {
    clearTimeout(timer.current)
    tryOut(null)
  }, [])
  const withMask = (preset: DevelopSettings): DevelopSettings => ({ ...preset, mask: settings.mask })
  const hover = (preset: DevelopSettings | null): void => {
    clearTimeout(timer.current)
    if (preset === null) return tryOut(null)
    timer.current = setTimeout(() => tryOut(withMask(preset)), hoverTime)
  }
  const save = (): void => {
    const chosen = name?.trim() ?? ''
    if (chosen !== '') savePreset(chosen, settings)
    setName(null)
  }
  return (
    <Section id="develop-left.presets" title={t('develop.presets.title')} actions={<IconButton label={t('develop.presets.add')} icon="plus" onPress={() => setName('')} />}>
      {name !== null && (
        <div className="r-develop-row">
          <TextField label={t('develop.presets.nameLabel')} hideLabel autoFocus value={name} placeholder={t('develop.presets.nameLabel')} onChange={setName} maxLength={100} />
          <Button kind="primary" onPress={save}>{t('develop.save')}</Button>
        </div>
      )}
      {presets.length === 0 && name === null && <p className="r-dim">{t('develop.presets.empty')}</p>}
      <ul className="r-develop-rows" aria-label={t('develop.presets.title')}>
        {presets.map(preset => (
          <li key={preset.id} onPointerEnter={() => hover(preset.settings)} onPointerLeave={() => hover(null)}>
            <button type="button" className="r-develop-row-button r-cut" title={preset.name} onFocus={event => event.currentTarget.matches(':focus-visible') && hover(preset.settings)} onBlur={() => hover(null)}
              onClick={() => {
                clearTimeout(timer.current)
                applyStep(withMask(preset.settings), t('develop.step.preset', { name: preset.name }))
              }}>{preset.name}</button>
            {!preset.builtIn && <IconButton label={t('develop.remove', { name: preset.name })} icon="close" onPress={() => removePreset(preset.id)} />}
          </li>
        ))}
      </ul>
    </Section>
  )
}
