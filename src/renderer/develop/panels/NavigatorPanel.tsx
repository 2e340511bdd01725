import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import type { Session } from '../../../shared/contract/develop.ts'
import { previewUrl } from '../../client/pictures.ts'
import { Button, Section } from '../../ui/index.ts'
import { t } from '../../words/words.ts'
import { panBy, place, visibleFractions, type Point } from '../geometry/viewport.ts'
import { useStage } from '../state/stage.ts'
import { zoomTo } from '../state/zoom.ts'

/** Parts of the stage that an arrow key moves the view by. */
const step = 0.1
const largeStep = 0.5

/** The whole photo small, with what the stage shows of it. A press goes there. */
export function NavigatorPanel({ session, item, version }: { session: Session, item: number, version: number }) {
  const { viewport, pane } = useStage()
  const held = useRef(false)
  const seen = visibleFractions(pane, place(session, pane, viewport))
  const go = (event: PointerEvent): void => {
    const box = event.currentTarget.getBoundingClientRect()
    const centre = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height }
    useStage.setState({ viewport: { zoom: viewport.zoom === 'fit' ? 1 : viewport.zoom, centre } })
  }
  const keys = (event: KeyboardEvent): void => {
    const by: Point | undefined = { ArrowLeft: { x: 1, y: 0 }, ArrowRight: { x: -1, y: 0 }, ArrowUp: { x: 0, y: 1 }, ArrowDown: { x: 0, y: -1 } }[event.key]
    if (by === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const part = event.shiftKey ? largeStep : step
    useStage.setState({ viewport: panBy(viewport, session, pane, { x: by.x * pane.width * part, y: by.y * pane.height * part }) })
  }
  const zooms = [['fit', t('develop.zoom.fit')], [1, t('develop.zoom.one')], [4, t('develop.zoom.four')]] as const
  return (
    <Section id="develop-left.navigator" title={t('develop.navigator.title')}>
      <div className="r-develop-navigator" role="group" tabIndex={0} aria-label={t('develop.navigator.label')} onKeyDown={keys} style={{ aspectRatio: `${session.width} / ${session.height}` }} onPointerDown={event => {
        event.currentTarget.setPointerCapture(event.pointerId)
        held.current = true
        go(event)
      }} onPointerMove={event => held.current && go(event)} onPointerUp={() => { held.current = false }} onPointerCancel={() => { held.current = false }}>
        <img src={previewUrl(item, version)} alt="" draggable={false} />
        {viewport.zoom !== 'fit' && <span className="r-develop-navigator-seen" style={{ left: `${seen.x * 100}%`, top: `${seen.y * 100}%`, width: `${seen.width * 100}%`, height: `${seen.height * 100}%` }} />}
      </div>
      <div className="r-develop-row" role="group" aria-label={t('develop.zoom.title')}>
        {zooms.map(([zoom, label]) => <Button key={label} kind={viewport.zoom === zoom ? 'plain' : 'quiet'} onPress={() => zoomTo(zoom, session)}>{label}</Button>)}
      </div>
    </Section>
  )
}
