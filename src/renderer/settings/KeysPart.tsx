/** Every command with its keys; each can be given another. */
import { useState } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import { keyLabel, patternOf } from '../commands/keys.ts'
import { knownCommands, type CommandDescription } from '../commands/table.ts'
import { usePreferences } from '../state/preferences.ts'
import { Button, Select, TextField } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { keySets } from './key-sets.ts'
import { SettingsPart } from './SettingsPart.tsx'

export function KeysPart() {
  const { preferences, set } = usePreferences()
  const [text, setText] = useState('')
  const [changing, setChanging] = useState<string | null>(null)
  const own = preferences.keys
  const keysOf = (command: CommandDescription): readonly string[] => own[command.id] ?? command.keys
  const shown = knownCommands.filter(({ label }) => t(label).toLowerCase().includes(text.trim().toLowerCase()))
  const take = (command: CommandDescription, keys: string[] | null): void => {
    const others = Object.fromEntries(Object.entries(own).filter(([id]) => id !== command.id))
    set({ keys: keys === null ? others : { ...others, [command.id]: keys } })
    setChanging(null)
  }
  return (
    <SettingsPart name="keys" help={t('settings.keys.help')}>
      <div className="r-settings-fields">
        <Select label={t('settings.keys.set')} value={preferences.keySet} onChange={(keySet) => set({ keySet, keys: keySets[keySet] })}
          options={(['lightroom', 'darktable', 'photo-mechanic'] as const).map((value) => ({ value, label: t(`settings.keys.${value}`) }))} />
        <TextField label={t('settings.keys.find')} value={text} onChange={setText} />
      </div>
      <ul className="r-keys">
        {shown.map((command) => {
          const keys = keysOf(command)
          const clash = knownCommands.find((other) => other.id !== command.id && other.group === command.group && keysOf(other).some((key) => keys.includes(key)))
          return (
            <li key={command.id}>
              <span>{t(command.label)}{own[command.id] !== undefined && clash !== undefined && <span className="r-settings-warning">{t('settings.keys.clash', { key: keyLabel(keys[0]!), what: t(clash.label) })}</span>}</span>
              <AriaButton className="r-button r-button-plain r-key" aria-label={t('settings.keys.change', { what: t(command.label) })} onPress={() => setChanging(command.id)} onBlur={() => setChanging(null)}
                onKeyDown={(event) => {
                  if (changing !== command.id) return event.continuePropagation()
                  if (event.key === 'Escape') return setChanging(null)
                  if (event.key === 'Backspace') return take(command, [])
                  const pattern = patternOf(event as unknown as KeyboardEvent)
                  if (pattern !== null) take(command, [pattern])
                }}>
                {changing === command.id ? t('settings.keys.press') : keys.length === 0 ? t('settings.keys.noKey') : keys.map((key) => <kbd key={key} className="r-kbd">{keyLabel(key)}</kbd>)}
              </AriaButton>
              {own[command.id] !== undefined && <Button kind="quiet" icon="reset" onPress={() => take(command, null)}>{t('settings.keys.reset')}</Button>}
            </li>
          )
        })}
      </ul>
      {Object.keys(own).length > 0 && <div className="r-settings-actions"><Button onPress={() => set({ keys: {}, keySet: 'lightroom' })}>{t('settings.keys.resetAll')}</Button></div>}
    </SettingsPart>
  )
}
