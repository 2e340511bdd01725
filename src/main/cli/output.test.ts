import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { Output, type Stream } from './output.ts'

const colour = '\u001b[31m'

function terminal(isTTY: boolean): { stream: Stream; text: () => string } {
  const stream: Stream = new PassThrough()
  stream.isTTY = isTTY
  stream.columns = 60
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8')
  })
  return { stream, text: () => text }
}

function outputOn(out: boolean, err: boolean, environment: NodeJS.ProcessEnv = {}, json = false) {
  const stdout = terminal(out)
  const stderr = terminal(err)
  return { output: new Output({ stdout: stdout.stream, stderr: stderr.stream }, environment, json), out: stdout.text, err: stderr.text }
}

test('colour on a terminal alone, and never against NO_COLOR or on a dumb terminal', () => {
  expect(outputOn(true, true).output.paint('red', 'failed')).toContain(colour)
  expect(outputOn(true, true, { NO_COLOR: '1' }).output.paint('red', 'failed')).toBe('failed')
  expect(outputOn(true, true, { TERM: 'dumb' }).output.paint('red', 'failed')).toBe('failed')
  expect(outputOn(false, true).output.paint('red', 'failed')).toBe('failed')
})

test('a bar is drawn on a terminal, lines go above it, and it is gone at the end', () => {
  const { output, out } = outputOn(true, true, { NO_COLOR: '1' })
  output.draw(['[==>  ] 1 of 2'])
  output.line('failed a.jpg')
  output.draw(['[====>] 2 of 2'])
  output.clear()
  output.line('done')
  expect(out().indexOf('failed a.jpg')).toBeGreaterThan(out().indexOf('1 of 2'))
  expect(out().endsWith('done\n')).toBe(true)
})

test('into a file nothing is redrawn', () => {
  const { output, out } = outputOn(false, true)
  expect(output.isLive).toBe(false)
  output.draw(['[==>  ]'])
  output.line('1 of 2')
  expect(out()).toBe('1 of 2\n')
})

test('--json keeps standard output for data; a bar moves to standard error, unless both are one terminal', () => {
  const { output, out, err } = outputOn(false, true, {}, true)
  output.line('for people')
  output.note('a notice')
  output.data({ a: 1 })
  expect([out(), err()]).toEqual(['{"a":1}\n', 'a notice\n'])
  expect(output.isLive).toBe(true)
  expect(outputOn(true, true, {}, true).output.isLive).toBe(false)
})
