/** When photos were taken: from a day to a day, or a whole year with one press. */
import { useState } from 'react'
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components'
import type { Filter } from '../../../shared/contract/library.ts'
import { Button, Chip, Icon } from '../../ui/index.ts'
import { t } from '../../words/words.ts'
import { asked, lifted } from './choices.ts'

/** Milliseconds; the camera's clock, which the catalog keeps as if it were UTC. */
const day = 86_400_000
const yearOf = (year: number) => ({ capturedFrom: Date.UTC(year, 0), capturedTo: Date.UTC(year + 1, 0) - 1 })

interface DateChipProps { filter: Filter, setFilter: (patch: Partial<Filter>) => void, years: readonly number[] }

export function DateChip({ filter, setFilter, years }: DateChipProps) {
  const words = asked(filter, 'date')
  const label = t('library.filter.date')
  const { capturedFrom, capturedTo } = filter
  return (
    <DialogTrigger>
      <AriaButton className="r-chip r-choice" data-on={words !== null} aria-label={words === null ? label : `${label}: ${words}`}>
        <bdi className="r-cut">{words ?? label}</bdi><Icon name="down" />
      </AriaButton>
      <Popover className="r-popover" offset={2}>
        <Dialog className="r-date" aria-label={label}>
          <DayField label={t('library.filter.dateFrom')} value={capturedFrom} onChange={(from) => setFilter({ capturedFrom: from })} />
          <DayField label={t('library.filter.dateTo')} value={capturedTo} onChange={(to) => setFilter({ capturedTo: to === null ? null : to + day - 1 })} />
          {years.length > 0 && (
            <div className="r-date-years" role="group" aria-label={t('library.filter.years')}>
              {years.map((year) => {
                const whole = yearOf(year)
                return <Chip key={year} label={String(year)} on={capturedFrom === whole.capturedFrom && capturedTo === whole.capturedTo} onChange={(on) => setFilter(on ? whole : lifted('date'))} />
              })}
            </div>
          )}
          <Button kind="quiet" disabled={words === null} onPress={() => setFilter(lifted('date'))}>{t('library.filter.anyDate')}</Button>
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}

/** @param value milliseconds, anywhere in the day */
function DayField({ label, value, onChange }: { label: string, value: number | null, onChange: (start: number | null) => void }) {
  const told = value === null ? '' : dayText(value)
  // The answer comes back behind the photos: until then the field keeps what was typed.
  const [typed, setTyped] = useState({ told, text: told })
  return (
    <label className="r-field">
      <span className="r-label">{label}</span>
      <input className="r-input" type="date" value={typed.told === told ? typed.text : told} onChange={({ target }) => {
        setTyped({ told, text: target.value })
        // Half a date is no date yet: only an empty field lifts the question.
        if (target.value === '') {
          if (!target.validity.badInput) onChange(null)
        } else if (!Number.isNaN(target.valueAsNumber)) onChange(target.valueAsNumber)
      }} />
    </label>
  )
}

function dayText(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
