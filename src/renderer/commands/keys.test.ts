import { describe, expect, test } from 'vitest'
import { keyLabel, matches, parsePress, patternOf } from './keys.ts'

/** What tinykeys and patternOf look at. */
function press(key: string, code: string, modifiers: string[] = []): KeyboardEvent {
  const has = (name: string): boolean => modifiers.includes(name)
  return {
    key, code, ctrlKey: has('Control'), shiftKey: has('Shift'), altKey: has('Alt'), metaKey: has('Meta'), getModifierState: (name: string) => has(name),
  } as unknown as KeyboardEvent
}

describe('matches', () => {
  test.each([
    ['G', press('g', 'KeyG'), true], ['G', press('G', 'KeyG', ['CapsLock']), true], ['G', press('G', 'KeyG', ['Shift']), false], ['Shift+P', press('P', 'KeyP', ['Shift']), true],
    ['Mod+Shift+C', press('C', 'KeyC', ['Control', 'Shift']), true], ['Mod+Shift+C', press('c', 'KeyC', ['Control']), false],
    ['3', press('3', 'Digit3'), true], ['3', press('3', 'Numpad3'), true], ['Shift+3', press('#', 'Digit3', ['Shift']), true], ['Shift+[', press('{', 'BracketLeft', ['Shift']), true],
    ['[', press('[', 'BracketLeft'), true], [']', press(']', 'BracketRight'), true], ['\\', press('\\', 'Backslash'), true], ['Mod+/', press('/', 'Slash', ['Control']), true],
    ['?', press('?', 'Slash', ['Shift']), true], ['?', press('?', 'Comma'), true], ['Mod+\'', press('\'', 'Quote', ['Control']), true], ['Mod+=', press('=', 'Equal', ['Control']), true],
    ['Space', press(' ', 'Space'), true], ['F7', press('F7', 'F7'), true], ['Mod+,', press(',', 'Comma', ['Control']), true], ['Alt+F6', press('F6', 'F6', ['Alt']), true],
  ])('%s', (pattern, event, expected) => expect(matches(event, pattern)).toBe(expected))
})

test('what a person presses becomes the pattern that matches it', () => {
  for (const event of [press('g', 'KeyG'), press('C', 'KeyC', ['Control', 'Shift']), press('#', 'Digit3', ['Shift']), press('{', 'BracketLeft', ['Shift']), press('?', 'Slash', ['Shift']), press(' ', 'Space'), press('F2', 'F2'), press('ArrowLeft', 'ArrowLeft', ['Control'])]) {
    const pattern = patternOf(event)
    expect(pattern).not.toBeNull()
    expect(matches(event, pattern!), pattern!).toBe(true)
  }
  expect(patternOf(press('Shift', 'ShiftLeft', ['Shift']))).toBeNull()
})

test('keys are shown as people read them', () => {
  expect([keyLabel('Mod+Shift+C'), keyLabel('ArrowLeft'), keyLabel('Mod+\''), keyLabel('['), keyLabel('Space')]).toEqual(['Ctrl+Shift+C', '←', 'Ctrl+\'', '[', 'Space'])
})

test('a pattern without a key is refused', () => {
  expect(() => parsePress('')).toThrow(RangeError)
})
