/** Pins of the mask's shapes, and the handles of the chosen one. Each is a button: arrows move it, Delete removes the shape. */
import type { KeyboardEvent } from 'react'
import type { Mask, MaskShape } from '../../../shared/mask.ts'
import { t } from '../../words/words.ts'
import { handlesOf, moveHandle, pinOf, replaceShape, type MaskHandle } from '../geometry/mask-shapes.ts'
import { stagePoint, type Placement, type Point, type Size } from '../geometry/viewport.ts'
import { changeMask, commitMask, removeShape } from '../state/mask.ts'
import { useStage } from '../state/stage.ts'

interface MaskHandlesProps { mask: Mask | null, photo: Size, placement: Placement, ratio: number }

const names = { brush: 'develop.mask.brush', linear: 'develop.mask.linear', radial: 'develop.mask.radial' } as const
/** A hundredth of the photo; with Shift a tenth of that. */
const step = 0.01

export function shapeName(shape: MaskShape, index: number): string {
  return t('develop.mask.shape', { kind: t(names[shape.kind]), number: index + 1 })
}

export function MaskHandles({ mask, photo, placement, ratio }: MaskHandlesProps) {
  const chosen = useStage(state => state.shape)
  const pins = useStage(state => state.pins)
  if (mask === null || !pins) return null
  const at = (point: Point): Point => {
    const { x, y } = stagePoint(placement, point)
    return { x: x / ratio, y: y / ratio }
  }
  return (
    <svg className="r-develop-mask-handles" role="group" aria-label={t('develop.mask.pins')}>
      {mask.shapes.map((shape, index) => (
        <g key={index}>
          {index === chosen && <Outline shape={shape} photo={photo} placement={placement} ratio={ratio} at={at} />}
          <Pin index={index} shape={shape} handle="pin" at={at(pinOf(shape))} point={pinOf(shape)} mask={mask} photo={photo} isChosen={index === chosen} />
          {index === chosen && handlesOf(shape, photo).filter(({ handle }) => handle !== 'pin').map(({ handle, at: point }) => (
            <Pin key={handle} index={index} shape={shape} handle={handle} at={at(point)} point={point} mask={mask} photo={photo} isChosen />
          ))}
        </g>
      ))}
    </svg>
  )
}

const handleNames = { pin: 'develop.mask.handle.pin', from: 'develop.mask.handle.from', to: 'develop.mask.handle.to', radiusX: 'develop.mask.handle.radiusX', radiusY: 'develop.mask.handle.radiusY' } as const

interface PinProps { index: number, shape: MaskShape, handle: MaskHandle, at: Point, point: Point, mask: Mask, photo: Size, isChosen: boolean }

function Pin({ index, shape, handle, at, point, mask, photo, isChosen }: PinProps) {
  const keys = (event: KeyboardEvent): void => {
    const by = step * (event.shiftKey ? 0.1 : 1)
    const moves: Record<string, Point> = { ArrowLeft: { x: -by, y: 0 }, ArrowRight: { x: by, y: 0 }, ArrowUp: { x: 0, y: -by }, ArrowDown: { x: 0, y: by } }
    const move = moves[event.key]
    if (move !== undefined) {
      changeMask(replaceShape(mask, index, moveHandle(shape, handle, { x: point.x + move.x, y: point.y + move.y }, photo)))
      commitMask(`mask ${index} ${handle}`)
    } else if (event.key === 'Delete' || event.key === 'Backspace') removeShape(index)
    else if (event.key === 'Enter' || event.key === ' ') useStage.setState({ shape: index })
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const erases = shape.erase !== mask.invert
  return (
    <g className={handle === 'pin' ? 'r-develop-mask-pin' : 'r-develop-mask-grip'} data-chosen={isChosen} role="button" tabIndex={0} onKeyDown={keys}
      aria-label={t(handleNames[handle], { shape: shapeName(shape, index) })} aria-pressed={isChosen} onFocus={() => useStage.setState({ shape: index })}>
      <circle cx={at.x} cy={at.y} r={handle === 'pin' ? 7 : 5} />
      {handle === 'pin' && <path d={`M${at.x - 3} ${at.y}h6${erases ? '' : `M${at.x} ${at.y - 3}v6`}`} />}
    </g>
  )
}

interface OutlineProps { shape: MaskShape, photo: Size, placement: Placement, ratio: number, at: (point: Point) => Point }

function Outline({ shape, photo, placement, ratio, at }: OutlineProps) {
  const longer = Math.max(photo.width, photo.height) * placement.scale / ratio
  switch (shape.kind) {
    case 'brush': {
      const line = shape.points.map(point => at(point)).map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')
      return <Line d={line} />
    }
    case 'linear': {
      const [from, to] = [at(shape.from), at(shape.to)]
      const length = Math.max(1, Math.hypot(to.x - from.x, to.y - from.y))
      const [across, down] = [-(to.y - from.y) / length * 2000, (to.x - from.x) / length * 2000]
      const bar = (point: Point) => `M${point.x - across} ${point.y - down}L${point.x + across} ${point.y + down}`
      return <Line d={`${bar(from)}${bar(to)}M${from.x} ${from.y}L${to.x} ${to.y}`} />
    }
    case 'radial': {
      const centre = at(shape.centre)
      const ellipse = (part: number) => {
        const [rx, ry] = [shape.radiusX * longer * part, shape.radiusY * longer * part]
        return `M${-rx} 0a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0`
      }
      return (
        <g transform={`translate(${centre.x} ${centre.y}) rotate(${shape.angle * 180 / Math.PI})`}>
          <Line d={ellipse(1) + (shape.feather > 0 ? ellipse(1 - shape.feather) : '')} />
        </g>
      )
    }
  }
}

function Line({ d }: { d: string }) {
  return <><path className="r-develop-mask-line-under" d={d} /><path className="r-develop-mask-line" d={d} /></>
}
