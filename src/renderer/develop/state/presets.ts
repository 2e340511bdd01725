/** Develop presets, read when first needed and after each change. */
import { create } from 'zustand'
import type { DevelopSettings } from '../../../shared/contract/develop.ts'
import { client } from '../../client/client.ts'
import { showError } from '../../state/toasts.ts'

type Preset = Awaited<ReturnType<typeof client.develop.presets>>[number]

export const usePresets = create<{ presets: readonly Preset[] }>(() => ({ presets: [] }))

export function loadPresets(): void {
  client.develop.presets({}).then(presets => usePresets.setState({ presets }), showError)
}

/** A name of the person's own is written over. The mask belongs to one photo and is left out. */
export function savePreset(name: string, settings: DevelopSettings): void {
  const id = usePresets.getState().presets.find(preset => !preset.builtIn && preset.name === name)?.id ?? null
  client.develop.savePreset({ id, name, settings: { ...settings, mask: null } }).then(loadPresets, showError)
}

export function removePreset(id: number): void {
  client.develop.removePreset({ id }).then(loadPresets, showError)
}
