/** Text, choices and switches. */
import { useEffect, useRef, useState } from 'react'
import {
  Button as AriaButton, Input, Label, ListBox, ListBoxItem, Popover, Select as AriaSelect, SelectValue, SwitchButton, SwitchField, Text, TextArea,
  TextField as AriaTextField,
} from 'react-aria-components'
import { Icon } from './Icon.tsx'
import { useLateClose } from './use-late-close.ts'
import './fields.css'

interface TextFieldProps {
  label: string
  value: string
  onChange: (value: string) => void
  /** When the field is left or Enter is pressed; then `onChange` may be empty. */
  onCommit?: (value: string) => void
  hideLabel?: boolean
  lines?: number
  maxLength?: number
  placeholder?: string
  description?: string
  error?: string | null
  disabled?: boolean
  autoFocus?: boolean
}

export function TextField({ label, value, onChange, onCommit, hideLabel = false, lines = 1, maxLength, placeholder, description, error = null, disabled = false, autoFocus = false }: TextFieldProps) {
  const field = { className: 'r-input', ...(placeholder === undefined ? {} : { placeholder }) }
  return (
    <AriaTextField className="r-field" value={value} onChange={onChange} isDisabled={disabled} isInvalid={error !== null} autoFocus={autoFocus}
      {...(maxLength === undefined ? {} : { maxLength })} {...(hideLabel ? { 'aria-label': label } : {})}
      onBlur={() => onCommit?.(value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (lines === 1 || event.ctrlKey || event.metaKey)) onCommit?.(value)
        else event.continuePropagation()
      }}>
      {!hideLabel && <Label className="r-label">{label}</Label>}
      {lines === 1 ? <Input {...field} /> : <TextArea {...field} rows={lines} />}
      {description !== undefined && <Text slot="description" className="r-description">{description}</Text>}
      {error !== null && <Text slot="errorMessage" className="r-error-text">{error}</Text>}
    </AriaTextField>
  )
}

interface CommitFieldProps extends Omit<TextFieldProps, 'onChange' | 'onCommit'> {
  onCommit: (value: string) => void
  /** What the text belongs to. When it changes while text is typed, that goes to what it was typed for. */
  of?: string | number
}

/** A text field that keeps what is typed to itself until it is left or Enter is pressed. */
export function CommitField({ of, onCommit, ...field }: CommitFieldProps) {
  const [text, setText] = useState(field.value)
  const typed = useRef<{ text: string, commit: (value: string) => void } | null>(null)
  const flush = (): void => {
    const { current } = typed
    typed.current = null
    if (current !== null) current.commit(current.text)
  }
  useEffect(() => setText(field.value), [field.value, of])
  useEffect(() => flush, [of])
  return (
    <TextField {...field} value={text} onCommit={flush}
      onChange={(next) => {
        setText(next)
        typed.current = { text: next, commit: typed.current?.commit ?? onCommit }
      }} />
  )
}

export interface Option<T extends string> { value: T, label: string, description?: string }
interface SelectProps<T extends string> {
  label: string
  value: T
  options: readonly Option<T>[]
  onChange: (value: T) => void
  hideLabel?: boolean
  disabled?: boolean
}

export function Select<T extends string>({ label, value, options, onChange, hideLabel = false, disabled = false }: SelectProps<T>) {
  const opening = useLateClose()
  return (
    <AriaSelect {...opening} className="r-field" value={value} onChange={(key) => key !== null && onChange(key as T)} isDisabled={disabled} {...(hideLabel ? { 'aria-label': label } : {})}>
      {!hideLabel && <Label className="r-label">{label}</Label>}
      <AriaButton className="r-select">
        <SelectValue className="r-select-value" />
        <Icon name="down" />
      </AriaButton>
      <Popover className="r-popover" offset={2}>
        <ListBox className="r-list r-scroll" items={options.map((option) => ({ ...option, id: option.value }))}>
          {(option) => (
            <ListBoxItem className="r-list-item" textValue={option.label}>
              <span>{option.label}</span>
              {option.description !== undefined && <span className="r-description">{option.description}</span>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}

export function Switch({ label, value, onChange, disabled = false, description }: { label: string, value: boolean, onChange: (value: boolean) => void, disabled?: boolean, description?: string }) {
  return (
    <div className="r-field">
      <SwitchField isSelected={value} onChange={onChange} isDisabled={disabled}>
        <SwitchButton className="r-switch">
          <span className="r-switch-track"><span className="r-switch-thumb" /></span>
          {label}
        </SwitchButton>
      </SwitchField>
      {description !== undefined && <span className="r-description">{description}</span>}
    </div>
  )
}
