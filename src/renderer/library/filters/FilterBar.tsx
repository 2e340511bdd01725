/** Chips that ask for attributes, the order, and how many photos are left. */
import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { Button as AriaButton } from 'react-aria-components'
import { noFilter } from '../../../shared/contract/first-question.ts'
import { flags, sorts } from '../../../shared/contract/item-words.ts'
import type { Filter, Sort } from '../../../shared/contract/library.ts'
import { useLibrary } from '../../state/library.ts'
import { usualSort } from '../../state/orders.ts'
import { useView } from '../../state/view.ts'
import { Icon, IconButton, Select, Tip } from '../../ui/index.ts'
import { number, t } from '../../words/words.ts'
import { ChoiceChip } from './ChoiceChip.tsx'
import { DateChip } from './DateChip.tsx'
import { asked, facets, gainChoices, kindChoices, severityChoices, shutterChoices, shutterOf, shutterRanges, stateChoices, yearsOf, type Choice } from './choices.ts'
import { colours } from '../wall/cell-data.ts'
import './filters.css'

const words = (list: readonly string[]): Choice[] => [...list].sort((one, other) => one.localeCompare(other)).map((value) => ({ value, label: value }))
const flagIcons = { pick: 'flag', none: 'minus', reject: 'reject' } as const

export function FilterBar() {
  const filter = useLibrary((state) => state.filter)
  const setFilter = useLibrary((state) => state.setFilter)
  const table = useLibrary((state) => state.table)
  const count = useLibrary((state) => state.table.count)
  const isAny = facets.some((facet) => asked(filter, facet) !== null)
  const years = useMemo(() => yearsOf(table.columns.captured, table.count), [table, count])
  return (
    <div className="r-filters" role="region" data-region="filters" aria-label={t('library.filter.bar')}>
      <div className="r-filters-marks">
        <FlagChips filter={filter} setFilter={setFilter} />
        <StarChips filter={filter} setFilter={setFilter} />
        <LabelChips filter={filter} setFilter={setFilter} />
      </div>
      <div className="r-filters-chips">
        <ChoiceChip label={t('library.filter.kind')} choices={kindChoices()} chosen={filter.kinds} onChange={(kinds) => setFilter({ kinds: kinds as Filter['kinds'] })} />
        <ChoiceChip label={t('library.filter.state')} choices={stateChoices()} chosen={filter.states} onChange={(states) => setFilter({ states: states as Filter['states'] })} />
        <ChoiceChip single label={t('library.filter.severity')} choices={severityChoices()} chosen={filter.minSeverity === null ? [] : [String(filter.minSeverity)]}
          onChange={([value]) => setFilter({ minSeverity: value === undefined ? null : Number(value) })} />
        <ChoiceChip single label={t('library.filter.gain')} choices={gainChoices()} chosen={filter.minGain === null ? [] : [String(filter.minGain)]}
          onChange={([value]) => setFilter({ minGain: value === undefined ? null : Number(value) })} />
        <ChoiceChip label={t('library.filter.camera')} choices={words(table.cameras)} chosen={filter.cameras} onChange={(cameras) => setFilter({ cameras })} />
        <ChoiceChip label={t('library.filter.lens')} choices={words(table.lenses)} chosen={filter.lenses} onChange={(lenses) => setFilter({ lenses })} />
        <ChoiceChip single label={t('library.filter.shutter')} choices={shutterChoices()} chosen={[shutterOf(filter)].filter((value) => value !== null)} onChange={([value]) => {
          const range = shutterRanges.find((candidate) => candidate.value === value)
          setFilter({ shutterFrom: range?.from ?? null, shutterTo: range?.to ?? null })
        }} />
        <DateChip filter={filter} setFilter={setFilter} years={years} />
        {isAny && <>
          <IconButton label={t('library.filter.save')} icon="smart" onPress={() => useView.getState().openDialog('smart-collection')} />
          <IconButton label={t('library.filter.clear')} icon="close" onPress={() => setFilter(noFilter)} />
        </>}
      </div>
      <div className="r-filters-order">
        <SortMenu />
        <Count />
      </div>
    </div>
  )
}

interface ChipsProps { filter: Filter, setFilter: (patch: Partial<Filter>) => void }

function FlagChips({ filter, setFilter }: ChipsProps) {
  const change = (flag: Filter['flags'][number]): void => setFilter({ flags: filter.flags.includes(flag) ? filter.flags.filter((one) => one !== flag) : [...filter.flags, flag] })
  return (
    <span className="r-filters-group" role="group" aria-label={t('library.filter.flag')}>
      {[...flags].reverse().map((flag) => <IconButton key={flag} label={t(`library.flag.${flag}`)} icon={flagIcons[flag]} pressed={filter.flags.includes(flag)} onPress={() => change(flag)} />)}
    </span>
  )
}

function StarChips({ filter, setFilter }: ChipsProps) {
  return (
    <span className="r-filters-group" role="group" aria-label={t('library.filter.stars')}>
      {([1, 2, 3, 4, 5] as const).map((star) => (
        <Tip key={star} label={t('library.filter.starsAtLeast', { count: star })}>
          <AriaButton className="r-filters-star" aria-label={t('library.filter.starsAtLeast', { count: star })} aria-pressed={filter.minStars >= star}
            onPress={() => setFilter({ minStars: filter.minStars === star ? 0 : star })}>{filter.minStars >= star ? '★' : '☆'}</AriaButton>
        </Tip>
      ))}
    </span>
  )
}

function LabelChips({ filter, setFilter }: ChipsProps) {
  return (
    <span className="r-filters-group r-marks-labels" role="group" aria-label={t('library.filter.label')}>
      {colours.map((label) => (
        <Tip key={label} label={t(`library.label.${label}`)}>
          <AriaButton className={`r-label-${label}`} aria-label={t(`library.label.${label}`)} aria-pressed={filter.labels.includes(label)}
            onPress={() => setFilter({ labels: filter.labels.includes(label) ? filter.labels.filter((one) => one !== label) : [...filter.labels, label] })}>{t(`library.letter.${label}`)}</AriaButton>
        </Tip>
      ))}
    </span>
  )
}

function SortMenu() {
  const { sort, setSort, scope, collections } = useLibrary(useShallow(({ sort, setSort, scope, collections }) => ({ sort, setSort, scope, collections })))
  const isManual = scope.kind === 'collection' && collections.some(({ id, kind }) => id === scope.id && kind !== 'smart')
  const options = sorts.filter((by) => by !== 'custom' || isManual).map((value) => ({ value, label: t(`library.sort.${value}`) }))
  return (
    <div className="r-filters-sort">
      <Select<Sort['by']> label={t('library.sort.label')} hideLabel value={sort.by} options={options} onChange={(by) => setSort(usualSort(by))} />
      <IconButton label={t(sort.descending ? 'library.sort.descending' : 'library.sort.ascending')} icon={sort.descending ? 'down' : 'up'} onPress={() => setSort({ ...sort, descending: !sort.descending })} />
    </div>
  )
}

function Count() {
  const shown = useLibrary((state) => state.order.length)
  const total = useLibrary((state) => state.total)
  const isUnfolded = useLibrary((state) => state.unfolded.size > 0)
  const text = shown === total || (isUnfolded && shown > total) ? t('library.photos', { count: shown, number: number(shown) }) : t('library.countOf', { shown: number(shown), total: number(total) })
  return <output className="r-filters-count"><Icon name="filter" />{text}</output>
}
