import { useCommands } from '../../commands/registry.ts'
import { stepIn, toggleZoom, zoomTo } from './zoom.ts'

/** Keys of every stage that shows photos at their own pixels. */
export function useZoomCommands(): void {
  useCommands([
    // Newer than the grid's own Space: the last one that is mounted wins.
    { id: 'zoom.toggle', run: () => toggleZoom() },
    { id: 'zoom.in', repeats: true, run: () => stepIn(1) },
    { id: 'zoom.out', repeats: true, run: () => stepIn(-1) },
    { id: 'zoom.fit', run: () => zoomTo('fit') },
    { id: 'zoom.one', run: () => zoomTo(1) },
  ], [])
}
