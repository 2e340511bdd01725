/** One batch: its head with what can be done to it, and its photos. */
import { useEffect } from 'react'
import { GridList, GridListItem, Button as AriaButton } from 'react-aria-components'
import type { BatchRow } from '../../shared/contract/batch.ts'
import { client } from '../client/client.ts'
import { showError } from '../state/toasts.ts'
import { Button, Icon, Menu, ProgressBar } from '../ui/index.ts'
import { duration, number, t } from '../words/words.ts'
import { useChosen } from './chosen.ts'
import { JobLine } from './JobLine.tsx'
import { most, useJobs } from './jobs.ts'
import { batchName, endedOf, isInterrupted } from './names.ts'

interface Props { batch: BatchRow, open: boolean, onFold: () => void, onReport: () => void }

export function BatchGroup({ batch, open, onFold, onReport }: Props) {
  const rows = useJobs((state) => state.rows.get(batch.id))
  const load = useJobs((state) => state.load)
  const { chosen, choose } = useChosen()
  const { total } = batch.counts
  useEffect(() => {
    if (open) void load(batch.id)
  }, [open, batch.id, total, load])
  const name = batchName(batch)
  const unfinished = batch.counts.queued + batch.counts.running > 0
  return (
    <section className="r-batch-group" id={`batch-${batch.id}`} aria-label={name}>
      <div className="r-batch-head">
        <AriaButton className="r-batch-fold" aria-expanded={open} aria-label={t('batch.batch.fold', { name })} onPress={onFold}>
          <Icon name={open ? 'down' : 'right'} />
        </AriaButton>
        <div className="r-batch-name">
          <h2 className="r-cut">{name}</h2>
          <span className="r-dim r-cut">{subtitle(batch)}</span>
        </div>
        <div className="r-batch-bar">
          <ProgressBar label={name} value={batch.megapixelsTotal > 0 ? batch.megapixelsDone / batch.megapixelsTotal : 0} />
          <span className="r-dim">{number(endedOf(batch))} / {number(total)}{batch.running && batch.secondsLeft !== null && ` · ${t('batch.totals.left', { time: duration(batch.secondsLeft) })}`}</span>
        </div>
        <div className="r-batch-actions">
          {unfinished && batch.running && batch.paused === null && (
            <Menu label={t('batch.batch.pause')} groups={[{ entries: [{ id: 'after-current', label: t('batch.batch.pauseAfter') }, { id: 'now', label: t('batch.batch.pauseNow') }] }]}
              onAction={(kind) => act(client.batch.pause({ batch: batch.id, kind: kind === 'now' ? 'now' : 'after-current' }))}>
              <AriaButton className="r-button r-button-plain"><Icon name="pause" /><span>{t('batch.batch.pause')}</span></AriaButton>
            </Menu>
          )}
          {unfinished && (!batch.running || batch.paused !== null) && (
            <Button kind="primary" icon="play" onPress={() => act(client.batch.resume({ batch: batch.id }))}>{t('batch.batch.resume')}</Button>
          )}
          {unfinished && <Button icon="stop" onPress={() => act(client.batch.cancel({ batch: batch.id }))}>{t('batch.batch.cancel')}</Button>}
          {batch.counts.failed > 0 && (
            <Button icon="retry" onPress={() => act(client.batch.retry({ batch: batch.id }))}>{t('batch.batch.retry', { count: batch.counts.failed })}</Button>
          )}
          {endedOf(batch) > 0 && <Button icon="report" onPress={onReport}>{t('batch.batch.report')}</Button>}
          {!unfinished && <Button kind="quiet" icon="close" onPress={() => act(client.batch.clear({ batch: batch.id }))}>{t('batch.batch.clear')}</Button>}
        </div>
      </div>
      {open && rows !== undefined && (
        <GridList className="r-jobs r-scroll" aria-label={t('batch.batch.jobs', { name })} items={rows} selectionMode="multiple" selectionBehavior="replace"
          selectedKeys={chosen} onSelectionChange={(keys) => choose(keys === 'all' ? rows.map(({ id }) => id) : [...keys].map(Number))}>
          {(job) => (
            <GridListItem className="r-job" id={job.id} textValue={`${job.name}, ${t(`batch.state.${job.interrupted ? 'interrupted' : job.state}`)}`}>
              <JobLine job={job} />
            </GridListItem>
          )}
        </GridList>
      )}
      {open && total > most && <p className="r-dim r-batch-more">{t('batch.batch.more', { count: number(most) })}</p>}
    </section>
  )
}

function subtitle(batch: BatchRow): string {
  const said = batch.paused === 'now' || (batch.paused !== null && batch.counts.running === 0) ? t('batch.batch.paused')
    : batch.paused === 'after-current' ? t('batch.batch.pausing')
      : isInterrupted(batch) ? t('batch.batch.interrupted')
        : batch.running && batch.counts.running === 0 && batch.counts.queued > 0 ? t('batch.batch.waiting') : null
  return [batch.preset, ...(said === null ? [] : [said]), ...(batch.destination === null ? [] : [t('batch.batch.into', { folder: batch.destination })])].join(' · ')
}

function act(call: Promise<unknown>): void {
  call.catch(showError)
}
