import { Button as AriaButton, ToggleButton } from 'react-aria-components'
import { t } from '../words/words.ts'
import { Icon } from './Icon.tsx'
import './chip.css'

/** A small pressable word: a choice that is on or off. */
export function Chip({ label, on, onChange, name }: { label: string, on: boolean, onChange: (on: boolean) => void, /** For a screen reader, when the label is a sign. */ name?: string }) {
  return <ToggleButton className="r-chip" isSelected={on} onChange={onChange} {...(name === undefined ? {} : { 'aria-label': name })}>{label}</ToggleButton>
}

/** A word that can be taken away. */
export function RemovableChip({ label, onRemove }: { label: string, onRemove: () => void }) {
  return (
    <span className="r-chip r-chip-removable">
      <span className="r-cut">{label}</span>
      <AriaButton className="r-chip-remove" aria-label={t('shell.remove', { what: label })} onPress={onRemove}><Icon name="close" /></AriaButton>
    </span>
  )
}
