/** The window: one view at a time, dialogs over it, and what belongs to every view. */
import { useEffect } from 'react'
import { QueryClientProvider } from '@tanstack/react-query'
import { I18nProvider } from 'react-aria-components'
import { useRestoreCommands } from './batch/restore-commands.ts'
import { BatchView } from './batch/BatchView.tsx'
import { queries } from './client/queries.ts'
import { listen } from './commands/dispatch.ts'
import { DevelopView } from './develop/DevelopView.tsx'
import { useSettingsCommands } from './develop/settings-commands.ts'
import { SettingsDialogs } from './develop/SettingsDialogs.tsx'
import { ExportDialog } from './export/ExportDialog.tsx'
import { useDesktopMenus } from './layout/desktop-menus.ts'
import { focusStage } from './layout/regions.ts'
import { ShortcutSheet } from './layout/ShortcutSheet.tsx'
import { useShellCommands } from './layout/shell-commands.ts'
import { ViewBoundary } from './layout/ViewBoundary.tsx'
import { ImportDialog, ImportReportDialog } from './library/dialogs/ImportDialogs.tsx'
import { useDrop } from './library/drop.ts'
import { ImportLine } from './library/ImportLine.tsx'
import { LibraryView } from './library/LibraryView.tsx'
import { SettingsView } from './settings/SettingsView.tsx'
import { followLibrary } from './state/follow-library.ts'
import { usePreferences } from './state/preferences.ts'
import { followProgress } from './state/progress.ts'
import { showError } from './state/toasts.ts'
import { useView } from './state/view.ts'
import { Toasts } from './ui/Toasts.tsx'
import { t } from './words/words.ts'

const views = { library: LibraryView, develop: DevelopView, batch: BatchView, settings: SettingsView }

export function App() {
  const view = useView((state) => state.view)
  const dialog = useView((state) => state.dialog)
  const language = usePreferences((state) => state.language)
  const isOver = useDrop()
  useShellCommands()
  useRestoreCommands()
  useSettingsCommands()
  useDesktopMenus()
  useEffect(() => {
    usePreferences.getState().load().catch(showError)
    const ends = [listen(window), followLibrary(), followProgress()]
    return () => ends.forEach((end) => end())
  }, [])
  // What had the focus may be gone with the view before.
  useEffect(() => {
    if (document.activeElement === document.body) focusStage()
  }, [view])
  const View = views[view]
  return (
    <QueryClientProvider client={queries}>
      <I18nProvider locale={language} key={language}>
        <ViewBoundary key={view}><View /></ViewBoundary>
        {dialog === 'import' && <ImportDialog />}
        {dialog === 'import-report' && <ImportReportDialog />}
        {dialog === 'export' && <ExportDialog />}
        <SettingsDialogs />
        {dialog === 'shortcuts' && <ShortcutSheet />}
        <ImportLine />
        {isOver && <div className="r-drop">{t('library.import.drop')}</div>}
        <Toasts />
      </I18nProvider>
    </QueryClientProvider>
  )
}
