/** What lies over the stage's edges: progress, problems, names of the sides, the legend of the map. */
import type { OverlayMap } from '../../../shared/contract/develop.ts'
import { Button } from '../../ui/index.ts'
import { duration, number, t } from '../../words/words.ts'
import { legendOf } from '../geometry/map-colours.ts'
import { longestLine } from '../geometry/map-lines.ts'
import { useDevelop } from '../state/develop.ts'
import { refreshPreview } from '../state/session.ts'
import type { Pane } from '../state/stage.ts'

/** A thin line at the top edge of the stage while tiles are computed. */
export function ProgressLine() {
  const { phase, tilesDone, tilesTotal, secondsLeft } = useDevelop(state => state.preview)
  if (phase !== 'running') return null
  const text = t('develop.preview.tiles', { done: tilesDone, total: tilesTotal }) + (secondsLeft === null ? '' : ` · ${t('develop.preview.left', { time: duration(secondsLeft) })}`)
  return (
    <div className="r-develop-progress-line" role="progressbar" aria-label={t('develop.preview.progress')} aria-valuemin={0} aria-valuemax={tilesTotal} aria-valuenow={tilesDone} aria-valuetext={text}>
      <div style={{ width: `${tilesTotal === 0 ? 0 : tilesDone / tilesTotal * 100}%` }} />
    </div>
  )
}

/** What went wrong with the preview, and the way on. */
export function ProblemLine() {
  const problem = useDevelop(state => state.preview.problem)
  if (problem === null) return null
  return (
    <div className="r-develop-problem" role="alert" onPointerDown={event => event.stopPropagation()}>
      <p><strong>{problem.message}</strong> {problem.hint}</p>
      <Button onPress={() => refreshPreview(true)}>{t('develop.preview.again')}</Button>
    </div>
  )
}

/** "Before" and "after" where both are seen, and where only the photo as it was is. */
export function SideNames({ panes, compare, before, ratio }: { panes: readonly Pane[], compare: string, before: boolean, ratio: number }) {
  if (compare === 'single' && !before) return null
  return panes.map(pane => (
    <div key={pane.side} className="r-develop-side-names" aria-hidden="true" style={{ left: pane.left / ratio, top: pane.top / ratio, width: pane.width / ratio }}>
      {(pane.side === 'source' || compare === 'split' || before) && <span>{t('develop.compare.before')}</span>}
      {(pane.side === 'result' || compare === 'split') && !before && <span className="r-develop-side-end">{t('develop.compare.after')}</span>}
    </div>
  ))
}

export function Legend({ map, label }: { map: OverlayMap | null, label: string }) {
  const longest = map?.kind === 'lines' ? longestLine(map) : null
  return (
    <figure className="r-develop-legend" role="status" aria-label={t('develop.overlay.legend')}>
      <figcaption>{label}</figcaption>
      {map === null
        ? <span className="r-dim">{t('develop.overlay.unknown')}</span>
        : <ul>{legendOf(map).map(({ word, colour }) => <li key={word}><span className="r-develop-legend-colour" style={{ background: colour }} />{word}</li>)}</ul>}
      {longest !== null && <span>{t('develop.overlay.longest', { pixels: number(longest, longest < 10 ? 1 : 0) })}</span>}
    </figure>
  )
}
