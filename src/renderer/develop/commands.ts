/** Keys of the Develop view. */
import type { Session } from '../../shared/contract/develop.ts'
import { useCommands, type Command } from '../commands/registry.ts'
import { featherBrush, resizeBrush } from './geometry/mask-shapes.ts'
import { toggleTool } from './panels/MaskPanel.tsx'
import { removeShape } from './state/mask.ts'
import { stopPreview } from './state/session.ts'
import { setCompare, useStage } from './state/stage.ts'
import { walk } from './state/steps.ts'
import { toggleZoom, zoomStep, zoomTo } from './state/zoom.ts'

/** A key that is down longer is held: what it did ends with it, milliseconds. */
const tap = 300
const { getState, setState } = useStage

export function useDevelopCommands(session: Session | null): void {
  const photo = (run: (session: Session) => void) => () => {
    if (session !== null) run(session)
  }
  const hasTool = (): boolean => getState().tool !== null
  const hasBrush = (): boolean => getState().tool === 'brush'
  const compare: readonly Command[] = [
    { id: 'develop.before', run: toggleBefore, release: held => { if (held > tap) toggleBefore() } },
    { id: 'develop.beside', run: () => setCompare('beside') },
    { id: 'develop.split', run: () => setCompare('split') },
    { id: 'develop.stacked', run: () => setCompare('stacked') },
    { id: 'develop.sharpness', run: () => setState({ heldOverlay: 'sharpness' }), release: () => setState({ heldOverlay: null }) },
    { id: 'develop.changed', run: () => setState({ overlay: getState().overlay === 'changed' ? null : 'changed' }) },
    { id: 'develop.cancel', run: leaveOff },
    { id: 'develop.undo', run: () => walk(-1) },
    { id: 'develop.redo', run: () => walk(1) },
  ]
  const zoom: readonly Command[] = [
    { id: 'zoom.toggle', run: photo(open => toggleZoom(open, getState().pane)) },
    { id: 'develop.space',
      run: photo(open => hasTool() ? setState({ panning: true }) : toggleZoom(open, getState().pane)), release: () => setState({ panning: false }) },
    { id: 'zoom.in', repeats: true, run: photo(open => zoomStep(1, open)) },
    { id: 'zoom.out', repeats: true, run: photo(open => zoomStep(-1, open)) },
    { id: 'zoom.fit', run: photo(open => zoomTo('fit', open)) },
    { id: 'zoom.one', run: photo(open => zoomTo(1, open)) },
    { id: 'develop.zoom-four', run: photo(open => zoomTo(4, open)) },
  ]
  const mask: readonly Command[] = [
    { id: 'mask.brush', run: () => toggleTool('brush') },
    { id: 'mask.linear', run: () => toggleTool('linear') },
    { id: 'mask.radial', run: () => toggleTool('radial') },
    { id: 'mask.smaller', repeats: true, when: hasBrush, run: () => setState(state => ({ brush: resizeBrush(state.brush, -1) })) },
    { id: 'mask.larger', repeats: true, when: hasBrush, run: () => setState(state => ({ brush: resizeBrush(state.brush, 1) })) },
    { id: 'mask.harder', repeats: true, when: hasTool, run: () => setState(state => ({ brush: featherBrush(state.brush, -1) })) },
    { id: 'mask.softer', repeats: true, when: hasTool, run: () => setState(state => ({ brush: featherBrush(state.brush, 1) })) },
    { id: 'mask.erase', when: hasTool, run: () => setState(state => ({ erase: !state.erase })) },
    { id: 'mask.show', run: () => setState(state => ({ maskShown: !state.maskShown })) },
    { id: 'mask.colour', run: () => setState(state => ({ maskColour: state.maskColour + 1, maskShown: true })) },
    { id: 'mask.pins', run: () => setState(state => ({ pins: !state.pins })) },
    { id: 'mask.remove', when: () => hasTool() && getState().shape !== null,
      run: () => {
        const { shape } = getState()
        if (shape !== null) removeShape(shape)
      } },
  ]
  useCommands([...compare, ...zoom, ...mask], [session?.session])
}

function toggleBefore(): void {
  setState(state => ({ before: !state.before }))
}

/** Escape leaves what is nearest: the tool, then the preview that runs. */
function leaveOff(): void {
  if (getState().tool !== null) setState({ tool: null, shape: null, panning: false })
  else stopPreview()
}
