/** Looking through photos: where they are at the left, what is known of one at the right, the photos between. */
import { useDetails } from '../client/queries.ts'
import { useCommands } from '../commands/registry.ts'
import { Frame } from '../layout/Frame.tsx'
import { useLibrary } from '../state/library.ts'
import { useLayout } from '../state/preferences.ts'
import { useSelection } from '../state/selection.ts'
import { useView } from '../state/view.ts'
import { ErrorState } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { Compare } from './Compare.tsx'
import { CollectionDialog, RenameDialog, SmartCollectionDialog } from './dialogs/NameDialogs.tsx'
import { FilterBar } from './filters/FilterBar.tsx'
import { NothingFound } from './filters/NothingFound.tsx'
import { FirstStart } from './FirstStart.tsx'
import { Grid } from './Grid.tsx'
import { LibraryToolbar } from './LibraryToolbar.tsx'
import { Loupe } from './Loupe.tsx'
import { useLibraryCommands } from './commands.ts'
import { BlurReport } from './panels/BlurReport.tsx'
import { Collections } from './panels/Collections.tsx'
import { Description } from './panels/Description.tsx'
import { Folders } from './panels/Folders.tsx'
import { Histogram } from './panels/Histogram.tsx'
import { Metadata } from './panels/Metadata.tsx'
import { Navigator } from './panels/Navigator.tsx'
import { Shows } from './panels/Shows.tsx'
import { Survey } from './Survey.tsx'
import { Tour } from './Tour.tsx'
import './library.css'
import './panels/panels.css'

export function LibraryView() {
  const dialog = useView((state) => state.dialog)
  const stage = useView((state) => state.stage)
  const [bar, setBar] = useLayout('filters.shown', true)
  const [names, setNames] = useLayout('grid.names', false)
  useLibraryCommands()
  useCommands([
    { id: 'library.filters', when: () => useView.getState().stage === 'grid', run: () => setBar(!bar) },
    { id: 'library.names', run: () => setNames(!names) },
  ], [bar, names])
  const isEmpty = useLibrary((state) => state.status === 'ready' && state.table.rows.size === 0)
  return (
    <Frame label={t(`library.${stage}`)} left={<LeftPanel />} right={<RightPanel />} filters={!isEmpty && stage === 'grid' ? <>{bar && <FilterBar />}<Tour /></> : undefined} filmstrip={!isEmpty} toolbar={isEmpty ? undefined : <LibraryToolbar />}>
      <StageContent isEmpty={isEmpty} />
      {dialog === 'rename' && <RenameDialog />}
      {dialog === 'collection' && <CollectionDialog />}
      {dialog === 'smart-collection' && <SmartCollectionDialog />}
    </Frame>
  )
}

function StageContent({ isEmpty }: { isEmpty: boolean }) {
  const stage = useView((state) => state.stage)
  const status = useLibrary((state) => state.status)
  const failure = useLibrary((state) => state.failure)
  const shown = useLibrary((state) => state.order.length)
  if (status === 'loading') return <p className="r-loading" role="status">{t('shell.loading')}</p>
  if (status === 'failed' && failure !== null) return <ErrorState message={failure.message} hint={failure.hint} onRetry={() => void useLibrary.getState().load()} />
  if (isEmpty) return <FirstStart />
  return (
    <>
      {stage === 'grid' && <Grid />}
      {shown === 0 && <div className="r-nothing"><NothingFound /></div>}
      {shown > 0 && stage === 'loupe' && <Loupe />}
      {shown > 0 && stage === 'compare' && <Compare />}
      {shown > 0 && stage === 'survey' && <Survey />}
    </>
  )
}

function LeftPanel() {
  return <><Navigator /><Folders /><Collections /></>
}

function RightPanel() {
  const active = useSelection((state) => state.active)
  const { latest } = useDetails(active)
  if (active === null) return <><Histogram details={undefined} /><p className="r-panel-note">{t('library.chooseOne')}</p></>
  return <><Histogram details={latest} /><BlurReport details={latest} /><Description details={latest} /><Shows id={active} /><Metadata details={latest} /></>
}
