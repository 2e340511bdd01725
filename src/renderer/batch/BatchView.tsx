/** The queue: what runs, how far it is, what came out, and what to do about the rest. */
import { useEffect, useState } from 'react'
import type { BatchRow } from '../../shared/contract/batch.ts'
import { Frame } from '../layout/Frame.tsx'
import { useProgress } from '../state/progress.ts'
import { useView } from '../state/view.ts'
import { Button, EmptyState } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { BatchGroup } from './BatchGroup.tsx'
import { ChosenJob } from './ChosenJob.tsx'
import { useBatchCommands } from './commands.ts'
import { ReportDialog } from './ReportDialog.tsx'
import { Totals } from './Totals.tsx'
import { WatchPanel } from './WatchPanel.tsx'
import './batch.css'

export function BatchView() {
  const batches = useProgress((state) => state.batches)
  const wanted = useView((state) => state.batch)
  const open = useView((state) => state.open)
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set())
  const [report, setReport] = useState<BatchRow | null>(null)
  useBatchCommands()
  useEffect(() => {
    if (wanted !== null) document.getElementById(`batch-${wanted}`)?.scrollIntoView({ block: 'start' })
  }, [wanted])
  const toggle = (id: number): void => {
    const next = new Set(folded)
    if (!next.delete(id)) next.add(id)
    setFolded(next)
  }
  return (
    <Frame label={t('batch.title')} filmstrip={false} right={<><ChosenJob /><WatchPanel /></>}>
      <div className="r-batch r-scroll">
        {batches.length === 0
          ? (
            <EmptyState title={t('batch.empty.title')} actions={<Button kind="primary" onPress={() => open('library', 'grid')}>{t('batch.toLibrary')}</Button>}>
              <p>{t('batch.empty.text', { key: navigator.platform.startsWith('Mac') ? '⌘↩' : 'Ctrl+Enter' })}</p>
            </EmptyState>
            )
          : (
            <>
              <Totals batches={batches} />
              {batches.map((batch) => (
                <BatchGroup key={batch.id} batch={batch} open={!folded.has(batch.id)} onFold={() => toggle(batch.id)} onReport={() => setReport(batch)} />
              ))}
            </>
            )}
      </div>
      {report !== null && <ReportDialog batch={batches.find(({ id }) => id === report.id) ?? report} onClose={() => setReport(null)} />}
    </Frame>
  )
}
