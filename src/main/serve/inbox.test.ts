import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writePhoto } from '../../../test/helpers/photos.ts'
import { testServer } from './server.fixture.ts'

async function drop(options: Parameters<typeof testServer>[0] = {}) {
  const server = await testServer(options)
  const headers = { cookie: await server.enter(), origin: server.origin }
  const { token } = JSON.parse((await server.ask('/inbox', { method: 'POST', headers })).body.toString()) as { token: string }
  const put = async (name: string, body: Buffer | string, extra: Record<string, string> = {}) => {
    const path = `/inbox/${token}?name=${encodeURIComponent(name)}`
    const { status, body: text } = await server.ask(path, { method: 'PUT', headers: { ...headers, ...extra }, body })
    return { status, ...JSON.parse(text.toString()) as { name?: string, bytes?: number, code?: string } }
  }
  const inbox = join(server.home, 'inbox')
  return { ...server, headers, token, put, inbox, files: async () => (await readdir(inbox, { recursive: true })).sort() }
}

test('a drop becomes a folder of its own below the home folder, and is imported from there', async () => {
  const { put, photos, client, headers, ask, inbox, files } = await drop()
  await writePhoto(join(photos, 'b.jpg'), { seed: 7 })
  const bytes = await readFile(join(photos, 'b.jpg'))
  expect(await put('wedding/day 1/b.jpg', bytes)).toMatchObject({ status: 200, name: 'b.jpg', bytes: bytes.length })
  expect(await put('wedding/day 1/b.jpg', bytes)).toMatchObject({ status: 200, name: 'b-2.jpg' })
  const day = new Date()
  const date = [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
  expect(await files()).toEqual(['', 'wedding', 'wedding/day 1', 'wedding/day 1/b-2.jpg', 'wedding/day 1/b.jpg'].map((name) => join(date, name)))
  expect(await readFile(join(inbox, date, 'wedding/day 1/b.jpg'))).toEqual(bytes)

  const second = JSON.parse((await ask('/inbox', { method: 'POST', headers })).body.toString()) as { token: string }
  await ask(`/inbox/${second.token}?name=c.jpg`, { method: 'PUT', headers, body: bytes })
  expect(await files()).toContain(join(`${date}-2`, 'c.jpg'))
  const studio = await client()
  const events = []
  for await (const event of await studio.library.import({ tokens: [second.token] })) events.push(event)
  expect(events.at(-1)).toMatchObject({ kind: 'done', added: 1, failed: [] })
})

test('names are made safe, and lead out of the drop in no spelling', async () => {
  const { put, files } = await drop()
  const cases: [string, string | null][] = [
    ['../../evil.jpg', null], ['a/../../evil.jpg', null], ['..\\evil.jpg', null], ['/etc/evil.jpg', 'evil.jpg'], ['C:\\x\\evil.jpg', 'evil.jpg'],
    ['nul.jpg', '_nul.jpg'], ['a\0b.jpg', 'a_b.jpg'], ['a:b?.jpg', 'a_b_.jpg'],
    [`${'x'.repeat(400)}.jpg`, 'long'], ['', null], ['.', null], [`${'d/'.repeat(13)}a.jpg`, null],
    ['.restill-upload-1.jpg', null], ['\u202egpj.jpg', '_gpj.jpg'],
  ]
  for (const [name, written] of cases) {
    const answer = await put(name, 'x')
    if (written === null) expect([name, answer.status, answer.code]).toEqual([name, 422, 'UPLOAD_REFUSED'])
    else if (written !== 'long') expect([name, answer.status, answer.name]).toEqual([name, 200, written])
    else expect(Buffer.byteLength(answer.name ?? '')).toBeLessThanOrEqual(200)
  }
  expect((await files()).filter((file) => file.includes('..') || file.includes('part'))).toEqual([])
})

test('only photos and their sidecars are taken', async () => {
  const { put } = await drop()
  for (const name of ['run.sh', 'page.html', 'movie.mp4', 'a.jpg.exe', 'Thumbs.db', '.hidden.jpg', 'noextension']) {
    expect([name, await put(name, 'x')]).toMatchObject([name, { status: 422, code: 'UPLOAD_REFUSED' }])
  }
  for (const name of ['a.JPG', 'b.nef', 'b.nef.xmp', 'c.tif']) expect([name, (await put(name, 'x')).status]).toEqual([name, 200])
})

test('a refusal reaches a browser that still sends', async () => {
  const { put } = await drop({ inboxLimits: { bytesPerFile: 1024 ** 2, filesPerDrop: 9, foldersDeep: 3 } })
  const film = Buffer.alloc(32 * 1024 ** 2, 1)
  expect(await put('film.mp4', film)).toMatchObject({ status: 422, code: 'UPLOAD_REFUSED' })
  expect(await put('large.jpg', film)).toMatchObject({ status: 422, code: 'UPLOAD_REFUSED' })
  expect(await put('endless.jpg', film, { 'transfer-encoding': 'chunked' })).toMatchObject({ status: 422, code: 'UPLOAD_REFUSED' })
})

test('too large, too many and broken uploads leave nothing behind', async () => {
  const { put, ask, headers, token, files } = await drop({ inboxLimits: { bytesPerFile: 1000, filesPerDrop: 3, foldersDeep: 3 } })
  expect(await put('declared.jpg', Buffer.alloc(1001))).toMatchObject({ status: 422, code: 'UPLOAD_REFUSED' })
  expect(await put('chunked.jpg', Buffer.alloc(5000), { 'transfer-encoding': 'chunked' })).toMatchObject({ status: 422, code: 'UPLOAD_REFUSED' })
  await expect(new Promise((_, reject) => {
    const sent = ask(`/inbox/${token}?name=short.jpg`, { method: 'PUT', headers: { ...headers, 'content-length': '900' }, body: 'only this' })
    sent.catch(reject)
    setTimeout(() => { reject(new Error('left waiting')) }, 300)
  })).rejects.toThrow()
  expect(await put('one.jpg', 'x')).toMatchObject({ status: 200 })
  expect(await put('four.jpg', 'x')).toMatchObject({ status: 422, code: 'UPLOAD_REFUSED' })
  expect((await files()).filter((file) => file.endsWith('.jpg'))).toHaveLength(1)
})

test('a drop that was not opened here takes nothing', async () => {
  const { ask, headers } = await drop()
  for (const token of ['AAAAAAAAAAAAAAAAAAAAAA', '%2e%2e%2fother', 'a/b']) {
    expect([token, (await ask(`/inbox/${token}?name=a.jpg`, { method: 'PUT', headers, body: 'x' })).status]).toEqual([token, 404])
  }
  expect((await ask('/inbox', { method: 'GET', headers })).status).toBe(405)
})
