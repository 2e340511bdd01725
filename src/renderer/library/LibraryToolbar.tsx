/** Under the stage: how photos are shown, marks of the chosen ones, and what can be done with them. */
import { Button as AriaButton } from 'react-aria-components'
import { restore } from '../batch/restore-commands.ts'
import { useLayout } from '../state/preferences.ts'
import { useSelection } from '../state/selection.ts'
import { useView, type Stage } from '../state/view.ts'
import { Button, IconButton, Tip } from '../ui/index.ts'
import { number, t } from '../words/words.ts'
import { inHand } from './actions.ts'
import { largestCell, smallestCell } from './Grid.tsx'
import { MarkLine } from './MarkLine.tsx'
import { scaleNow, stepIn, toggleZoom, useZoom } from './photo/zoom.ts'

const stages = [['grid', 'grid', 'G'], ['loupe', 'loupe', 'E'], ['compare', 'compare', 'C'], ['survey', 'survey', 'N']] as const satisfies readonly (readonly [Stage, string, string])[]

export function LibraryToolbar() {
  const stage = useView((state) => state.stage)
  return (
    <>
      <StageButtons stage={stage} />
      {stage !== 'compare' && <ActiveMarks />}
      <span className="r-toolbar-space" />
      <Chosen />
      {stage === 'grid' ? <CellSize /> : stage !== 'survey' && <ZoomButtons />}
      <Actions />
    </>
  )
}

function StageButtons({ stage }: { stage: Stage }) {
  return (
    <span className="r-filters-group">
      {stages.map(([name, icon, key]) => <IconButton key={name} label={t(`library.${name}`)} icon={icon} shortcut={key} pressed={stage === name} onPress={() => useView.getState().open('library', name)} />)}
    </span>
  )
}

function ActiveMarks() {
  const active = useSelection((state) => state.active)
  return active === null ? null : <MarkLine id={active} withName={false} />
}

function Chosen() {
  const count = useSelection((state) => state.ids.size)
  return count === 0 ? null : <span className="r-toolbar-chosen">{t('library.chosen', { count, number: number(count) })}</span>
}

function Actions() {
  const isNone = useSelection((state) => state.ids.size === 0)
  return (
    <>
      <Button onPress={() => useView.getState().openDialog('export')} disabled={isNone}>{t('library.export')}</Button>
      <Button kind="primary" onPress={() => void restore(inHand(), null)} disabled={isNone}>{t('library.restore')}</Button>
    </>
  )
}

function CellSize() {
  const [size, setSize] = useLayout('grid.size', 200)
  return <input className="r-range" type="range" aria-label={t('library.cellSize')} min={smallestCell} max={largestCell} step={4} value={size} onChange={(event) => setSize(Number(event.target.value))} />
}

function ZoomButtons() {
  const zoom = useZoom()
  const scale = scaleNow(zoom)
  const text = zoom.viewport.zoom === 'fit' ? t('library.zoomFit', { value: number(scale * 100) }) : scale === 1 ? t('library.zoomOne') : t('library.percent', { value: number(scale * 100) })
  return (
    <span className="r-filters-group">
      <IconButton label={t('library.command.zoom.out')} icon="minus" onPress={() => stepIn(-1)} />
      <Tip label={t('library.command.zoom.toggle')} shortcut="Z"><AriaButton className="r-zoom" onPress={() => toggleZoom()}>{text}</AriaButton></Tip>
      <IconButton label={t('library.command.zoom.in')} icon="plus" onPress={() => stepIn(1)} />
    </span>
  )
}
