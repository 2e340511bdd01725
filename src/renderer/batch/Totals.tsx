/** Everything that runs, in one bar weighted by megapixels: a photo of fifty counts fifty times one of one. */
import type { BatchRow } from '../../shared/contract/batch.ts'
import { usePreferences } from '../state/preferences.ts'
import { useProgress } from '../state/progress.ts'
import { ProgressBar, Select } from '../ui/index.ts'
import { duration, number, t } from '../words/words.ts'
import { endedOf, megapixels } from './names.ts'

export function Totals({ batches }: { batches: readonly BatchRow[] }) {
  const device = useProgress((state) => state.device)
  const { preferences, set } = usePreferences()
  const running = batches.filter((batch) => batch.running)
  const shown = running.length > 0 ? running : batches
  const sum = (value: (batch: BatchRow) => number): number => shown.reduce((total, batch) => total + value(batch), 0)
  const [done, total] = [sum(endedOf), sum(({ counts }) => counts.total)]
  const [doneMegapixels, allMegapixels] = [sum((batch) => batch.megapixelsDone), sum((batch) => batch.megapixelsTotal)]
  const left = running.reduce<number | null>((most, { secondsLeft }) => secondsLeft === null ? most : (most ?? 0) + secondsLeft, null)
  const perHour = running.find(({ photosPerHour }) => photosPerHour !== null)?.photosPerHour ?? null
  const elapsed = Math.max(0, ...running.map(({ secondsElapsed }) => secondsElapsed))
  return (
    <header className="r-totals">
      <ProgressBar label={t('batch.totals.label')} value={allMegapixels > 0 ? doneMegapixels / allMegapixels : total > 0 ? done / total : 0} />
      <div className="r-totals-line">
        <strong>{t('batch.totals.done', { done: number(done), total: number(total) })}</strong>
        <span>{t('batch.totals.megapixels', { done: megapixels(doneMegapixels), total: megapixels(allMegapixels) })}</span>
        {running.length === 0 && <span>{t('batch.totals.idle')}</span>}
        {running.length > 0 && <span>{t('batch.totals.elapsed', { time: duration(elapsed) })}</span>}
        {running.length > 0 && <span>{left === null ? t('batch.totals.leftUnknown') : t('batch.totals.left', { time: duration(left) })}</span>}
        {perHour !== null && <span>{t('batch.totals.perHour', { count: number(perHour) })}</span>}
        {device !== null && <span>{t('batch.totals.device', { device })}</span>}
        <span className="r-totals-when">
          <span className="r-dim">{t('batch.totals.whenDone')}</span>
          <Select hideLabel label={t('batch.totals.whenDone')} value={preferences.whenDone} onChange={(whenDone) => set({ whenDone })}
            options={[{ value: 'nothing', label: t('batch.whenDone.nothing') }, { value: 'notify', label: t('batch.whenDone.notify') }]} />
        </span>
      </div>
    </header>
  )
}
