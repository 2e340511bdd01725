import { ProgressBar as AriaProgressBar } from 'react-aria-components'
import './progress.css'

/** @param value 0..1; null while nobody knows */
export function ProgressBar({ label, value, text }: { label: string, value: number | null, text?: string }) {
  return (
    <AriaProgressBar className="r-progress" aria-label={label} value={(value ?? 0) * 100} isIndeterminate={value === null} {...(text === undefined ? {} : { valueLabel: text })}>
      <div className="r-progress-track"><div className="r-progress-fill" style={value === null ? {} : { width: `${value * 100}%` }} /></div>
      {text !== undefined && <span className="r-progress-text">{text}</span>}
    </AriaProgressBar>
  )
}
