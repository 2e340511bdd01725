/**
 * A page that nothing listens to. A browser that is driven by Playwright reports every request, and keeps its address for as long as the page lives;
 * for a thumbnail by a data address that is the picture itself. Here the page is only told what to run, so that its memory is what a person's would be.
 */
import { chromium } from '@playwright/test'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

interface Memory { own: number, all: number }
interface BarePage {
  goto(address: string): Promise<void>
  /** What an expression, or the promise that it is, comes to. */
  evaluate<T>(expression: string): Promise<T>
  /** Of the process that draws the page, at its most, megabytes: what it holds for itself alone (the task manager's figure), and all it has. */
  readonly memory: Memory
  close(): Promise<void>
}

/** @param script runs in every page before its own code */
export async function openBarePage(script: string, size: { width: number, height: number }): Promise<BarePage> {
  const profile = await mkdtemp(join(tmpdir(), 'restill-bare-'))
  const browser = spawn(process.env['RESTILL_CHROMIUM'] ?? chromium.executablePath(), [
    '--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-background-timer-throttling', '--disable-renderer-backgrounding', `--window-size=${size.width},${size.height}`,
  ], { stdio: ['ignore', 'ignore', 'pipe'] })
  const line = new Promise<string>((resolve, reject) => {
    createInterface({ input: browser.stderr }).on('line', text => {
      const address = /DevTools listening on (ws:\S+)/.exec(text)?.[1]
      if (address !== undefined) resolve(address)
    })
    browser.once('exit', code => { reject(new Error(`Chromium ended with ${code}`)) })
  })
  const send = await connect(await line)
  const { targetId } = await send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true })
  await send('Page.enable', {}, sessionId)
  await send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false }, sessionId)
  await send('Page.addScriptToEvaluateOnNewDocument', { source: script }, sessionId)
  const memory: Memory = { own: 0, all: 0 }
  let timer: ReturnType<typeof setInterval> | undefined
  return {
    memory,
    async goto(address) {
      await send('Page.navigate', { url: address }, sessionId)
      const { processInfo } = await send<{ processInfo: { type: string, id: number }[] }>('SystemInfo.getProcessInfo', {})
      const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
      clearInterval(timer)
      timer = setInterval(() => { for (const id of renderers) sample(id, memory) }, 250)
    },
    async evaluate<T>(expression: string) {
      const { result, exceptionDetails } = await send<{ result: { value: T }, exceptionDetails?: { text: string, exception?: { description?: string } } }>(
        'Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, sessionId)
      if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
      return result.value
    },
    async close() {
      clearInterval(timer)
      const ended = once(browser, 'exit')
      browser.kill()
      await ended
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    },
  }
}

function sample(id: number, peak: Memory): void {
  let status: string
  try {
    status = readFileSync(`/proc/${id}/status`, 'utf8')
  } catch {
    // A process that has ended holds nothing.
    return
  }
  const megabytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024 / 1e6
  peak.own = Math.max(peak.own, megabytes('RssAnon') + megabytes('VmSwap'))
  peak.all = Math.max(peak.all, megabytes('VmHWM'))
}

type Send = <T>(method: string, params: object, sessionId?: string) => Promise<T>

/** The DevTools protocol over the browser's own socket. */
async function connect(address: string): Promise<Send> {
  const socket = new WebSocket(address)
  const open = new Map<number, { resolve: (value: never) => void, reject: (error: Error) => void }>()
  let last = 0
  socket.addEventListener('message', event => {
    const { id, result, error } = JSON.parse(String(event.data)) as { id?: number, result?: unknown, error?: { message: string } }
    const waiting = id === undefined ? undefined : open.get(id)
    if (id === undefined || waiting === undefined) return
    open.delete(id)
    if (error === undefined) waiting.resolve(result as never)
    else waiting.reject(new Error(error.message))
  })
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => { resolve() })
    socket.addEventListener('error', () => { reject(new Error(`no answer at ${address}`)) })
  })
  return <T>(method: string, params: object, sessionId?: string) => new Promise<T>((resolve, reject) => {
    last++
    open.set(last, { resolve, reject })
    socket.send(JSON.stringify({ id: last, method, params, ...(sessionId === undefined ? {} : { sessionId }) }))
  })
}
