import { useRef, type KeyboardEvent } from 'react'
import { number, t } from '../../words/words.ts'
import { chartOf, pointBeside, type FrontPoint } from '../geometry/pareto.ts'

const width = 276
const height = 112
const margin = 14

interface ParetoChartProps { label: string, help: string, points: readonly FrontPoint[], value: string, onChange: (value: string) => void }

/** Speed against gain, each point a choice. */
export function ParetoChart({ label, help, points, value, onChange }: ParetoChartProps) {
  const root = useRef<SVGSVGElement>(null)
  const chart = chartOf(points, width, height, margin)
  const chosen = chart.points.find(point => point.value === value)
  const choose = (next: string): void => {
    onChange(next)
    root.current?.querySelector<SVGElement>(`[data-value="${CSS.escape(next)}"]`)?.focus()
  }
  const keys = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    choose(pointBeside(chart.points, value, step === 1 ? 1 : -1))
  }
  return (
    <figure className="r-develop-pareto" title={help}>
      <figcaption>{label}</figcaption>
      <svg ref={root} viewBox={`0 0 ${width} ${height}`} role="radiogroup" aria-label={label} onKeyDown={keys}>
        <path className="r-develop-pareto-axis" d={`M${margin / 2} ${margin / 2}V${height - margin / 2}H${width - margin / 2}`} />
        <path className="r-develop-pareto-line" d={chart.line} />
        {chart.points.map(point => (
          <g key={point.value} role="radio" data-value={point.value} aria-checked={point.value === value} tabIndex={point.value === (chosen?.value ?? chart.points[0]?.value) ? 0 : -1}
            aria-label={t('develop.control.pointName', { label: point.label, time: number(point.milliseconds), gain: number(point.gainDb, 1) })} onClick={() => choose(point.value)}>
            <circle className="r-develop-pareto-reach" cx={point.x} cy={point.y} r={12} />
            <circle className="r-develop-pareto-point" cx={point.x} cy={point.y} r={point.value === value ? 5.5 : 4} />
          </g>
        ))}
      </svg>
      <div className="r-develop-pareto-ends"><span>{t('develop.control.faster')}</span><span>{t('develop.control.more')}</span></div>
      {chosen !== undefined && <p>{t('develop.control.pointName', { label: chosen.label, time: number(chosen.milliseconds), gain: number(chosen.gainDb, 1) })}</p>}
    </figure>
  )
}
