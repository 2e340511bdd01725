/** What runs, where it runs, and how long it will take; a press opens Batch. */
import { Button as AriaButton } from 'react-aria-components'
import { Tip } from '../ui/Button.tsx'
import { useProgress } from '../state/progress.ts'
import { useView } from '../state/view.ts'
import { duration, t } from '../words/words.ts'

export function StatusLine() {
  const { batches, device } = useProgress()
  const open = useView((state) => state.open)
  const running = batches.filter((batch) => batch.running && batch.paused === null)
  const left = running.reduce((sum, { counts }) => sum + counts.queued + counts.running, 0)
  const seconds = running.reduce<number | null>((most, { secondsLeft }) => secondsLeft === null ? most : Math.max(most ?? 0, secondsLeft), null)
  const paused = batches.some((batch) => batch.paused !== null && batch.counts.queued + batch.counts.running > 0)
  return (
    <Tip label={t('shell.status.open')}><AriaButton className="r-status" onPress={() => open('batch')}>
      <span role="status">
        {left > 0 ? <strong>{t('shell.status.restoring', { count: left })}{seconds !== null && ` · ${t('shell.status.left', { time: duration(seconds) })}`}</strong> : paused ? t('shell.status.paused') : t('shell.status.idle')}
      </span>
      {device !== null && <span>{device}</span>}
    </AriaButton></Tip>
  )
}
