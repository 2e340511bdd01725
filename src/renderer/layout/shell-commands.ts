/** Commands of every view. */
import { client } from '../client/client.ts'
import { useCommands } from '../commands/registry.ts'
import { showError, useToasts } from '../state/toasts.ts'
import { useView } from '../state/view.ts'
import { t } from '../words/words.ts'
import { moveRegion } from './regions.ts'

async function back(step: 'undo' | 'redo'): Promise<void> {
  const { label } = await client.library[step]({})
  const message = label === null
    ? t(step === 'undo' ? 'shell.nothingToUndo' : 'shell.nothingToRedo')
    : t(step === 'undo' ? 'shell.undone' : 'shell.redone', { what: label })
  useToasts.getState().show({ message })
}

export function useShellCommands(): void {
  const { open, openDialog } = useView.getState()
  useCommands([
    { id: 'view.grid', label: 'shell.command.library', keys: ['G'], group: 'view', run: () => open('library', 'grid') },
    { id: 'view.loupe', label: 'shell.command.loupe', keys: ['E'], group: 'view', run: () => open('library', 'loupe') },
    { id: 'view.compare', label: 'shell.command.compare', keys: ['C'], group: 'view', run: () => open('library', 'compare') },
    { id: 'view.survey', label: 'shell.command.survey', keys: ['N'], group: 'view', run: () => open('library', 'survey') },
    { id: 'view.develop', label: 'shell.command.develop', keys: ['D'], group: 'view', run: () => open('develop') },
    { id: 'view.batch', label: 'shell.command.batch', keys: ['Mod+Shift+B'], group: 'view', run: () => open('batch') },
    { id: 'view.settings', label: 'shell.command.settings', keys: ['Mod+,'], group: 'view', run: () => open('settings') },
    { id: 'import', label: 'shell.command.import', keys: ['Mod+Shift+I'], group: 'general', run: () => openDialog('import') },
    { id: 'export', label: 'shell.command.export', keys: ['Mod+Shift+E'], group: 'batch', run: () => openDialog('export') },
    { id: 'undo', label: 'shell.command.undo', keys: ['Mod+Z'], group: 'general', run: () => void back('undo').catch(showError) },
    { id: 'redo', label: 'shell.command.redo', keys: ['Mod+Shift+Z', 'Mod+Y'], group: 'general', run: () => void back('redo').catch(showError) },
    { id: 'shortcuts', label: 'shell.command.shortcuts', keys: ['Mod+/', '?'], group: 'general', run: () => openDialog('shortcuts') },
    { id: 'region.next', label: 'shell.command.nextRegion', keys: ['F6'], group: 'general', everywhere: true, run: () => moveRegion(1) },
    { id: 'region.previous', label: 'shell.command.previousRegion', keys: ['Shift+F6'], group: 'general', everywhere: true, run: () => moveRegion(-1) },
    { id: 'fullscreen', label: 'shell.command.fullScreen', keys: ['F'], group: 'view', run: toggleFullScreen },
  ], [])
}

function toggleFullScreen(): void {
  const change = document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen()
  change.catch(showError)
}
