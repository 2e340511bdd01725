/** One photo of the queue in one line: both pictures, name, how it is made, how far it is, and what can be done. */
import type { ReactNode } from 'react'
import type { JobRow } from '../../shared/contract/batch.ts'
import { thumbUrl } from '../client/pictures.ts'
import { Icon, ProgressBar } from '../ui/index.ts'
import type { IconName } from '../ui/Icon.tsx'
import { duration, number, t } from '../words/words.ts'
import { useEngineTitle } from './names.ts'

const icons: Partial<Record<JobRow['state'], IconName>> = { done: 'restored', suspect: 'warning', failed: 'failed', queued: 'queued', running: 'play', skipped: 'minus', cancelled: 'close' }

export function JobLine({ job }: { job: JobRow }) {
  const title = useEngineTitle()
  const state = job.interrupted ? 'interrupted' : job.state
  const icon = icons[job.state]
  return (
    <>
      <span className="r-job-pictures">
        <Thumb item={job.item} alt={t('batch.job.before')} />
        <Thumb item={job.result} alt={t('batch.job.after')} />
      </span>
      <span className="r-job-name">
        <bdi className="r-cut">{job.name}</bdi>
        <span className="r-dim r-cut">{title(job.engine)} · {job.preset}</span>
      </span>
      <span className={`r-job-state r-job-${job.state}`}>
        <span className="r-job-word">{icon !== undefined && <Icon name={icon} />}{t(`batch.state.${state}`)}</span>
        <span className="r-dim r-cut">{progressOf(job)}</span>
      </span>
      <span className="r-job-how">{middle(job)}</span>
    </>
  )
}

function middle(job: JobRow): ReactNode {
  if (job.state === 'running') return <ProgressBar label={job.name} value={job.tilesTotal === 0 ? null : job.tilesDone / job.tilesTotal} />
  if (job.reason !== null) return <span className="r-job-reason" title={job.reason}>{job.reason}</span>
  return <span className="r-dim r-cut">{job.device ?? ''}</span>
}

function progressOf({ state, tilesDone, tilesTotal, secondsLeft, seconds, megapixels }: JobRow): string {
  if (state === 'running' && tilesTotal > 0) {
    return [t('batch.job.tiles', { done: tilesDone, total: tilesTotal }), ...(secondsLeft === null ? [] : [t('batch.job.left', { time: duration(secondsLeft) })])].join(' · ')
  }
  if (seconds !== null) return t('batch.job.took', { seconds: number(seconds, seconds < 10 ? 1 : 0) })
  return megapixels === null ? '' : t('batch.megapixels', { value: number(megapixels, 1) })
}

/** Results are pictures of the catalog like any other; where there is none yet the place stays empty. */
function Thumb({ item, alt }: { item: number | null, alt: string }) {
  return <span className="r-job-picture">{item !== null && <img src={thumbUrl(item, 0)} alt={alt} loading="lazy" decoding="async" draggable={false} />}</span>
}
