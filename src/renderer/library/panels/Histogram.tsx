/** Brightness of the preview, channel by channel. */
import type { Details } from '../../../shared/contract/library.ts'
import { Section } from '../../ui/index.ts'
import { t } from '../../words/words.ts'

const width = 256
const height = 84
const colours = { red: '#a84a44', green: '#4a8f4a', blue: '#4a6fb0' } as const

/** @param levels 0..1 of the highest */
function area(levels: readonly number[]): string {
  const points = levels.map((level, at) => `L${at * width / (levels.length - 1)} ${height - Math.sqrt(level) * (height - 2)}`)
  return `M0 ${height}${points.join('')}L${width} ${height}Z`
}

export function Histogram({ details }: { details: Details | undefined }) {
  const histogram = details?.histogram ?? null
  return (
    <Section id="right.histogram" title={t('library.histogram')}>
      <svg className="r-histogram" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={t('library.histogram')}>
        {histogram !== null && (['red', 'green', 'blue'] as const).map((channel) => <path key={channel} d={area(histogram[channel])} fill={colours[channel]} />)}
      </svg>
    </Section>
  )
}
