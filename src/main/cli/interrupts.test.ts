import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { watchInterrupts } from './interrupts.ts'

test('once finishes the photo in work, twice stops now, three times ends the program', () => {
  const source = new EventEmitter()
  const said: string[] = []
  const quits: number[] = []
  const interrupts = watchInterrupts(
    source,
    (text) => said.push(text),
    (code) => quits.push(code),
  )
  expect(interrupts.stopped).toBe(false)
  source.emit('SIGINT')
  expect([interrupts.afterCurrent.aborted, interrupts.now.aborted]).toEqual([true, false])
  source.emit('SIGINT')
  expect([interrupts.now.aborted, said.length, quits]).toEqual([true, 2, []])
  source.emit('SIGINT')
  expect(quits).toEqual([130])
  interrupts.release()
  expect(source.listenerCount('SIGINT') + source.listenerCount('SIGTERM')).toBe(0)
})

test('a polite request to end stops now', () => {
  const source = new EventEmitter()
  const interrupts = watchInterrupts(
    source,
    () => undefined,
    () => undefined,
  )
  source.emit('SIGTERM')
  expect([interrupts.stopped, interrupts.now.aborted]).toEqual([true, true])
})
