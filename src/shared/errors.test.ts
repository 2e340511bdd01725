import { expect, test } from 'vitest'
import { explain, fromWire, RestillError, toWire } from './errors.ts'
import { messages } from './messages.en.ts'

test('an error crosses a process boundary with its code and its words', () => {
  const error = new RestillError('FILE_EMPTY', { detail: { file: 'a.jpg' } })
  const back = fromWire(structuredClone(toWire(error)))
  expect(back.code).toBe('FILE_EMPTY')
  expect(explain(back)).toMatchObject({ code: 'FILE_EMPTY', message: 'a.jpg holds no bytes.' })
})

test('an unexpected value becomes INTERNAL, an abort CANCELLED', () => {
  expect(explain(new TypeError('x is not a function'))).toMatchObject({ code: 'INTERNAL', message: 'Something unexpected happened: x is not a function.' })
  expect(explain(new DOMException('stopped', 'AbortError')).code).toBe('CANCELLED')
})

test('every message but the cancelled one says what to do', () => {
  const silent = Object.entries(messages).filter(([, words]) => words.hint === '').map(([code]) => code)
  expect(silent).toEqual(['CANCELLED'])
})
