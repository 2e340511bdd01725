/**
 * Key patterns: `Mod+Shift+C`, `[`, `F7`, `Digit3`. Mod is Command on a Mac and Control elsewhere. Shift with a digit or a sign is
 * matched by the key's place, because the sign it gives differs from keyboard to keyboard.
 */
import { matchKeybindingPress, parseKeybinding, type KeybindingPress } from 'tinykeys'

const codes: Readonly<Record<string, string>> = {
  '[': 'BracketLeft', ']': 'BracketRight', '\\': 'Backslash', '/': 'Slash', '\'': 'Quote', '`': 'Backquote', '=': 'Equal', '-': 'Minus', ',': 'Comma', '.': 'Period', ';': 'Semicolon',
}
const named: Readonly<Record<string, string>> = {
  arrowleft: '←', arrowright: '→', arrowup: '↑', arrowdown: '↓', escape: 'Esc', delete: 'Del', backspace: 'Bksp', pageup: 'PgUp', pagedown: 'PgDn', ' ': 'Space', space: 'Space',
}
const mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)

export interface Press { modifiers: string[], key: string }

/** @throws {RangeError} when the pattern names no key */
export function parsePress(pattern: string): Press {
  const parts = pattern.split(/(?<=\w)\+/)
  const key = parts.pop()
  if (key === undefined || key === '') throw new RangeError(`no key in the pattern "${pattern}"`)
  return { modifiers: parts, key }
}

const parsed = new Map<string, KeybindingPress>()

function pressOf(pattern: string): KeybindingPress {
  let press = parsed.get(pattern)
  if (press === undefined) {
    const { modifiers, key } = parsePress(pattern)
    const place = modifiers.includes('Shift') || modifiers.includes('Alt') ? (codes[key] ?? (/^\d$/.test(key) ? `Digit${key}` : key)) : key
    // `?` needs Shift on some keyboards and none on others.
    const words = modifiers.map((modifier) => modifier === 'Mod' ? '$mod' : modifier)
    if (key === '?') words.push('[Shift]')
    press = parseKeybinding([...words, place === ' ' ? 'Space' : place].join('+'))[0]!
    parsed.set(pattern, press)
  }
  return press
}

export function matches(event: KeyboardEvent, pattern: string): boolean {
  return matchKeybindingPress(event, pressOf(pattern))
}

/** The pattern that an event would be written as; null while only modifiers are down. */
export function patternOf(event: KeyboardEvent): string | null {
  if (['Shift', 'Control', 'Alt', 'Meta', 'CapsLock'].includes(event.key)) return null
  const modifiers: string[] = []
  if (mac ? event.metaKey : event.ctrlKey) modifiers.push('Mod')
  if (mac && event.ctrlKey) modifiers.push('Control')
  if (event.altKey) modifiers.push('Alt')
  if (event.shiftKey && event.key !== '?') modifiers.push('Shift')
  const sign = Object.entries(codes).find(([, code]) => code === event.code)?.[0]
  const digit = /^Digit(\d)$/.exec(event.code)?.[1]
  const key = event.key === ' ' ? 'Space' : event.shiftKey || event.altKey ? (digit ?? (event.key === '?' ? '?' : sign) ?? event.key) : event.key
  return [...modifiers, key.length === 1 ? key.toUpperCase() : key].join('+')
}

/** As people read it: `Ctrl+Shift+C`, `⌘⇧C`. */
export function keyLabel(pattern: string): string {
  const { modifiers, key } = parsePress(pattern)
  const signs: Record<string, string> = mac ? { Mod: '⌘', Shift: '⇧', Alt: '⌥', Control: '⌃' } : { Mod: 'Ctrl', Control: 'Ctrl' }
  const name = named[key.toLowerCase()] ?? (key.length === 1 ? key.toUpperCase() : key.replace(/^(Digit|Key)/, ''))
  return [...modifiers.map((modifier) => signs[modifier] ?? modifier), name].join(mac ? '' : '+')
}
