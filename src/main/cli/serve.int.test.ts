/** `restill serve` as a person starts and ends it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'

vi.setConfig({ testTimeout: 120_000 })

const main = join(import.meta.dirname, 'main.ts')

interface Started { child: ChildProcess, out: () => string, err: () => string, ended: Promise<number | null>, line: Promise<string> }

async function serve(...args: string[]): Promise<Started & { folder: string }> {
  const folder = await tempFolder()
  await mkdir(join(folder, 'window'))
  await writeFile(join(folder, 'window/index.html'), '<!doctype html>')
  return { folder, ...start(folder, ['--renderer', join(folder, 'window'), ...args]) }
}

function start(folder: string, args: readonly string[]): Started {
  const command = [main, 'serve', '--no-open', '--home', join(folder, 'home'), '--root', folder, ...args]
  const child = spawn(process.execPath, command, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  const { promise: line, resolve: firstLine } = Promise.withResolvers<string>()
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString()
    if (out.includes('\n')) firstLine(out.slice(0, out.indexOf('\n')))
  })
  child.stderr.on('data', (text: Buffer) => { err += text.toString() })
  const ended = new Promise<number | null>((resolve) => { child.on('close', (code) => { resolve(code); firstLine('') }) })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, out: () => out, err: () => err, ended, line }
}

test.skipIf(process.platform === 'win32')('prints an address that opens once, and ends in order on Ctrl-C', async () => {
  const { child, line, out, ended } = await serve('--port', '0')
  const address = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}/.exec(await line)?.[0] ?? ''
  expect((await fetch(address, { redirect: 'manual' })).status).toBe(303)
  expect((await fetch(address, { redirect: 'manual' })).status).toBe(403)
  child.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(out()).toContain('Ctrl-C ends it.')
  await expect(fetch(address)).rejects.toThrow()
})

test('what is in the way is said in a sentence: no window, a port in use', async () => {
  const folder = await tempFolder()
  const missing = start(folder, ['--port', '0', '--renderer', join(folder, 'nothing')])
  expect(await missing.ended).toBe(2)
  expect(missing.err()).toContain('npm run build')

  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => { taken.once('listening', done) })
  onTestFinished(() => { taken.close() })
  const second = await serve('--port', String((taken.address() as AddressInfo).port))
  expect(await second.ended).toBe(2)
  expect(second.err()).toContain('--port 0')
  expect(second.err()).not.toContain('    at ')
})

test('on another address than this machine it warns', async () => {
  const { line, err, child, ended } = await serve('--port', '0', '--host', '0.0.0.0')
  expect(await line).toContain('http://127.0.0.1:')
  await vi.waitFor(() => { expect(err()).toContain('without encryption') }, 10_000)
  child.kill()
  await ended
})
