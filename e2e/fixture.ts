/**
 * A real restill for one test: `restill serve` as a process of its own with its own home and its own copies of the sample photos, or, with
 * RESTILL_E2E_DOOR=desktop, the Electron window. The journeys are the same on both doors.
 */
import { test as base, type Page } from '@playwright/test'
import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openDesktop } from './electron.ts'

const root = join(import.meta.dirname, '..')

export interface Restill {
  readonly door: 'browser' | 'desktop'
  readonly home: string
  /** The folder that the window may look through; `photos/shoot` holds copies of the samples. */
  readonly photos: string
  /** Process id of the studio. */
  readonly pid: number
  /** Opens the window's page with a fresh address. */
  open(page: Page): Promise<void>
  /** Ends the studio without a chance to tidy up, as a power cut would. */
  kill(): Promise<void>
  /** Starts it again on the same home, and the same port in the browser: windows that are open find it by themselves. */
  start(): Promise<void>
}

/** `restill serve` as a person would start it. */
export class RestillServer implements Restill {
  readonly door = 'browser'
  readonly home: string
  readonly photos: string
  port = 0
  #address = ''
  #child: ChildProcess | null = null
  #words = ''

  constructor(folder: string, home = join(folder, 'home')) {
    this.home = home
    this.photos = join(folder, 'photos')
  }

  /** Where its pages are, e.g. `http://127.0.0.1:4870`. */
  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** The address that lets one browser in. */
  get address(): string {
    return this.#address
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('restill does not run')
    return this.#child.pid
  }

  async start(args: readonly string[] = []): Promise<void> {
    const places = ['--home', this.home, '--root', this.photos, '--port', String(this.port)]
    const command = ['src/main/cli/restill.mjs', 'serve', '--json', '--no-open', ...places, ...args]
    const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    this.#words = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => { this.#words += text })
    const line = await Promise.race([
      new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
      new Promise<string>((_, reject) => child.once('exit', (code) => { reject(new Error(`restill serve ended with ${code}: ${this.#words}`)) })),
    ])
    const { address, port } = JSON.parse(line) as { address: string, port: number }
    this.#address = address
    this.port = port
  }

  async open(page: Page): Promise<void> {
    await page.goto(this.#address)
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise<void>((resolve) => child.once('exit', () => { resolve() }))
    child.kill(signal)
    await gone
  }
}

/** A folder for one test with a `photos/shoot` of samples; gone with the test. */
export async function workFolder(): Promise<{ folder: string, remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'restill-e2e-'))
  await cp(join(root, 'resources/samples'), join(folder, 'photos/shoot'), { recursive: true })
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) }
}

interface Fixtures {
  restill: Restill
  /** The same, for what a browser's server alone has; skips the test in the desktop. */
  server: RestillServer
  /** The window, open and connected. */
  window: Page
  /** Errors of the page and of its console, for tests that want none. */
  complaints: string[]
}

export const test = base.extend<Fixtures>({
  complaints: async ({}, use) => { await use([]) },
  restill: async ({}, use, info) => {
    const { folder, remove } = await workFolder()
    try {
      if (process.env['RESTILL_E2E_DOOR'] === 'desktop') {
        const desktop = await openDesktop(folder)
        await use(desktop)
        await desktop.close()
      } else {
        const server = new RestillServer(folder)
        await server.start()
        await use(server)
        await server.stop()
      }
      if (info.status !== info.expectedStatus) {
        const log = await readFile(join(folder, 'home/restill.log'), 'utf8').catch(() => '')
        if (log !== '') await info.attach('restill.log', { body: log, contentType: 'text/plain' })
      }
    } finally {
      await remove()
    }
  },
  server: async ({ restill }, use, info) => {
    if (restill instanceof RestillServer) await use(restill)
    else info.skip(true, 'The desktop has no server.')
  },
  window: async ({ restill, page, complaints }, use) => {
    const window = restill.door === 'desktop' ? await (restill as Awaited<ReturnType<typeof openDesktop>>).window() : page
    window.on('pageerror', (error) => complaints.push(error.message))
    window.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()) })
    await restill.open(window)
    await use(window)
  },
})

export { expect } from '@playwright/test'
