/** What happened to the chosen photo, in words, and what can be done about it. */
import { itemOf } from '../../shared/contract/item-words.ts'
import { client } from '../client/client.ts'
import { useSelection } from '../state/selection.ts'
import { showError, useToasts } from '../state/toasts.ts'
import { useView } from '../state/view.ts'
import { Button, Section } from '../ui/index.ts'
import { number, t } from '../words/words.ts'
import { useChosen } from './chosen.ts'
import { reorder } from './commands.ts'
import { useJobs } from './jobs.ts'
import { useEngineTitle } from './names.ts'

export function ChosenJob() {
  const title = useEngineTitle()
  const { chosen } = useChosen()
  const rows = useJobs((state) => state.rows)
  const job = [...rows.values()].flat().find(({ id }) => chosen.has(id))
  if (job === undefined) return <Section id="batch.chosen" title={t('batch.chosen')}><p className="r-dim">{t('batch.choose')}</p></Section>
  const fields: [string, string][] = [
    [t('batch.fields.state'), t(`batch.state.${job.interrupted ? 'interrupted' : job.state}`)], [t('batch.fields.engine'), title(job.engine)], [t('batch.fields.preset'), job.preset],
    ...(job.device === null ? [] : [[t('batch.fields.device'), job.device] as [string, string]]),
    ...(job.seconds === null ? [] : [[t('batch.fields.seconds'), t('batch.job.took', { seconds: number(job.seconds, 1) })] as [string, string]]),
    ...(job.megapixels === null ? [] : [[t('batch.fields.size'), t('batch.megapixels', { value: number(job.megapixels, 1) })] as [string, string]]),
    ...(job.output === null ? [] : [[t('batch.fields.output'), job.output] as [string, string]]),
  ]
  const reveal = job.result ?? job.item
  return (
    <Section id="batch.chosen" title={t('batch.chosen')}>
      <h3 className="r-chosen-name"><bdi>{job.name}</bdi></h3>
      {job.reason !== null && <p className={job.state === 'failed' ? 'r-error-text' : ''}>{job.reason}</p>}
      <dl className="r-facts">{fields.map(([name, value]) => <div key={name}><dt>{name}</dt><dd><bdi>{value}</bdi></dd></div>)}</dl>
      <div className="r-chosen-actions">
        {job.state === 'failed' && <Button icon="retry" onPress={() => void client.batch.retry({ batch: job.batch, states: ['failed'] }).catch(showError)}>{t('batch.job.retry')}</Button>}
        {(job.state === 'queued' || job.state === 'running') && <Button icon="stop" onPress={() => void client.batch.cancel({ jobs: [...chosen] }).catch(showError)}>{t('batch.job.cancel')}</Button>}
        {job.state === 'queued' && (['first', 'up', 'down', 'last'] as const).map((to) => <Button key={to} onPress={() => reorder(to)}>{t(`batch.job.${to}`)}</Button>)}
        {job.item !== null && (
          <Button onPress={() => {
            useSelection.getState().only(job.item!)
            useView.getState().open('develop')
          }}>{t('batch.job.open')}</Button>
        )}
        {reveal !== null && itemOf(reveal).rowId > 0 && <Button icon="folder" onPress={() => void showInFolder(reveal)}>{t('batch.job.reveal')}</Button>}
      </div>
    </Section>
  )
}

async function showInFolder(item: number): Promise<void> {
  try {
    const { path, opened } = await client.library.reveal({ id: item })
    if (!opened) useToasts.getState().show({ message: path })
  } catch (error) {
    showError(error)
  }
}
