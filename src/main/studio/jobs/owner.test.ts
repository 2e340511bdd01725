import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { isDead, newOwner } from './owner.ts'

test('this process lives, and names itself anew each time', () => {
  const owner = newOwner()
  expect(isDead(owner)).not.toBe(true)
  expect(newOwner()).not.toBe(owner)
})

test('an ended process is dead, and so is one whose number was given to another', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  const [machine, , start, nonce] = newOwner().split('|')
  expect(isDead([machine, child.pid, start, nonce].join('|'))).toBe(true)
  if (start !== '?') expect(isDead([machine, process.pid, '1', nonce].join('|'))).toBe(true)
})

test('nothing is known of another machine, nor of what is no owner at all', () => {
  expect(isDead('elsewhere|1|2|3')).toBeNull()
  expect(isDead('')).toBeNull()
})
