/** The one frame of every view: top bar, panels at the sides, the stage, a tool bar under it, and the filmstrip. */
import { startTransition, useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import { firstPhotos } from '../state/photos-first.ts'
import { useLayout } from '../state/preferences.ts'
import { t } from '../words/words.ts'
import { Filmstrip } from './Filmstrip.tsx'
import { TopBar } from './TopBar.tsx'
import { useEdges } from './edges.ts'
import './frame.css'

interface FrameProps {
  left?: ReactNode
  right?: ReactNode
  /** Between the top bar and the stage. */
  filters?: ReactNode
  /** Under the stage. */
  toolbar?: ReactNode
  filmstrip?: boolean
  /** Name of the stage for a screen reader. */
  label: string
  children: ReactNode
}

/** The window's first frame is on its way. */
let isFirst = true
/** Milliseconds that the panels wait for the photos. */
const patience = 500

/** Photos are drawn first; what lies around them costs more than they do, and comes right behind. False until then. */
function useAround(): boolean {
  const [around, setAround] = useState(!isFirst)
  useEffect(() => {
    if (around) return
    const show = (): void => {
      isFirst = false
      startTransition(() => setAround(true))
    }
    const timer = setTimeout(show, patience)
    void firstPhotos.then(show)
    return () => clearTimeout(timer)
  }, [around])
  return around
}

export function Frame({ left, right, filters, toolbar, filmstrip = true, label, children }: FrameProps) {
  const { edges, bare, lights } = useEdges()
  const around = useAround()
  const [leftWidth, setLeftWidth] = useLayout('panel.left', 240)
  const [rightWidth, setRightWidth] = useLayout('panel.right', 300)
  return (
    <div className="r-frame" data-bare={bare} data-lights={lights}>
      {edges.top && (around ? <TopBar /> : <div className="r-topbar" />)}
      <div className="r-frame-middle">
        {left !== undefined && edges.left && (
          <Panel side="left" label={t('shell.region.left')} width={leftWidth} onWidth={setLeftWidth}>{around && left}</Panel>
        )}
        <div className="r-frame-centre">
          {around ? filters : filters !== undefined && <div className="r-filters" />}
          <main className="r-stage" id="stage" data-region="stage" aria-label={label} tabIndex={-1}>{children}</main>
          {toolbar !== undefined && edges.toolbar && <div className="r-toolbar" role="region" data-region="toolbar" aria-label={t('shell.region.toolbar')}>{around && toolbar}</div>}
        </div>
        {right !== undefined && edges.right && (
          <Panel side="right" label={t('shell.region.right')} width={rightWidth} onWidth={setRightWidth}>{around && right}</Panel>
        )}
      </div>
      {filmstrip && edges.bottom && (around ? <Filmstrip /> : <div className="r-filmstrip" />)}
    </div>
  )
}

const narrowest = 180
const widest = 480

function Panel({ side, label, width, onWidth, children }: { side: 'left' | 'right', label: string, width: number, onWidth: (width: number) => void, children: ReactNode }) {
  const [dragged, setDragged] = useState<number | null>(null)
  const start = useRef({ x: 0, width: 0 })
  const shown = dragged ?? width
  const clamp = (value: number): number => Math.min(widest, Math.max(narrowest, Math.round(value)))
  const outward = side === 'left' ? 1 : -1
  const move = (event: PointerEvent): void => {
    if (dragged !== null) setDragged(clamp(start.current.width + outward * (event.clientX - start.current.x)))
  }
  const keys = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 8 : event.key === 'ArrowLeft' ? -8 : 0
    if (step === 0) return
    event.preventDefault()
    event.stopPropagation()
    onWidth(clamp(width + outward * step))
  }
  return (
    <aside className={`r-panel r-panel-${side}`} data-region={side} aria-label={label} tabIndex={-1} style={{ width: shown }}>
      <div className="r-panel-scroll r-scroll">{children}</div>
      <div className="r-panel-edge" role="separator" tabIndex={0} aria-orientation="vertical" aria-label={t('shell.resize', { what: label })}
        aria-valuenow={shown} aria-valuemin={narrowest} aria-valuemax={widest} onKeyDown={keys}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          start.current = { x: event.clientX, width }
          setDragged(width)
        }}
        onPointerMove={move}
        onPointerUp={() => {
          if (dragged !== null) onWidth(dragged)
          setDragged(null)
        }} />
    </aside>
  )
}
