/** How a batch ended: counts, what needs a look, and the report to keep. */
import { useEffect, useState } from 'react'
import type { BatchRow, JobRow } from '../../shared/contract/batch.ts'
import { client } from '../client/client.ts'
import { pictureUrl } from '../client/pictures.ts'
import { showError } from '../state/toasts.ts'
import { Button, Dialog, Icon } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { batchName } from './names.ts'
import { most } from './jobs.ts'

const files = [['index.html', 'page'], ['report.csv', 'csv'], ['report.json', 'json']] as const

export function ReportDialog({ batch, onClose }: { batch: BatchRow, onClose: () => void }) {
  const [report, setReport] = useState<{ token: string, folder: string } | null>(null)
  const [jobs, setJobs] = useState<readonly JobRow[]>([])
  const { done, suspect, failed, skipped, cancelled } = batch.counts
  useEffect(() => {
    client.batch.report({ batch: batch.id }).then(setReport, showError)
    client.batch.jobs({ batch: batch.id, limit: most }).then(setJobs, showError)
  }, [batch.id, done, suspect, failed, skipped, cancelled])
  const problems = jobs.filter(({ state }) => state === 'failed' || state === 'suspect')
  return (
    <Dialog title={t('batch.report.title', { name: batchName(batch) })} onClose={onClose} width={720} reading actions={
      <>
        {report !== null && files.map(([name, word]) => (
          <a key={name} className="r-button r-button-plain" href={pictureUrl(`/photo/report/${report.token}/${name}`)} download={`restill-batch-${batch.id}-${name}`}>{t(`batch.report.${word}`)}</a>
        ))}
        {failed > 0 && <Button kind="primary" icon="retry" onPress={() => void client.batch.retry({ batch: batch.id }).then(onClose, showError)}>{t('batch.report.retry')}</Button>}
      </>
    }>
      <p className="r-report-summary">{t('batch.report.summary', { done, suspect, failed, skipped, cancelled })}</p>
      {problems.length === 0 ? <p>{t('batch.report.none')}</p> : <h3>{t('batch.report.problems')}</h3>}
      <ul className="r-report-list">
        {problems.map((job) => (
          <li key={job.id}>
            <Icon name={job.state === 'failed' ? 'failed' : 'warning'} />
            <div><bdi>{job.name}</bdi> <span className="r-dim">{t(`batch.state.${job.state}`)}</span><p>{job.reason}</p></div>
          </li>
        ))}
      </ul>
      {report !== null && <p className="r-dim"><bdi>{t('batch.report.folder', { folder: report.folder })}</bdi></p>}
    </Dialog>
  )
}
