/** What is being exported, and how: a preset that may be changed before it is used. */
import { create } from 'zustand'
import type { ExportPreset } from '../../shared/presets.ts'
import { client } from '../client/client.ts'
import { usePreferences } from '../state/preferences.ts'
import { showError, useToasts } from '../state/toasts.ts'
import { useView } from '../state/view.ts'
import type { ChosenFolder } from '../places/PlaceDialog.tsx'
import { t } from '../words/words.ts'

export interface StoredPreset { builtIn: boolean, preset: ExportPreset }
interface Draft {
  stored: readonly StoredPreset[]
  preset: ExportPreset | null
  /** The folder for a destination of kind `folder`; the preset itself holds no path from the window. */
  folder: ChosenFolder | null
  load: () => Promise<void>
  take: (name: string) => void
  change: (patch: Partial<ExportPreset>) => void
  setFolder: (folder: ChosenFolder) => void
}

export const useDraft = create<Draft>((set, get) => ({
  stored: [], preset: null, folder: null,
  load: async () => {
    const stored = await client.batch.presets({})
    const wanted = get().preset?.name ?? usePreferences.getState().preferences.defaultPreset
    const found = stored.find(({ preset }) => preset.name === wanted) ?? stored[0]
    set({ stored, preset: get().preset ?? found?.preset ?? null })
  },
  take: (name) => set({ preset: get().stored.find(({ preset }) => preset.name === name)?.preset ?? get().preset }),
  change: (patch) => {
    const { preset } = get()
    if (preset !== null) set({ preset: { ...preset, ...patch } })
  },
  setFolder: (folder) => set({ folder }),
}))

/** True when the preset differs from the stored one of its name. */
export function isChanged({ stored, preset }: Pick<Draft, 'stored' | 'preset'>): boolean {
  return preset !== null && JSON.stringify(stored.find((each) => each.preset.name === preset.name)?.preset) !== JSON.stringify(preset)
}

/** A window names a place by token; presets that name a folder of their own keep it. */
export function placeOf(preset: ExportPreset, folder: ChosenFolder | null): string | null {
  return preset.destination.kind === 'folder' ? folder?.token ?? null : null
}

/** @returns whether it began */
export async function exportNow(ids: readonly number[], preset: ExportPreset, folder: ChosenFolder | null): Promise<boolean> {
  const { show } = useToasts.getState()
  try {
    const { batch, counts } = await client.batch.export({ ids: [...ids], preset, place: placeOf(preset, folder) })
    const open = batch === null ? null : { label: t('export.show'), run: () => useView.getState().openBatch(batch) }
    show({ message: t('export.going', { count: counts.total }), action: open })
    return true
  } catch (error) {
    showError(error)
    return false
  }
}
