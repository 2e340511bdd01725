/** The stage of Develop: one or two panes of the photo and what lies over them. */
import { useEffect, useLayoutEffect, useRef } from 'react'
import type { OverlayMap, Session } from '../../../shared/contract/develop.ts'
import { number, t } from '../../words/words.ts'
import { place, visibleRect } from '../geometry/viewport.ts'
import { shownSettings, useDevelop } from '../state/develop.ts'
import { overlayName, useOverlay } from '../state/overlays.ts'
import { setSeen } from '../state/session.ts'
import { panesOf, useStage } from '../state/stage.ts'
import { BrushCursor } from './BrushCursor.tsx'
import { Divider } from './Divider.tsx'
import { PhotoPane } from './PhotoPane.tsx'
import { Legend, ProblemLine, ProgressLine, SideNames } from './StageNotes.tsx'
import { usePointer } from './use-pointer.ts'
import { useStageSize } from './use-stage-size.ts'
import './stage.css'

interface DevelopStageProps { session: Session, item: number, version: number, name: string }

export function DevelopStage({ session, item, version, name }: DevelopStageProps) {
  const root = useRef<HTMLDivElement>(null)
  const measured = useStageSize(root)
  const { compare, viewport, tool, panning, before, pane } = useStage()
  const settings = useDevelop(shownSettings)
  const overlay = useOverlay()
  const ratio = measured?.ratio ?? 1
  const panes = measured === null ? [] : panesOf(compare, measured.size, ratio)
  const [first] = panes
  const handlers = usePointer(root, panes, session)
  useLayoutEffect(() => {
    if (first !== undefined) useStage.setState({ pane: { width: first.width, height: first.height }, ratio })
  }, [first?.width, first?.height, ratio])
  useEffect(() => {
    if (first !== undefined) setSeen(visibleRect(session, first, place(session, first, viewport)))
  }, [session.session, first?.width, first?.height, viewport])
  const hand = tool === null || panning ? (viewport.zoom === 'fit' ? 'zoom' : 'pan') : 'draw'
  const ready = pane.width > 0 && settings !== null
  return (
    <div className="r-develop-stage" ref={root} data-hand={hand} data-home tabIndex={-1} {...handlers}>
      {measured !== null && ready && (
        <div className="r-develop-panes" style={{ left: measured.shift.x, top: measured.shift.y, width: measured.size.width / ratio, height: measured.size.height / ratio }}>
          {panes.map(one => (
            <PhotoPane key={`${session.session} ${one.side}`} pane={one} session={session} item={item} version={version} settings={settings}
              map={overlay.map} label={paneLabel(name, one.side, before, place(session, one, viewport).scale)} />
          ))}
          <SideNames panes={panes} compare={compare} before={before} ratio={ratio} />
          {compare === 'split' && !before && first !== undefined && <Divider pane={first} ratio={ratio} />}
          {tool === 'brush' && !panning && <BrushCursor root={root} photo={session} />}
        </div>
      )}
      <ProgressLine />
      <div className="r-develop-foot">
        {overlay.id !== null && <OverlayLegend id={overlay.id} map={overlay.map} />}
        <ProblemLine />
      </div>
    </div>
  )
}

function OverlayLegend({ id, map }: { id: string, map: OverlayMap | null }) {
  return <Legend map={map} label={map?.label ?? overlayName(id)} />
}

function paneLabel(name: string, side: 'source' | 'result' | 'both', before: boolean, scale: number): string {
  const what = side === 'source' || before ? t('develop.compare.before') : t('develop.compare.after')
  return t('develop.stage.label', { name, what, zoom: number(scale * 100) })
}
