/** Photos on their way into the library. The import goes on whatever view is open. */
import { create } from 'zustand'
import { client } from '../client/client.ts'
import { t } from '../words/words.ts'
import { useLibrary } from './library.ts'
import { usePreferences } from './preferences.ts'
import { showError, useToasts } from './toasts.ts'
import { useTriage } from './triage.ts'
import { useView } from './view.ts'

type Event = Awaited<ReturnType<typeof client.library.import>> extends AsyncIterable<infer E> ? E : never
export type ImportReport = Extract<Event, { kind: 'done' }>

interface Imports {
  /** What is being brought in; null when nothing is. `total` null: still uploading. */
  running: { found: number, done: number, name: string, step: 'upload' | 'import' } | null
  report: ImportReport | null
  run: (tokens: readonly string[]) => Promise<void>
}

export const useImports = create<Imports>((set) => ({
  running: null, report: null,
  run: async (tokens) => {
    set({ running: { found: 0, done: 0, name: '', step: 'import' } })
    try {
      for await (const event of await client.library.import({ tokens: [...tokens], recursive: true })) {
        if (event.kind === 'progress') set({ running: { ...event, step: 'import' } })
        else finish(event)
      }
    } catch (thrown) {
      showError(thrown)
    } finally {
      set({ running: null })
    }
  },
}))

function finish(report: ImportReport): void {
  useImports.setState({ report })
  const { added, known, moved, failed } = report
  const problems = failed.length > 0
  const open = { label: t('library.import.details'), run: () => useView.getState().openDialog('import-report') }
  const message = added === 0 && known + moved > 0 ? t('library.import.known', { count: known + moved }) : t('library.import.added', { count: added })
  useToasts.getState().show({ message: problems ? `${message}. ${t('library.import.failed', { count: failed.length })}` : message, action: problems || added === 0 ? open : null, group: 'import' })
  if (usePreferences.getState().preferences.lookForBlur) void useTriage.getState().run(report.ids)
  if (added === 0) return
  // Names of new photos are put in order by a fresh index.
  void useLibrary.getState().load()
}
