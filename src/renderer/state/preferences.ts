/** What a person prefers, kept by the studio. A change shows at once and is sent a moment later. */
import { create } from 'zustand'
import { defaultPreferences } from '../../shared/contract/default-preferences.ts'
import type { Preferences } from '../../shared/contract/settings.ts'
import { client } from '../client/client.ts'
import { setOwnKeys } from '../commands/dispatch.ts'
import { setLanguage } from '../words/words.ts'
import { showError } from './toasts.ts'

interface PreferencesState {
  preferences: Preferences
  loaded: boolean
  /** Grows when the words change, so that the window is drawn anew. */
  language: string
  load: () => Promise<void>
  set: (patch: Partial<Preferences>) => void
  setLayout: (key: string, value: number | string | boolean) => void
}

/** Milliseconds that changes are gathered before they are sent. */
const gather = 300
let unsent: Partial<Preferences> = {}
let timer: ReturnType<typeof setTimeout> | undefined

export const usePreferences = create<PreferencesState>((set, get) => ({
  preferences: defaultPreferences, loaded: false, language: 'en',
  load: async () => {
    const preferences = await client.settings.preferences({})
    set({ preferences: { ...preferences, ...unsent }, loaded: true })
    await show(get().preferences)
    set({ language: preferences.language })
  },
  set: (patch) => {
    set({ preferences: { ...get().preferences, ...patch } })
    void show(get().preferences).then(() => set({ language: get().preferences.language }), showError)
    unsent = { ...unsent, ...patch }
    clearTimeout(timer)
    timer = setTimeout(() => {
      const sent = unsent
      unsent = {}
      client.settings.setPreferences(sent).catch(showError)
    }, gather)
  },
  setLayout: (key, value) => get().set({ layout: { ...get().preferences.layout, [key]: value } }),
}))

async function show({ theme, stage, reducedMotion, keys, language }: Preferences): Promise<void> {
  const { dataset } = document.documentElement
  dataset['theme'] = theme
  dataset['stage'] = stage
  dataset['motion'] = reducedMotion
  setOwnKeys(keys)
  if (document.documentElement.lang !== language) await setLanguage(language)
}

type Wide<T> = T extends number ? number : T extends boolean ? boolean : T extends string ? string : never

/** One remembered value of the window's layout, with how to change it. */
export function useLayout<T extends number | string | boolean>(key: string, fallback: T): [Wide<T>, (value: Wide<T>) => void] {
  const kept = usePreferences((state) => state.preferences.layout[key])
  const setLayout = usePreferences((state) => state.setLayout)
  return [(typeof kept === typeof fallback ? kept : fallback) as Wide<T>, (value) => setLayout(key, value)]
}
