import { expect, test } from 'vitest'
import { visible } from './visible.ts'

test('control characters and direction marks become escapes', () => {
  expect(visible('a\nb\tc\r')).toBe('a\\nb\\tc\\r')
  expect(visible('\u001b[2Jgone')).toBe('\\u{1b}[2Jgone')
  expect(visible('photo\u202egpj.exe')).toBe('photo\\u{202e}gpj.exe')
  expect(visible('half \ud83d end')).toBe('half \\u{d83d} end')
})

test('letters of every script and emoji stay', () => {
  for (const name of ['zdjęcia', 'Großer Jüdenhof', '#áçèïñ', 'תמונה.jpg', '写真.jpg', 'family 👨‍👩‍👧.jpg']) expect(visible(name)).toBe(name)
})
