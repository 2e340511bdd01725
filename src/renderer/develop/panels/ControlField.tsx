/** A control of any engine, drawn from its description alone. */
import type { DevelopSettings, EngineChoice } from '../../../shared/contract/develop.ts'
import { captionControl, type Control, type ControlValue } from '../../../shared/descriptor.ts'
import { CommitField, Select, Slider, Switch } from '../../ui/index.ts'
import { number, t } from '../../words/words.ts'
import { useDevelop } from '../state/develop.ts'
import { decimals, onStep, valueOf } from '../state/settings.ts'
import { CaptionField } from './CaptionField.tsx'
import { ParetoChart } from './ParetoChart.tsx'

interface ControlFieldProps {
  control: Control
  settings: DevelopSettings
  points: EngineChoice['points']
  /** While the hand moves, and when it lets go. */
  onChange: (control: Control, value: ControlValue) => void
  onCommit: (label: string, what: string) => void
}

export function ControlField({ control, settings, points, onChange, onCommit }: ControlFieldProps) {
  const item = useDevelop(state => state.item)
  const value = valueOf(control, settings)
  const decide = (next: ControlValue): void => {
    onChange(control, next)
    onCommit(stepLabel(control, next, points), control.id)
  }
  switch (control.kind) {
    case 'number':
      return <Slider label={control.label} help={control.help} value={Number(value)} min={control.min} max={control.max} step={control.step} unit={control.unit} reset={control.default}
        onChange={next => onChange(control, next)} onChangeEnd={decide} />
    case 'choice':
      return <div title={control.help}><Select label={control.label} value={String(value)} options={control.options} onChange={decide} /></div>
    case 'toggle':
      return <Switch label={control.label} description={control.help} value={value === true} onChange={decide} />
    case 'text':
      if (control.id === captionControl && item !== null) return <CaptionField key={item} control={control} item={item} />
      return <CommitField label={control.label} description={control.help} value={String(value)} maxLength={control.maxLength} lines={3} onCommit={decide} />
    case 'point': {
      const front = points[control.id] ?? []
      return front.length === 0
        ? <p className="r-dim">{t('develop.control.noPoints', { label: control.label })}</p>
        : <ParetoChart label={control.label} help={control.help} points={front} value={String(value)} onChange={decide} />
    }
  }
}

/** A history line: what was set, and to what. */
function stepLabel(control: Control, value: ControlValue, points: EngineChoice['points']): string {
  const said = (): string => {
    switch (control.kind) {
      case 'number': return `${number(onStep(control, Number(value)), decimals(control.step))}${control.unit === '' ? '' : ` ${control.unit}`}`
      case 'choice': return control.options.find(option => option.value === value)?.label ?? String(value)
      case 'toggle': return t(value === true ? 'develop.step.on' : 'develop.step.off')
      case 'text': return value === '' ? t('develop.step.empty') : String(value)
      case 'point': return points[control.id]?.find(point => point.value === value)?.label ?? String(value)
    }
  }
  return t('develop.step.control', { label: control.label, value: said() }).slice(0, 200)
}
