/** The built renderer in a real Chromium, served as files from a loopback address. */
import { expect, test } from '@playwright/test'
import { createReadStream, existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const built = join(import.meta.dirname, '../out/renderer')
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
let server: Server
let address: string

test.beforeAll(async () => {
  server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname))
    const file = join(built, path === '/' ? 'index.html' : path)
    if (!existsSync(file)) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
    createReadStream(file).pipe(response)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})

test.afterAll(() => server.close())

test('the empty library says what to do, without an error', async ({ page }) => {
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => { if (message.type() === 'error' && !message.text().includes('favicon')) complaints.push(message.text()) })
  await page.goto(address)
  await expect(page.getByRole('heading', { name: 'restill' })).toBeVisible()
  await expect(page.getByText('npm run fix')).toBeVisible()
  expect(complaints.filter(text => !text.includes('404'))).toEqual([])
})

test('its content security policy allows nothing unsafe and nothing remote', async ({ page }) => {
  await page.goto(address)
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content')
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
})
