/** Which view is open, and how the Library shows its photos. */
import { create } from 'zustand'

export type ViewName = 'library' | 'develop' | 'batch' | 'settings'
export type Stage = 'grid' | 'loupe' | 'compare' | 'survey'
export type DialogName = 'import' | 'import-report' | 'collection' | 'smart-collection' | 'export' | 'shortcuts' | 'rename' | 'paste-settings' | 'sync-settings'

interface View {
  view: ViewName
  stage: Stage
  /** The dialog over the view, if any. */
  dialog: DialogName | null
  /** Whatever the view itself is told on opening, such as the batch to show. */
  batch: number | null
  open: (view: ViewName, stage?: Stage) => void
  openBatch: (batch: number) => void
  openDialog: (dialog: DialogName | null) => void
}

export const useView = create<View>((set) => ({
  view: 'library', stage: 'grid', dialog: null, batch: null,
  open: (view, stage) => set(stage === undefined ? { view } : { view, stage }),
  openBatch: (batch) => set({ view: 'batch', batch }),
  openDialog: (dialog) => set({ dialog }),
}))
