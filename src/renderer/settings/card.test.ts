import { expect, test } from 'vitest'
import { blocksOf } from './card.ts'

test('headings, text over lines, lists, tables and code come apart', () => {
  const card = '# Title\n\nA **bold** line\nthat [goes on](x.md).\n\n- one\n  more\n- two\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |\n\n```sh\nrun `this`\n```\nend'
  expect(blocksOf(card)).toEqual([
    { kind: 'heading', text: 'Title' }, { kind: 'text', text: 'A bold line that goes on.' }, { kind: 'list', lines: ['one more', 'two'] },
    { kind: 'table', head: ['a', 'b'], rows: [['1', '2']] }, { kind: 'code', text: 'run `this`' }, { kind: 'text', text: 'end' },
  ])
})

test('what is not closed, empty or odd does not hang', () => {
  expect(blocksOf('```\nnever closed')).toEqual([{ kind: 'code', text: 'never closed' }])
  expect(blocksOf('|\n|')).toHaveLength(1)
  expect(blocksOf('')).toEqual([])
  expect(blocksOf('#no heading\n<script>')).toEqual([{ kind: 'text', text: '#no heading <script>' }])
})
