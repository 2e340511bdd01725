/**
 * Every word the window says. English is complete and built in; other languages are folders beside `en` with the same files, loaded
 * when chosen, and fall back to English word by word.
 */
import i18next from 'i18next'
import batch from './en/batch.json'
import develop from './en/develop.json'
import exportWords from './en/export.json'
import library from './en/library.json'
import places from './en/places.json'
import settings from './en/settings.json'
import shell from './en/shell.json'

const english = { shell, library, develop, batch, export: exportWords, places, settings }

/** `a.b.c` for every word, without the endings that plurals have. */
type Leaves<T> = T extends string ? '' : { [K in keyof T & string]: Leaves<T[K]> extends infer L ? L extends '' ? Singular<K> : L extends string ? `${K}.${L}` : never : never }[keyof T & string]
type Singular<K extends string> = K extends `${infer Base}_${'one' | 'other' | 'zero'}` ? Base : K
export type WordKey = Leaves<typeof english>

const files = import.meta.glob<Record<string, unknown>>(['./*/*.json', '!./en/*.json'], { import: 'default' })

void i18next.init({
  lng: 'en', fallbackLng: 'en', resources: { en: { translation: english } }, interpolation: { escapeValue: false }, initAsync: false,
})

/** Words without values, by key: looking one up takes i18next some ten steps, and a screen has hundreds. */
const plain = new Map<WordKey, string>()

export function t(key: WordKey, values?: Readonly<Record<string, string | number>>): string {
  if (values !== undefined) return i18next.t(key, values)
  let word = plain.get(key)
  if (word === undefined) plain.set(key, word = i18next.t(key))
  return word
}

/** Languages there are words for. */
export function languages(): string[] {
  return ['en', ...new Set(Object.keys(files).map((path) => path.split('/')[1]!))]
}

/** @param language one of `languages()` */
export async function setLanguage(language: string): Promise<void> {
  if (language !== 'en' && !i18next.hasResourceBundle(language, 'translation')) {
    const words: Record<string, unknown> = {}
    for (const [path, load] of Object.entries(files)) {
      const [, folder, file] = path.split('/')
      if (folder === language && file !== undefined) words[file.replace('.json', '')] = await load()
    }
    i18next.addResourceBundle(language, 'translation', words)
  }
  await i18next.changeLanguage(language)
  plain.clear()
  document.documentElement.lang = language
  document.documentElement.dir = i18next.dir(language)
}

const numbers = new Map<number, Intl.NumberFormat>()
/** @param digits after the point */
export function number(value: number, digits = 0): string {
  let format = numbers.get(digits)
  if (format === undefined) numbers.set(digits, format = new Intl.NumberFormat(i18next.language, { minimumFractionDigits: digits, maximumFractionDigits: digits }))
  return format.format(value)
}

/** `02:10`, or `1:02:10`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const pad = (part: number): string => String(part).padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return `${hours > 0 ? `${hours}:` : ''}${pad(minutes)}:${pad(whole % 60)}`
}
