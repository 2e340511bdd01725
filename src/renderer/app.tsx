/** The window: one view at a time, dialogs over it, and what belongs to every view. */
import { useEffect } from 'react'
import { QueryClientProvider } from '@tanstack/react-query'
import { I18nProvider } from 'react-aria-components'
import { useRestoreCommands } from './batch/restore-commands.ts'
import { queries } from './client/queries.ts'
import { listen } from './commands/dispatch.ts'
import { useDesktopMenus } from './layout/desktop-menus.ts'
import { focusStage } from './layout/regions.ts'
import { useShellCommands } from './layout/shell-commands.ts'
import { ViewBoundary } from './layout/ViewBoundary.tsx'
import { useDrop } from './library/drop.ts'
import { ImportLine } from './library/ImportLine.tsx'
import { LibraryView } from './library/LibraryView.tsx'
import { followLibrary } from './state/follow-library.ts'
import { usePreferences } from './state/preferences.ts'
import { followProgress } from './state/progress.ts'
import { showError } from './state/toasts.ts'
import { useView, type ViewName } from './state/view.ts'
import { Toasts } from './ui/Toasts.tsx'
import { useRest } from './use-rest.ts'
import { t } from './words/words.ts'

/** @param library resolves when the library was loaded for the first time */
export function App({ library }: { library: Promise<void> }) {
  const view = useView((state) => state.view)
  const language = usePreferences((state) => state.language)
  const isOver = useDrop()
  useShellCommands()
  useRestoreCommands()
  useDesktopMenus()
  useEffect(() => {
    usePreferences.getState().load().catch(showError)
    const ends = [listen(window), followLibrary(library), followProgress()]
    return () => ends.forEach((end) => end())
  }, [])
  // What had the focus may be gone with the view before.
  useEffect(() => {
    if (document.activeElement === document.body) focusStage()
  }, [view])
  return (
    <QueryClientProvider client={queries}>
      <I18nProvider locale={language} key={language}>
        <ViewBoundary key={view}>{view === 'library' ? <LibraryView /> : <LaterView name={view} />}</ViewBoundary>
        <ViewBoundary key="later"><Later /></ViewBoundary>
        <ImportLine />
        {isOver && <div className="r-drop">{t('library.import.drop')}</div>}
        <Toasts />
      </I18nProvider>
    </QueryClientProvider>
  )
}

function LaterView({ name }: { name: Exclude<ViewName, 'library'> }) {
  const View = useRest(true)?.[name]
  return View === undefined ? <p className="r-loading" role="status">{t('shell.loading')}</p> : <View />
}

/** Dialogs over every view, and commands that reach further than theirs. */
function Later() {
  const dialog = useView((state) => state.dialog)
  const rest = useRest(dialog !== null)
  if (rest === null) return null
  const { ExportDialog, ImportDialog, ImportReportDialog, SettingsDialogs, ShortcutSheet } = rest
  return (
    <>
      <Commands use={rest.useSettingsCommands} />
      {dialog === 'import' && <ImportDialog />}
      {dialog === 'import-report' && <ImportReportDialog />}
      {dialog === 'export' && <ExportDialog />}
      <SettingsDialogs />
      {dialog === 'shortcuts' && <ShortcutSheet />}
    </>
  )
}

function Commands({ use: useThem }: { use: () => void }) {
  useThem()
  return null
}
