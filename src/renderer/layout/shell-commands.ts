/** Commands of every view. */
import { client } from '../client/client.ts'
import { useCommands } from '../commands/registry.ts'
import { forgetCaptions } from '../state/captions.ts'
import { showError, useToasts } from '../state/toasts.ts'
import { useView } from '../state/view.ts'
import { t } from '../words/words.ts'
import { moveRegion } from './regions.ts'

async function back(step: 'undo' | 'redo'): Promise<void> {
  const { label } = await client.library[step]({})
  void forgetCaptions()
  const message = label === null
    ? t(step === 'undo' ? 'shell.nothingToUndo' : 'shell.nothingToRedo')
    : t(step === 'undo' ? 'shell.undone' : 'shell.redone', { what: label })
  useToasts.getState().show({ message })
}

export function useShellCommands(): void {
  const { open, openDialog } = useView.getState()
  useCommands([
    { id: 'view.grid', run: () => open('library', 'grid') },
    { id: 'view.loupe', run: () => open('library', 'loupe') },
    { id: 'view.compare', run: () => open('library', 'compare') },
    { id: 'view.survey', run: () => open('library', 'survey') },
    { id: 'view.develop', run: () => open('develop') },
    { id: 'view.batch', run: () => open('batch') },
    { id: 'view.settings', run: () => open('settings') },
    { id: 'import', run: () => openDialog('import') },
    { id: 'export', run: () => openDialog('export') },
    { id: 'undo', run: () => void back('undo').catch(showError) },
    { id: 'redo', run: () => void back('redo').catch(showError) },
    { id: 'shortcuts', run: () => openDialog('shortcuts') },
    { id: 'region.next', everywhere: true, run: () => moveRegion(1) },
    { id: 'region.previous', everywhere: true, run: () => moveRegion(-1) },
    { id: 'fullscreen', run: toggleFullScreen },
  ], [])
}

function toggleFullScreen(): void {
  const change = document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen()
  change.catch(showError)
}
