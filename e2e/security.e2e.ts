/** What a foreign page, a foreign name or a curious script gets of a running restill: nothing. In a real Chromium. */
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, RestillServer, test, workFolder } from './fixture.ts'

const built = process.env['RESTILL_RENDERER'] ?? join(import.meta.dirname, '../out/renderer')
const stranger = '<!doctype html><title>stranger</title><p>A page of somebody else.</p>'

test('opens without an error or a violated policy', async ({ window, complaints }) => {
  await expect(window.locator('#root > *').first()).toBeVisible()
  expect(await window.title()).toContain('restill')
  expect(complaints).toEqual([])
})

test('the address works once, leaves no token behind, and the cookie cannot be read', async ({ server, page, browser }) => {
  const missing = await page.goto(`${server.origin}/`)
  expect(missing?.status()).toBe(401)
  const wrong = await page.goto(`${server.origin}/?token=${'x'.repeat(43)}`)
  expect(wrong?.status()).toBe(403)

  await page.goto(server.address)
  expect(page.url()).toBe(`${server.origin}/`)
  const [cookie] = await page.context().cookies()
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/', domain: '127.0.0.1' })
  expect(await page.evaluate(() => document.cookie)).toBe('')

  const other = await (await browser.newContext()).newPage()
  expect((await other.goto(server.address))?.status()).toBe(403)
  expect((await other.goto(`${server.origin}/`))?.status()).toBe(401)
  await other.context().close()
})

test('a page of another server can neither read, write, connect, frame nor hold the window', async ({ server, window }) => {
  const { origin } = server
  const foreign = await serveStranger()
  // 127.0.0.1 on another port is the same site: the cookie goes along, and only the other checks stand.
  for (const host of ['127.0.0.1', 'localhost']) {
    const page = await window.context().newPage()
    await page.goto(`http://${host}:${foreign.port}/`)
    const tried = await page.evaluate(async (target) => {
      const read = async (path: string, options?: RequestInit): Promise<string> =>
        fetch(target + path, { credentials: 'include', ...options }).then((answer) => `got ${answer.type} ${answer.status}`, () => 'refused')
      const socket = new Promise<string>((resolve) => {
        const connection = new WebSocket(`${target.replace('http', 'ws')}/rpc`)
        connection.onopen = () => { resolve('open') }
        connection.onerror = () => { resolve('refused') }
      })
      const picture = new Promise<string>((resolve) => {
        const image = new Image()
        image.onload = () => { resolve('loaded') }
        image.onerror = () => { resolve('refused') }
        image.src = `${target}/photo/thumb/1`
      })
      return {
        page: await read('/'), photo: await read('/photo/thumb/1'), drop: await read('/inbox', { method: 'POST', body: '' }),
        socket: await socket, picture: await picture,
      }
    }, origin)
    expect(tried).toEqual({ page: 'refused', photo: 'refused', drop: 'refused', socket: 'refused', picture: 'refused' })

    await page.setContent(`<iframe src="${origin}/"></iframe>`)
    // Chromium shows its own page in place of one that may not be framed.
    await expect.poll(() => page.frames()[1]?.url()).toContain('chrome-error:')

    const held = await page.evaluate(async (target) => {
      const opened = self.open(target)
      // A window that no longer belongs to its opener looks closed to it.
      for (let waited = 0; opened !== null && !opened.closed && waited < 20_000; waited += 100) await new Promise((done) => { setTimeout(done, 100) })
      return opened === null || opened.closed
    }, `${origin}/`)
    expect(held).toBe(true)
    await page.close()
  }
  await foreign.close()
})

test('names that lead here by a trick are refused (DNS rebinding)', async ({ server, playwright }) => {
  const rebound = await playwright.chromium.launch({
    ...test.info().project.use.launchOptions, args: ['--no-sandbox', '--host-resolver-rules=MAP photos.example 127.0.0.1'],
  })
  const page = await rebound.newPage()
  const answer = await page.goto(`http://photos.example:${server.port}/`)
  expect(answer?.status()).toBe(403)
  expect((await page.goto(server.address.replace('127.0.0.1', 'photos.example')))?.status()).toBe(403)
  await rebound.close()
})

test('the page runs no code and loads nothing that did not come with it', async ({ window }) => {
  await window.waitForLoadState('load')
  const ran = await window.evaluate(async () => {
    const violations: string[] = []
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))
    const ran: string[] = []
    Object.assign(self, { ran })
    const inline = document.createElement('script')
    inline.textContent = 'self.ran.push("inline")'
    document.head.append(inline)
    document.body.insertAdjacentHTML('beforeend', `<img src="data:image/gif;base64,x" onerror="self.ran.push('handler')">
      <a id="link" href="javascript:self.ran.push('link')">x</a>`)
    document.querySelector<HTMLElement>('#link')?.click()
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it must not work
    try { setTimeout('self.ran.push("timeout")', 0) } catch { violations.push('timeout') }
    // The debugger that evaluates this may use eval; what runs later may not.
    await new Promise((done) => { setTimeout(done, 0) })
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- it must not work
    try { ran.push(String(new Function('return "eval"')())) } catch { violations.push('eval') }
    const foreign = document.createElement('script')
    foreign.src = 'https://example.com/x.js'
    document.head.append(foreign)
    const image = new Image()
    image.src = 'https://example.com/x.png'
    const fetched = await fetch('https://example.com/').then(() => 'fetched', () => 'refused')
    const frame = document.createElement('iframe')
    frame.src = 'https://example.com/'
    document.body.append(frame)
    for (let waited = 0; !violations.includes('frame-src') && waited < 20_000; waited += 100) await new Promise((done) => { setTimeout(done, 100) })
    return { ran, fetched, violations: [...new Set(violations)].sort() }
  })
  expect(ran.ran).toEqual([])
  expect(ran.fetched).toBe('refused')
  expect(ran.violations).toEqual(expect.arrayContaining(['connect-src', 'eval', 'frame-src', 'img-src', 'script-src-attr', 'script-src-elem']))
})

test('the window of the desktop goes nowhere and opens nothing', async ({ restill, window }) => {
  test.skip(restill.door !== 'desktop', 'A browser tab is its person\'s own.')
  const before = window.url()
  await window.evaluate(() => { location.href = 'https://example.com/' })
  await window.waitForTimeout(500)
  expect(window.url()).toBe(before)
  expect(await window.evaluate(() => self.open('https://example.com/') === null)).toBe(true)
  expect(await window.evaluate(() => typeof (self as { require?: unknown }).require)).toBe('undefined')
  expect(await window.evaluate(() => navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state))).toBe('denied')
})

test('the built page has one strict policy and no inline code', () => {
  const html = readFileSync(join(built, 'index.html'), 'utf8')
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? []
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
  // Thumbnails come as data addresses (docs/decisions/0014): pictures may, nothing else.
  expect(policy).toContain("img-src 'self' photo: blob: data:;")
  expect(policy.replace("blob: data:", 'blob:')).not.toMatch(/unsafe|https?:|\*|data:/)
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>/)
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/)
  expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].every(([, address = '']) => address.startsWith('/') || address.startsWith('./'))).toBe(true)
  for (const name of readdirSync(join(built, 'assets')).filter((file) => file.endsWith('.css'))) {
    expect(readFileSync(join(built, 'assets', name), 'utf8')).not.toMatch(/@import|url\((?!["']?data:)["']?https?:/)
  }
})

test('its cookie opens the server again after both were gone', async ({ page }) => {
  test.skip(process.env['RESTILL_E2E_DOOR'] === 'desktop', 'The desktop has no cookie.')
  const { folder, remove } = await workFolder()
  const server = new RestillServer(folder)
  try {
    await server.start()
    await server.open(page)
    await server.kill()
    await server.start()
    expect((await page.goto(`${server.origin}/`))?.status()).toBe(200)
  } finally {
    await server.stop()
    await remove()
  }
})

async function serveStranger(): Promise<{ port: number, close: () => Promise<void> }> {
  const server: Server = createServer((_, response) => { response.setHeader('content-type', 'text/html').end(stranger) })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((done) => {
      server.closeAllConnections()
      server.close(() => { done() })
    }),
  }
}
