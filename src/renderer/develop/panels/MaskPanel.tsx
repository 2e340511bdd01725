import type { DevelopSettings, Session } from '../../../shared/contract/develop.ts'
import type { IconName } from '../../ui/Icon.tsx'
import { Button, IconButton, Section, Slider, Switch } from '../../ui/index.ts'
import { t } from '../../words/words.ts'
import { placedShape, replaceShape, type MaskTool } from '../geometry/mask-shapes.ts'
import { place, visibleFractions } from '../geometry/viewport.ts'
import { shapeName } from '../stage/MaskHandles.tsx'
import { addShape, changeMask, clearMask, commitMask, invertMask, removeShape } from '../state/mask.ts'
import { useStage } from '../state/stage.ts'

const tools: readonly { tool: MaskTool, icon: IconName, label: 'develop.mask.brush' | 'develop.mask.linear' | 'develop.mask.radial' }[] = [
  { tool: 'brush', icon: 'brush', label: 'develop.mask.brush' }, { tool: 'linear', icon: 'gradient', label: 'develop.mask.linear' }, { tool: 'radial', icon: 'radial', label: 'develop.mask.radial' },
]

export function toggleTool(tool: MaskTool): void {
  useStage.setState(state => ({ tool: state.tool === tool ? null : tool, pins: true }))
}

/** Where the result is used. */
export function MaskPanel({ session, settings }: { session: Session, settings: DevelopSettings }) {
  const { tool, erase, brush, shape, maskShown } = useStage()
  const { mask } = settings
  const setBrush = (part: Partial<typeof brush>): void => useStage.setState({ brush: { ...brush, ...part } })
  const addHere = (kind: 'linear' | 'radial'): void => {
    const { viewport, pane } = useStage.getState()
    addShape(placedShape(kind, visibleFractions(pane, place(session, pane, viewport)), session, brush, erase))
    commitMask()
  }
  const chosen = shape === null ? undefined : mask?.shapes[shape]
  return (
    <Section id="develop-right.mask" title={t('develop.mask.title')} actions={(
      <>
        <IconButton label={t('develop.mask.invert')} icon="invert" onPress={invertMask} disabled={mask === null} />
        <IconButton label={t('develop.mask.clear')} icon="trash" onPress={clearMask} disabled={mask === null} />
      </>
    )}>
      <div className="r-develop-row" role="group" aria-label={t('develop.mask.tools')}>
        {tools.map(one => <IconButton key={one.tool} label={t(one.label)} icon={one.icon} pressed={tool === one.tool} onPress={() => toggleTool(one.tool)} />)}
        <span className="r-develop-row-gap" />
        <IconButton label={t('develop.mask.erase')} icon="eraser" pressed={erase} onPress={() => useStage.setState({ erase: !erase })} />
        <IconButton label={t('develop.mask.show')} icon="eye" pressed={maskShown} shortcut="O" onPress={() => useStage.setState({ maskShown: !maskShown })} />
      </div>
      {tool === null && mask === null && <p className="r-dim">{t('develop.mask.none')}</p>}
      {tool === 'brush' && (
        <>
          <Slider label={t('develop.mask.size')} value={Math.round(brush.radius * 2000) / 10} min={0.4} max={100} step={0.2} unit="%" reset={8} onChange={value => setBrush({ radius: value / 200 })} />
          <Slider label={t('develop.mask.flow')} value={Math.round(brush.flow * 100)} min={1} max={100} step={1} unit="%" reset={100} onChange={value => setBrush({ flow: value / 100 })} />
        </>
      )}
      {(tool === 'brush' || tool === 'radial') && (
        <Slider label={t('develop.mask.feather')} value={Math.round(brush.feather * 100)} min={0} max={100} step={1} unit="%" reset={60} onChange={value => setBrush({ feather: value / 100 })} />
      )}
      {(tool === 'linear' || tool === 'radial') && <Button kind="quiet" icon="plus" onPress={() => addHere(tool)}>{t('develop.mask.addHere')}</Button>}
      {mask !== null && mask.shapes.length > 0 && (
        <ul className="r-develop-rows" aria-label={t('develop.mask.shapes')}>
          {mask.shapes.map((one, index) => (
            <li key={index} data-chosen={index === shape}>
              <button type="button" className="r-develop-row-button" aria-pressed={index === shape} onClick={() => useStage.setState({ shape: index, tool: tool ?? one.kind, pins: true })}>
                <span aria-hidden="true">{one.erase !== mask.invert ? '−' : '+'}</span> {shapeName(one, index)}
              </button>
              <IconButton label={t('develop.mask.remove', { shape: shapeName(one, index) })} icon="close" onPress={() => removeShape(index)} />
            </li>
          ))}
        </ul>
      )}
      {chosen?.kind === 'radial' && mask !== null && shape !== null && (
        <>
          <Slider label={t('develop.mask.shapeFeather')} value={Math.round(chosen.feather * 100)} min={0} max={100} step={1} unit="%" reset={60}
            onChange={value => changeMask(replaceShape(mask, shape, { ...chosen, feather: value / 100 }))} onChangeEnd={() => commitMask(`mask ${shape} feather`)} />
          <Switch label={t('develop.mask.outside')} value={chosen.invert} onChange={invert => {
            changeMask(replaceShape(mask, shape, { ...chosen, invert }))
            commitMask()
          }} />
        </>
      )}
      {mask !== null && <p className="r-dim">{t(mask.invert ? 'develop.mask.keepsInside' : 'develop.mask.keepsOutside')}</p>}
    </Section>
  )
}
