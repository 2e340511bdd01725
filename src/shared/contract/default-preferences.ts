/** What holds until a person prefers otherwise; without schemas, as the window's first screen needs it. */
import type { Preferences } from './settings.ts'

export const defaultPreferences: Preferences = {
  theme: 'dark',
  language: 'en',
  reducedMotion: 'system',
  stage: 'mid',
  keys: {},
  keySet: 'lightroom',
  autoAdvance: false,
  lookForBlur: true,
  providers: [],
  captionsHost: 'http://127.0.0.1:11434',
  masterGigabytes: 20,
  whenDone: 'notify',
  defaultPreset: '',
  tourSeen: false,
  layout: {},
}
