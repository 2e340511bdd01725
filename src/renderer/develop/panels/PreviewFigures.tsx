import { Button } from '../../ui/index.ts'
import { duration, number, t } from '../../words/words.ts'
import { currentChoice, useDevelop } from '../state/develop.ts'
import { refreshPreview } from '../state/session.ts'

/** Figures that engines give, with our words for those we have some for. */
const known = { dRate: 'develop.figure.dRate', tiles: 'develop.figure.tiles', experts: 'develop.figure.experts', trust: 'develop.figure.trust', residual: 'develop.figure.residual' } as const

/** What the preview does or did: where, how long, at what cost. One line that keeps its place. */
export function PreviewFigures() {
  const { phase, tilesDone, tilesTotal, secondsLeft, device, milliseconds, sessionCalls, figures, guarded, reused, notices } = useDevelop(state => state.preview)
  const choice = useDevelop(currentChoice)
  const parts: string[] = []
  if (phase === 'running') parts.push(t('develop.preview.tiles', { done: tilesDone, total: tilesTotal }))
  if (phase === 'running' && secondsLeft !== null) parts.push(t('develop.preview.left', { time: duration(secondsLeft) }))
  if (phase !== 'running' && milliseconds !== null) parts.push(t('develop.preview.took', { seconds: number(milliseconds / 1000, 2) }))
  if (phase === 'done' && milliseconds === null) parts.push(t('develop.preview.stored'))
  if (sessionCalls !== null) parts.push(sessionCalls === 0 || reused && phase === 'running' ? t('develop.preview.noRuns') : t('develop.preview.runs', { count: sessionCalls }))
  if (device !== null) parts.push(device)
  for (const [name, value] of Object.entries(figures)) {
    const map = choice?.descriptor.overlays.find(({ id }) => id === name)
    const words = map?.words ?? []
    // A mean of classes says nothing; one of levels is said in the map's words, unless they only name its ends.
    if (map?.kind === 'classes') continue
    const word = map?.label ?? (name in known ? t(known[name as keyof typeof known]) : name)
    parts.push(t('develop.figure.pair', { name: word, value: (words.length > 2 ? words[Math.round(value)] : undefined) ?? number(value, Number.isInteger(value) ? 0 : 2) }))
  }
  return (
    <div className="r-develop-figures" aria-live="off">
      {phase === 'idle'
        ? <div className="r-develop-row">{t('develop.preview.idle')} <Button kind="quiet" onPress={() => refreshPreview(true)}>{t('develop.preview.compute')}</Button></div>
        : <p>{parts.join(' · ')}</p>}
      {guarded > 0 && <p className="r-develop-warning">{t('develop.preview.guarded', { count: guarded })}</p>}
      {notices.map(notice => <p key={notice} className="r-dim">{notice}</p>)}
    </div>
  )
}
