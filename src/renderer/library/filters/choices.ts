/** What the filter chips offer, and what a filter asks in words. Pure but for the words. */
import { noFilter } from '../../../shared/contract/first-question.ts'
import { blurKinds, flags, itemState, labels } from '../../../shared/contract/item-words.ts'
import type { Filter } from '../../../shared/contract/library.ts'
import { number, t } from '../../words/words.ts'

export interface Choice { value: string, label: string }
/** One thing that a filter can ask. */
export type Facet = 'flags' | 'stars' | 'labels' | 'kinds' | 'states' | 'severity' | 'gain' | 'cameras' | 'lenses' | 'shutter' | 'date' | 'text'
export const facets: readonly Facet[] = ['flags', 'stars', 'labels', 'kinds', 'states', 'severity', 'gain', 'cameras', 'lenses', 'shutter', 'date', 'text']

/** Seconds: each range begins where the one before ends. */
export const shutterRanges = [
  { value: 'fast', from: null, to: 1 / 500 }, { value: 'normal', from: 1 / 500, to: 1 / 125 }, { value: 'slow', from: 1 / 125, to: 1 / 30 },
  { value: 'shaky', from: 1 / 30, to: 1 / 4 }, { value: 'long', from: 1 / 4, to: null },
] as const
const severities = [0.2, 0.5, 0.8] as const
const gains = [0.3, 1, 2] as const

export const stateChoices = (): Choice[] => [...Object.keys(itemState), 'none'].map((value) => ({ value, label: t(`library.state.${value as keyof typeof itemState | 'none'}`) }))
export const kindChoices = (): Choice[] => blurKinds.map((value) => ({ value, label: t(`library.kind.${value}`) }))
const flagChoices = (): Choice[] => flags.map((value) => ({ value, label: t(`library.flag.${value}`) }))
const labelChoices = (): Choice[] => labels.map((value) => ({ value, label: t(`library.label.${value}`) }))
export const shutterChoices = (): Choice[] => shutterRanges.map(({ value }) => ({ value, label: t(`library.shutterRange.${value}`) }))
export const severityChoices = (): Choice[] => severities.map((value) => ({ value: String(value), label: t('library.atLeast', { value: number(value, 1) }) }))
export const gainChoices = (): Choice[] => gains.map((value) => ({ value: String(value), label: t('library.atLeast', { value: t('library.decibel', { value: number(value, 1) }) }) }))

/** The filter without one of its questions. */
export function lifted(facet: Facet): Partial<Filter> {
  switch (facet) {
    case 'stars': return { minStars: 0 }
    case 'severity': return { minSeverity: null }
    case 'gain': return { minGain: null }
    case 'shutter': return { shutterFrom: null, shutterTo: null }
    case 'date': return { capturedFrom: null, capturedTo: null }
    case 'text': return { text: '' }
    case 'flags': case 'labels': case 'kinds': case 'states': case 'cameras': case 'lenses': return { [facet]: noFilter[facet] }
  }
}

/** In words, what a filter asks of one thing; null when it asks nothing. */
export function asked(filter: Filter, facet: Facet): string | null {
  const list = (values: readonly string[], choices: readonly Choice[]): string | null =>
    values.length === 0 ? null : values.map((value) => choices.find((choice) => choice.value === value)?.label ?? value).join(', ')
  switch (facet) {
    case 'flags': return list(filter.flags, flagChoices())
    case 'stars': return filter.minStars === 0 ? null : t('library.filter.starsAtLeast', { count: filter.minStars })
    case 'labels': return list(filter.labels, labelChoices())
    case 'kinds': return list(filter.kinds, kindChoices())
    case 'states': return list(filter.states, stateChoices())
    case 'severity': return filter.minSeverity === null ? null : t('library.filter.severityAtLeast', { value: number(filter.minSeverity, 1) })
    case 'gain': return filter.minGain === null ? null : t('library.filter.gainAtLeast', { value: number(filter.minGain, 1) })
    case 'cameras': return list(filter.cameras, [])
    case 'lenses': return list(filter.lenses, [])
    case 'shutter': return filter.shutterFrom === null && filter.shutterTo === null ? null : list([shutterOf(filter) ?? ''], shutterChoices())
    case 'date': return filter.capturedFrom === null && filter.capturedTo === null ? null : dateText(filter)
    case 'text': return filter.text.trim() === '' ? null : `“${filter.text.trim()}”`
  }
}

export function shutterOf({ shutterFrom, shutterTo }: Filter): string | null {
  return shutterRanges.find(({ from, to }) => from === shutterFrom && to === shutterTo)?.value ?? null
}

/** `2026`, `2026-05-04`, `2026-05-04 – 2026-05-09`, `2026-05-04 –`. */
function dateText({ capturedFrom, capturedTo }: Filter): string {
  const day = (time: number | null): string => time === null ? '' : new Date(time).toISOString().slice(0, 10)
  const [from, to] = [day(capturedFrom), day(capturedTo)]
  const year = from.slice(0, 4)
  if (year !== '' && from === `${year}-01-01` && to === `${year}-12-31`) return year
  return from === to ? from : `${from} – ${to}`.trim()
}

/** Years in which photos were taken, newest first. */
export function yearsOf(captured: Float64Array, count: number): number[] {
  const years = new Set<number>()
  let last = { from: 0, to: 0 }
  for (let row = 0; row < count; row++) {
    const time = captured[row]!
    if (Number.isNaN(time) || (time >= last.from && time < last.to)) continue
    const year = new Date(time).getUTCFullYear()
    last = { from: Date.UTC(year, 0), to: Date.UTC(year + 1, 0) }
    years.add(year)
  }
  return [...years].sort((one, other) => other - one)
}
