/** Section "Security" rule by rule, against a real server over a real studio. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { once } from 'node:events'
import { outcomeOf, testServer } from './server.fixture.ts'

test('without the cookie there is nothing but a sentence: pages, pictures, drops, the socket', async () => {
  const { ask, socket, origin } = await testServer()
  for (const path of ['/', '/index.html', '/assets/index-abc.js', '/photo/thumb/1?v=1', '/photo/library/index', '/anything']) {
    const { status, body } = await ask(path)
    expect([path, status]).toEqual([path, 401])
    expect(body.toString()).toContain('Open the address that the terminal shows')
  }
  expect((await ask('/inbox', { method: 'POST', headers: { origin } })).status).toBe(401)
  expect(await outcomeOf(socket({ origin }))).toBe(401)
  expect(await outcomeOf(socket({ origin, cookie: 'restill-1=x; restill=y' }))).toBe(401)
})

test('the token works once; a wrong or used one lets nobody in', async () => {
  const { ask, server } = await testServer()
  const address = new URL(server.newAddress())
  expect((await ask(`/?token=${'A'.repeat(43)}`)).status).toBe(403)
  expect((await ask('/?token=')).status).toBe(403)
  expect((await ask(`/photo/thumb/1${address.search}`)).status).toBe(401)
  expect((await ask(`/${address.search}`, { method: 'POST' })).status).toBe(401)

  const first = await ask(`/${address.search}`)
  expect(first).toMatchObject({ status: 303, headers: { location: '/', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' } })
  const again = await ask(`/${address.search}`)
  expect(again.status).toBe(403)
  expect(again.headers['set-cookie']).toBeUndefined()

  const void_ = new URL(server.newAddress())
  server.newAddress()
  expect((await ask(`/${void_.search}`)).status).toBe(403)
})

test('the cookie is kept from scripts and other sites, and its value is nowhere on disk', async () => {
  const { ask, server, home } = await testServer()
  const { headers } = await ask(`/${new URL(server.newAddress()).search}`)
  const [cookie = ''] = headers['set-cookie'] ?? []
  expect(cookie).toMatch(new RegExp(`^restill-${server.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/; Max-Age=\\d+$`))
  const value = cookie.split(/[=;]/)[1] ?? ''
  const file = join(home, 'serve-sessions.json')
  expect(await readFile(file, 'utf8')).not.toContain(value)
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o077).toBe(0)
  expect((await ask('/', { headers: { cookie: `a=b; restill-${server.port}=${value}` } })).status).toBe(200)
  expect((await ask('/', { headers: { cookie: `restill-${server.port}=${value.slice(1)}` } })).status).toBe(401)
})

test('a foreign Host is refused everywhere, with cookie and token (DNS rebinding)', async () => {
  const { ask, enter, socket, server } = await testServer()
  const cookie = await enter()
  const { port } = server
  const names = ['photos.example', '127.0.0.1.photos.example', 'localhost.', '0x7f.1'].map((name) => `${name}:${port}`)
  for (const host of [...names, '127.0.0.1', `127.0.0.1:${port + 1}`]) {
    expect([host, (await ask('/', { headers: { host, cookie } })).status]).toEqual([host, 403])
    expect([host, (await ask(`/${new URL(server.newAddress()).search}`, { headers: { host } })).status]).toEqual([host, 403])
    expect([host, await outcomeOf(socket({ host, cookie, origin: `http://${host}` }))]).toEqual([host, 403])
  }
  expect((await ask('/', { headers: { host: `LocalHost:${port}`, cookie } })).status).toBe(200)
})

test('a foreign Origin opens no socket and brings no file; pages of others get no picture', async () => {
  const { ask, enter, socket, origin, server } = await testServer()
  const cookie = await enter()
  const { port } = server
  const others = ['http://photos.example', 'null', `http://127.0.0.1:${port + 1}`, `http://localhost:${port}`, `https://127.0.0.1:${port}`, '']
  for (const foreign of others) {
    const named: Record<string, string> = foreign === '' ? {} : { origin: foreign }
    expect([foreign, await outcomeOf(socket({ cookie, ...named }))]).toEqual([foreign, 403])
    expect([foreign, (await ask('/inbox', { method: 'POST', headers: { cookie, ...named } })).status]).toEqual([foreign, 403])
  }
  expect(await outcomeOf(socket({ cookie, origin }))).toBe('open')
  expect(await outcomeOf(socket({ cookie, origin }, '/other'))).toBe(404)
  const fetched = (site: string, mode = 'no-cors', dest = 'image') =>
    ask('/index.html', { headers: { cookie, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } })
  expect((await fetched('cross-site')).status).toBe(403)
  expect((await fetched('same-site', 'navigate', 'iframe')).status).toBe(403)
  expect((await fetched('same-site', 'cors', 'empty')).status).toBe(403)
  expect((await fetched('same-origin')).status).toBe(200)
  expect((await fetched('none', 'navigate', 'document')).status).toBe(200)
})

test('no answer allows another origin, and every one carries the strict headers', async () => {
  const { ask, enter, origin } = await testServer()
  const cookie = await enter()
  for (const path of ['/', '/assets/index-abc.js', '/photo/thumb/1', '/photo/library/index', '/nowhere', '/?token=x']) {
    const { headers } = await ask(path, { headers: { cookie, origin: 'http://photos.example' } })
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin' })
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:/)
  }
  expect((await ask('/', { method: 'OPTIONS', headers: { cookie, origin, 'access-control-request-method': 'PUT' } })).status).toBe(405)
  expect((await ask('/', { method: 'TRACE', headers: { cookie } })).status).toBe(405)
})

test('files of the window alone are served, by no spelling of a path anything else', async () => {
  const { ask, enter } = await testServer()
  const headers = { cookie: await enter() }
  expect((await ask('/', { headers })).headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' })
  expect((await ask('/assets/index-abc.js', { headers })).headers['cache-control']).toContain('immutable')
  const paths = ['/../secret.json', '/%2e%2e/secret.json', '/assets/..%2f..%2fsecret.json', '/..%5csecret.json', '//secret.json', '/%00.json', '/assets',
    '/%', '/index.html%00.json']
  for (const path of paths) {
    const { status, body } = await ask(path, { headers })
    expect([path, status]).toEqual([path, 404])
    expect(body.toString()).not.toContain('nobody')
  }
})

test('pictures are asked for by number alone', async () => {
  const { ask, enter } = await testServer()
  const headers = { cookie: await enter() }
  const paths = ['thumb/999999', 'thumb/-1', 'thumb/1e3', 'thumb/..%2f..%2fsecret', 'thumb/9999999999', 'preview/../../secret.json',
    'constructor/1', '__proto__/1', 'zoom/1/2', 'zoom/1/99/99999/1', 'tile/none/source/0/0/0', 'tile/none/other/0/0/0',
    'report/none/index.html', 'report/../index.html', 'report/none/..%2fcatalog.sqlite', '']
  for (const path of paths) expect([path, (await ask(`/photo/${path}?v=1`, { headers })).status]).toEqual([path, 404])
})

test('unknown calls, malformed payloads and forged places are refused with a reason, never with a stack', async () => {
  const { client, logged } = await testServer()
  const studio = await client()
  const failure = (call: Promise<unknown>) => call.then(() => 'no error', (error: unknown) => JSON.parse(JSON.stringify(error)) as unknown)
  const rooms = studio as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>
  for (const [room, call] of [['catalog', 'drop'], ['library', 'constructor'], ['library', 'drop'], ['library', 'index.handler']] as const) {
    expect([room, call, await failure(rooms[room]![call]!({}))]).toMatchObject([room, call, { code: 'NOT_FOUND' }])
  }
  for (const input of [{ theme: 'pink' }, { theme: 'dark', extra: 1 }, 'dark', null, { keys: { a: 'b' } }]) {
    expect(await failure(studio.settings.setPreferences(input as never))).toMatchObject({ code: 'CALL_INVALID', data: { code: 'CALL_INVALID' } })
  }
  for (const token of ['', '../..', '/etc', 'AAAAAAAAAAAAAAAAAAAAAA', '__proto__']) {
    expect(await failure(studio.library.places({ token }))).toMatchObject({ code: 'PLACE_UNKNOWN', data: { hint: 'Choose the folder again.' } })
  }
  const stream = studio.library.import({ tokens: ['AAAAAAAAAAAAAAAAAAAAAA'], recursive: true })
  const read = stream.then(async (events) => { for await (const event of events) logged.push(event.kind) })
  const broken = await failure(read)
  expect(broken).toMatchObject({ code: 'PLACE_UNKNOWN', data: { message: expect.any(String) as string } })
  expect(JSON.stringify(broken)).not.toContain('node_modules')
  expect(logged).toEqual([])
})

test('a message over the limit ends the connection, and the server stays', async () => {
  const { enter, socket, origin, ask } = await testServer()
  const cookie = await enter()
  const connection = socket({ cookie, origin })
  await once(connection, 'open')
  connection.send(Buffer.alloc(17 * 1024 ** 2))
  const [code] = await once(connection, 'close') as [number]
  expect(code).toBe(1009)
  expect((await ask('/', { headers: { cookie } })).status).toBe(200)
})

test('a whole walk: roots, a folder, its import, its thumbnail', async () => {
  const { client, ask, enter } = await testServer()
  const studio = await client()
  const roots = await studio.library.places({ token: null })
  expect(roots).toMatchObject({ here: null, parent: null, places: [{ name: 'photos' }] })
  const inside = await studio.library.places({ token: roots.places[0]?.token ?? '' })
  expect(inside).toMatchObject({ parent: null, places: [{ name: 'shoot', photos: 1 }] })
  const ids: number[] = []
  for await (const event of await studio.library.import({ tokens: [inside.places[0]?.token ?? ''] })) {
    if (event.kind === 'done') ids.push(...event.ids)
  }
  expect(ids).toHaveLength(1)
  const thumb = await ask(`/photo/thumb/${ids[0]}?v=1`, { headers: { cookie: await enter() } })
  expect(thumb).toMatchObject({ status: 200, headers: { 'content-type': 'image/jpeg', 'cache-control': 'private, max-age=31536000, immutable' } })
  expect(thumb.body.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]))
})
