/** What the first screen does without: views and dialogs that open later, with their commands. */
import { BatchView } from './batch/BatchView.tsx'
import { DevelopView } from './develop/DevelopView.tsx'
import { useSettingsCommands } from './develop/settings-commands.ts'
import { SettingsDialogs } from './develop/SettingsDialogs.tsx'
import { ExportDialog } from './export/ExportDialog.tsx'
import { ShortcutSheet } from './layout/ShortcutSheet.tsx'
import { ImportDialog, ImportReportDialog } from './library/dialogs/ImportDialogs.tsx'
import { SettingsView } from './settings/SettingsView.tsx'

export const rest = {
  batch: BatchView, develop: DevelopView, settings: SettingsView,
  ExportDialog, ImportDialog, ImportReportDialog, SettingsDialogs, ShortcutSheet, useSettingsCommands,
}
