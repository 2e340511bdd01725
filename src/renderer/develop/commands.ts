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
    { id: 'develop.before', label: 'develop.command.before', keys: ['\\'], group: 'develop', run: toggleBefore, release: held => { if (held > tap) toggleBefore() } },
    { id: 'develop.beside', label: 'develop.command.beside', keys: ['Y'], group: 'develop', run: () => setCompare('beside') },
    { id: 'develop.split', label: 'develop.command.split', keys: ['Shift+Y'], group: 'develop', run: () => setCompare('split') },
    { id: 'develop.stacked', label: 'develop.command.stacked', keys: ['Alt+Y'], group: 'develop', run: () => setCompare('stacked') },
    { id: 'develop.sharpness', label: 'develop.command.sharpness', keys: ['W'], group: 'develop', run: () => setState({ heldOverlay: 'sharpness' }), release: () => setState({ heldOverlay: null }) },
    { id: 'develop.changed', label: 'develop.command.changed', keys: ['J'], group: 'develop', run: () => setState({ overlay: getState().overlay === 'changed' ? null : 'changed' }) },
    { id: 'develop.cancel', label: 'develop.command.cancel', keys: ['Escape'], group: 'develop', run: leaveOff },
    { id: 'develop.undo', label: 'develop.command.undo', keys: ['Mod+Z'], group: 'develop', run: () => walk(-1) },
    { id: 'develop.redo', label: 'develop.command.redo', keys: ['Mod+Shift+Z', 'Mod+Y'], group: 'develop', run: () => walk(1) },
  ]
  const zoom: readonly Command[] = [
    { id: 'develop.zoom', label: 'develop.command.zoom', keys: ['Z'], group: 'zoom', run: photo(open => toggleZoom(open, getState().pane)) },
    { id: 'develop.space', label: 'develop.command.space', keys: ['Space'], group: 'zoom',
      run: photo(open => hasTool() ? setState({ panning: true }) : toggleZoom(open, getState().pane)), release: () => setState({ panning: false }) },
    { id: 'develop.zoom-in', label: 'develop.command.zoomIn', keys: ['Mod+='], group: 'zoom', repeats: true, run: photo(open => zoomStep(1, open)) },
    { id: 'develop.zoom-out', label: 'develop.command.zoomOut', keys: ['Mod+-'], group: 'zoom', repeats: true, run: photo(open => zoomStep(-1, open)) },
    { id: 'develop.zoom-fit', label: 'develop.command.zoomFit', keys: ['Mod+0'], group: 'zoom', run: photo(open => zoomTo('fit', open)) },
    { id: 'develop.zoom-four', label: 'develop.command.zoomFour', keys: ['Mod+Alt+0'], group: 'zoom', run: photo(open => zoomTo(4, open)) },
  ]
  const mask: readonly Command[] = [
    { id: 'mask.brush', label: 'develop.command.brush', keys: ['K'], group: 'mask', run: () => toggleTool('brush') },
    { id: 'mask.linear', label: 'develop.command.linear', keys: ['M'], group: 'mask', run: () => toggleTool('linear') },
    { id: 'mask.radial', label: 'develop.command.radial', keys: ['Shift+M'], group: 'mask', run: () => toggleTool('radial') },
    { id: 'mask.smaller', label: 'develop.command.smaller', keys: ['['], group: 'mask', repeats: true, when: hasBrush, run: () => setState(state => ({ brush: resizeBrush(state.brush, -1) })) },
    { id: 'mask.larger', label: 'develop.command.larger', keys: [']'], group: 'mask', repeats: true, when: hasBrush, run: () => setState(state => ({ brush: resizeBrush(state.brush, 1) })) },
    { id: 'mask.harder', label: 'develop.command.harder', keys: ['Shift+['], group: 'mask', repeats: true, when: hasTool, run: () => setState(state => ({ brush: featherBrush(state.brush, -1) })) },
    { id: 'mask.softer', label: 'develop.command.softer', keys: ['Shift+]'], group: 'mask', repeats: true, when: hasTool, run: () => setState(state => ({ brush: featherBrush(state.brush, 1) })) },
    { id: 'mask.erase', label: 'develop.command.erase', keys: ['Alt+E'], group: 'mask', when: hasTool, run: () => setState(state => ({ erase: !state.erase })) },
    { id: 'mask.show', label: 'develop.command.maskShow', keys: ['O'], group: 'mask', run: () => setState(state => ({ maskShown: !state.maskShown })) },
    { id: 'mask.colour', label: 'develop.command.maskColour', keys: ['Shift+O'], group: 'mask', run: () => setState(state => ({ maskColour: state.maskColour + 1, maskShown: true })) },
    { id: 'mask.pins', label: 'develop.command.pins', keys: ['H'], group: 'mask', run: () => setState(state => ({ pins: !state.pins })) },
    { id: 'mask.remove', label: 'develop.command.removeShape', keys: ['Delete', 'Backspace'], group: 'mask', when: () => hasTool() && getState().shape !== null,
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
