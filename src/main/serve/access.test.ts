import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { Access } from './access.ts'

const nameAndValue = (cookie: string | null) => cookie?.split(';')[0] ?? ''

test('a browser that was let in stays let in when the server starts again on the same port', async () => {
  const file = join(await tempFolder(), 'sessions.json')
  const first = new Access(file, 4870)
  const cookie = nameAndValue(first.exchange(first.newToken()))
  expect(first.admits(cookie)).toBe(true)
  expect(new Access(file, 4870).admits(cookie)).toBe(true)
  expect(new Access(file, 4871).admits(cookie)).toBe(false)
})

test('cookies end after 30 days, and the oldest of many', async () => {
  const file = join(await tempFolder(), 'sessions.json')
  const access = new Access(file, 1)
  const cookies = Array.from({ length: 52 }, () => nameAndValue(access.exchange(access.newToken())))
  expect(cookies.map((cookie) => access.admits(cookie))).toEqual([false, false, ...Array.from({ length: 50 }, () => true)])
  const stored = JSON.parse(await readFile(file, 'utf8')) as { hash: string, at: number }[]
  await writeFile(file, JSON.stringify(stored.map(({ hash }) => ({ hash, at: Date.now() - 31 * 24 * 3600 * 1000 }))))
  expect(new Access(file, 1).admits(cookies[51])).toBe(false)
})

test('a damaged file lets nobody in, and is replaced', async () => {
  const file = join(await tempFolder(), 'sessions.json')
  await writeFile(file, '[{"hash":"x"}]')
  const access = new Access(file, 1)
  expect(access.admits('restill-1=x')).toBe(false)
  expect(access.admits('restill-1=')).toBe(false)
  expect(access.admits(nameAndValue(access.exchange(access.newToken())))).toBe(true)
})
