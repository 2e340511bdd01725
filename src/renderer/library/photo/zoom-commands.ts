import { useCommands } from '../../commands/registry.ts'
import { stepIn, toggleZoom, zoomTo } from './zoom.ts'

/** Keys of every stage that shows photos at their own pixels. */
export function useZoomCommands(): void {
  useCommands([
    // Newer than the grid's own Space: the last one that is mounted wins.
    { id: 'zoom.toggle', label: 'library.command.zoom.toggle', keys: ['Z', 'Space'], group: 'zoom', run: () => toggleZoom() },
    { id: 'zoom.in', label: 'library.command.zoom.in', keys: ['Mod+=', 'Mod+Shift+='], group: 'zoom', repeats: true, run: () => stepIn(1) },
    { id: 'zoom.out', label: 'library.command.zoom.out', keys: ['Mod+-'], group: 'zoom', repeats: true, run: () => stepIn(-1) },
    { id: 'zoom.fit', label: 'library.command.zoom.fit', keys: ['Mod+0'], group: 'zoom', run: () => zoomTo('fit') },
    { id: 'zoom.one', label: 'library.command.zoom.one', keys: ['Mod+1'], group: 'zoom', run: () => zoomTo(1) },
  ], [])
}
