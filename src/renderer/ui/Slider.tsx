/** A labelled slider with its number as a field. Double click on the label resets; arrows step, Shift ten steps, Mod a tenth. */
import { useEffect, useState, type KeyboardEvent } from 'react'
import { Label, Slider as AriaSlider, SliderThumb, SliderTrack } from 'react-aria-components'
import { decimalsOf, steppedBy } from './slider-steps.ts'
import './slider.css'

interface SliderProps {
  label: string
  value: number
  min: number
  max: number
  step: number
  unit?: string
  /** What a double click on the label gives back. */
  reset?: number
  help?: string
  disabled?: boolean
  onChange: (value: number) => void
  /** When the hand lets go. */
  onChangeEnd?: (value: number) => void
}

export function Slider({ label, value, min, max, step, unit = '', reset, help, disabled = false, onChange, onChangeEnd }: SliderProps) {
  const decide = (next: number): void => {
    onChange(next)
    onChangeEnd?.(next)
  }
  const keys = (event: KeyboardEvent): void => {
    const sign = event.key === 'ArrowRight' || event.key === 'ArrowUp' ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowDown' ? -1 : 0
    if (sign === 0 || !(event.target instanceof HTMLInputElement) || event.target.type !== 'range') return
    event.preventDefault()
    event.stopPropagation()
    decide(steppedBy(value, sign * step * (event.shiftKey ? 10 : event.ctrlKey || event.metaKey ? 0.1 : 1), min, max))
  }
  return (
    <div className="r-slider" title={help} onKeyDownCapture={keys}>
      <AriaSlider value={value} minValue={min} maxValue={max} step={step / 10} isDisabled={disabled}
        onChange={(next) => onChange(snapped(next, step, min, max))} onChangeEnd={(next) => onChangeEnd?.(snapped(next, step, min, max))}>
        <Label className="r-slider-label" onDoubleClick={() => reset !== undefined && !disabled && decide(reset)}>{label}</Label>
        <SliderTrack className="r-slider-track">
          <div className="r-slider-fill" style={{ width: `${(value - min) / (max - min) * 100}%` }} />
          <SliderThumb className="r-slider-thumb" />
        </SliderTrack>
      </AriaSlider>
      <NumberEntry label={label} value={value} min={min} max={max} decimals={decimalsOf(step)} unit={unit} disabled={disabled} onChange={decide} />
    </div>
  )
}

function snapped(value: number, step: number, min: number, max: number): number {
  return steppedBy(min, Math.round((value - min) / step) * step, min, max)
}

interface NumberEntryProps { label: string, value: number, min: number, max: number, decimals: number, unit: string, disabled: boolean, onChange: (value: number) => void }

function NumberEntry({ label, value, min, max, decimals, unit, disabled, onChange }: NumberEntryProps) {
  const shown = Number(value.toFixed(Math.max(decimals, decimalsOf(value) > decimals ? decimals + 1 : decimals))).toFixed(decimals)
  const [text, setText] = useState(shown)
  useEffect(() => setText(shown), [shown])
  const commit = (): void => {
    const typed = Number(text.replace(',', '.'))
    if (text.trim() === '' || Number.isNaN(typed)) return setText(shown)
    const next = Math.min(max, Math.max(min, typed))
    setText(next.toFixed(decimals))
    if (next !== value) onChange(next)
  }
  return (
    <span className="r-slider-number">
      <input aria-label={unit === '' ? label : `${label}, ${unit}`} inputMode="decimal" value={text} disabled={disabled}
        onChange={(event) => setText(event.target.value)} onFocus={(event) => event.target.select()} onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit()
          if (event.key === 'Escape') setText(shown)
        }} />
      {unit !== '' && <span className="r-slider-unit" aria-hidden="true">{unit}</span>}
    </span>
  )
}
