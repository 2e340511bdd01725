/** The whole active photo, small, with what the loupe shows of it. */
import { useRef, type PointerEvent } from 'react'
import { thumbUrl } from '../../client/pictures.ts'
import { place, visibleFractions } from '../../develop/geometry/viewport.ts'
import { useLibrary } from '../../state/library.ts'
import { useSelection } from '../../state/selection.ts'
import { useView } from '../../state/view.ts'
import { Section } from '../../ui/index.ts'
import { t } from '../../words/words.ts'
import { setViewport, useZoom } from '../photo/zoom.ts'

export function Navigator() {
  const active = useSelection((state) => state.active)
  const stage = useView((state) => state.stage)
  const version = useLibrary((state) => state.table.columns.version[state.table.rows.get(active ?? 0) ?? -1] ?? 0)
  const { viewport, photo, pane } = useZoom()
  const image = useRef<HTMLImageElement>(null)
  const showFrame = (stage === 'loupe' || stage === 'compare') && viewport.zoom !== 'fit' && pane.width > 0
  const frame = showFrame ? visibleFractions(pane, place(photo, pane, viewport)) : null
  const centre = (event: PointerEvent): void => {
    if (frame === null || event.buttons === 0) return
    const box = image.current!.getBoundingClientRect()
    setViewport({ ...viewport, centre: { x: clamp((event.clientX - box.left) / box.width), y: clamp((event.clientY - box.top) / box.height) } })
  }
  return (
    <Section id="left.navigator" title={t('library.navigator')}>
      <div className="r-navigator" onPointerDown={centre} onPointerMove={centre}>
        {active !== null && <span className="r-navigator-photo">
          <img ref={image} src={thumbUrl(active, version)} alt="" draggable={false} />
          {frame !== null && <span className="r-navigator-frame" style={{ left: `${frame.x * 100}%`, top: `${frame.y * 100}%`, width: `${frame.width * 100}%`, height: `${frame.height * 100}%` }} />}
        </span>}
      </div>
    </Section>
  )
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value))
}
