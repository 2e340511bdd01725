/** Tuning one photo: the active one of the library. */
import { useEffect, useRef } from 'react'
import type { DevelopSettings, Session } from '../../shared/contract/develop.ts'
import { useDetails } from '../client/queries.ts'
import { Frame } from '../layout/Frame.tsx'
import { useMarkCommands } from '../library/commands.ts'
import { BlurReport } from '../library/panels/BlurReport.tsx'
import { idAt, useLibrary, versionOf } from '../state/library.ts'
import { useSelection } from '../state/selection.ts'
import { useView } from '../state/view.ts'
import { Button, EmptyState, ErrorState } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { useDevelopCommands } from './commands.ts'
import { BlendPanel, EnginePanel } from './panels/EnginePanel.tsx'
import { HistoryPanel, SnapshotsPanel } from './panels/HistoryPanel.tsx'
import { MaskPanel } from './panels/MaskPanel.tsx'
import { NavigatorPanel } from './panels/NavigatorPanel.tsx'
import { PresetsPanel } from './panels/PresetsPanel.tsx'
import { useClipboard } from './state/clipboard.ts'
import { useDevelop } from './state/develop.ts'
import { closePhoto, openPhoto } from './state/session.ts'
import { useStage } from './state/stage.ts'
import { flushSteps } from './state/steps.ts'
import { DevelopStage } from './stage/DevelopStage.tsx'
import { OpeningStage } from './stage/OpeningStage.tsx'
import { DevelopToolbar } from './Toolbar.tsx'
import './develop.css'

export function DevelopView() {
  const active = useSelection(state => state.active)
  const { item, phase, problem, session, settings } = useDevelop()
  useLibrary(state => state.revision)
  const shown = useLibrary(state => state.order.length)
  useOpenPhoto(active, shown > 0)
  useFlush()
  useMarkCommands()
  useDevelopCommands(session)
  const { details, latest } = useDetails(active)
  const name = details?.item.name ?? ''
  const version = active === null ? 0 : versionOf(active)
  const open: Session | null = phase === 'ready' && item === active ? session : null
  // While the next photo opens, the panels of the last one stay, out of reach: nothing blinks from photo to photo.
  const last = useRef<PanelsOf | null>(null)
  if (open !== null && settings !== null && active !== null) last.current = { session: open, settings, item: active, version }
  const panels = phase === 'failed' ? null : last.current
  if (active === null) {
    return (
      <Frame label={t('develop.stage.name')}>
        <EmptyState title={t('develop.empty.title')} actions={<Button kind="primary" onPress={() => useView.getState().open('library', 'grid')}>{t('develop.empty.action')}</Button>}>
          <p>{t('develop.empty.text')}</p>
        </EmptyState>
      </Frame>
    )
  }
  return (
    <Frame label={t('develop.stage.name')}
      left={panels === null ? <Waiting /> : (
        <div inert={open === null}>
          <NavigatorPanel session={panels.session} item={panels.item} version={panels.version} />
          <PresetsPanel settings={panels.settings} />
          <SnapshotsPanel />
          <HistoryPanel />
        </div>
      )}
      right={panels === null ? <Waiting /> : (
        <div inert={open === null}>
          <EnginePanel session={panels.session} settings={panels.settings} />
          <BlendPanel settings={panels.settings} />
          <MaskPanel session={panels.session} settings={panels.settings} />
          <BlurReport details={latest} />
        </div>
      )}
      toolbar={open === null ? <span className="r-dim">{name}</span> : <><span className="r-develop-file-name r-cut" title={name}>{name}</span><DevelopToolbar session={open} /></>}>
      {phase === 'failed' && problem !== null
        ? <ErrorState message={problem.message} hint={problem.hint} onRetry={() => void openPhoto(active)} />
        : open === null ? <OpeningStage item={active} version={version} /> : <DevelopStage session={open} item={active} version={version} name={name} />}
    </Frame>
  )
}

interface PanelsOf { session: Session, settings: DevelopSettings, item: number, version: number }

function Waiting() {
  return <p className="r-develop-waiting">{t('develop.opening')}</p>
}

const arrows = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Shift', 'Control', 'Meta']

/** A step that waits for a moving hand is written before the hand does anything else, such as restoring the photo. */
function useFlush(): void {
  useEffect(() => {
    const flush = (event: Event): void => {
      if (!(event instanceof KeyboardEvent && arrows.includes(event.key))) flushSteps()
    }
    window.addEventListener('keydown', flush, true)
    window.addEventListener('pointerdown', flush, true)
    return () => {
      window.removeEventListener('keydown', flush, true)
      window.removeEventListener('pointerdown', flush, true)
    }
  }, [])
}

/** Opens the active photo, and closes it when the view is left. */
function useOpenPhoto(active: number | null, hasPhotos: boolean): void {
  const last = useRef<number | null>(null)
  useEffect(() => {
    flushSteps()
    if (active === null) {
      closePhoto()
      // As in the library's loupe, the first photo is the one meant when none is.
      const first = idAt(0)
      if (first !== null) useSelection.getState().only(first)
      return
    }
    if (last.current !== null && last.current !== active) useClipboard.setState({ previous: last.current })
    last.current = active
    useStage.setState({ shape: null, panning: false, heldOverlay: null })
    void openPhoto(active)
  }, [active, active === null && hasPhotos])
  useEffect(() => () => {
    flushSteps()
    if (last.current !== null) useClipboard.setState({ previous: last.current })
    closePhoto()
  }, [])
}
