import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { number, t } from '../../words/words.ts'
import { useStage, type Pane } from '../state/stage.ts'

/** Keys move it by a hundredth, with Shift by ten. */
const step = 0.01

/** The line between before (left) and after (right); a slider for keys and screen readers. */
export function Divider({ pane, ratio }: { pane: Pane, ratio: number }) {
  const divider = useStage(state => state.divider)
  const held = useRef<number | null>(null)
  const set = (value: number): void => useStage.setState({ divider: Math.min(1, Math.max(0, value)) })
  const keys = (event: KeyboardEvent): void => {
    const by = step * (event.shiftKey ? 10 : 1)
    const next = { ArrowLeft: divider - by, ArrowDown: divider - by, ArrowRight: divider + by, ArrowUp: divider + by, Home: 0, End: 1 }[event.key]
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    set(next)
  }
  const begin = (event: PointerEvent): void => {
    event.stopPropagation()
    event.currentTarget.setPointerCapture(event.pointerId)
    held.current = event.clientX - Math.round(divider * pane.width) / ratio
  }
  const move = (event: PointerEvent): void => {
    event.stopPropagation()
    if (held.current !== null) set((event.clientX - held.current) * ratio / pane.width)
  }
  const end = (event: PointerEvent): void => {
    event.stopPropagation()
    held.current = null
  }
  return (
    <div className="r-develop-divider" role="slider" tabIndex={0} aria-label={t('develop.compare.divider')} aria-orientation="horizontal" aria-valuemin={0} aria-valuemax={100}
      aria-valuenow={Math.round(divider * 100)} aria-valuetext={t('develop.compare.dividerAt', { percent: number(divider * 100) })}
      style={{ left: Math.round(divider * pane.width) / ratio }} onKeyDown={keys} onPointerDown={begin} onPointerMove={move} onPointerUp={end} onPointerCancel={end}
      onDoubleClick={() => set(0.5)}>
      <span className="r-develop-divider-line" /><span className="r-develop-divider-grip" aria-hidden="true" />
    </div>
  )
}
