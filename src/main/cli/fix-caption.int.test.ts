/** `fix --caption` as a process of its own would run it, with a tiny pack in the models folder. */
import { execFile } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { writePhoto } from '../../../test/helpers/photos.ts'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { fakeOllama } from '../studio/captions/ollama.fixture.ts'
import { openStudio } from '../studio/studio.ts'
import { fakeDoor } from './fake-studio.ts'
import { run } from './program.ts'

vi.setConfig({ testTimeout: 240_000 })

const testPack = join(import.meta.dirname, '../../../test/packs/glowdeblur')

async function opened() {
  const folder = await tempFolder()
  await writePhoto(join(folder, 'in', 'a.jpg'), { seed: 1 })
  await cp(testPack, join(folder, 'home', 'models', 'test-glowdeblur'), { recursive: true })
  const ollama = await fakeOllama()
  const studio = await openStudio({ home: join(folder, 'home') })
  studio.preferences.set({ captionsHost: ollama.address })
  await studio.close()
  return { folder, ollama }
}

test('--caption auto asks the model at the settings\' address, and nobody else hears of it', async () => {
  const { folder, ollama } = await opened()
  const visits: string[] = []
  const decoy = createServer((socket) => {
    visits.push('a connection')
    socket.destroy()
  })
  await new Promise<void>((resolve) => { decoy.listen(0, '127.0.0.1', resolve) })
  onTestFinished(() => new Promise<void>((resolve) => { decoy.close(() => { resolve() }) }))
  const elsewhere = `http://127.0.0.1:${(decoy.address() as AddressInfo).port}`
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy', 'OLLAMA_HOST']
  const environment = { ...process.env, RESTILL_HOME: join(folder, 'home'), NODE_USE_ENV_PROXY: '1', NO_PROXY: '', no_proxy: '', npm_lifecycle_event: '' }
  for (const name of names) Object.assign(environment, { [name]: elsewhere })
  const choice = ['--engine', 'glowdeblur', '--pack', 'test-glowdeblur', '--caption', 'auto', '--device', 'cpu', '--no-report', '--json']
  const main = join(import.meta.dirname, 'main.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [main, 'fix', 'in', ...choice], { cwd: folder, env: environment })
  const [photo, end] = stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(photo).toMatchObject({ engine: 'glowdeblur', pack: 'test-glowdeblur 1.0.0' })
  expect(end).toMatchObject({ counts: { total: 1, failed: 0 } })
  expect([visits, ollama.pictures.length, ollama.asked.at(-1)]).toEqual([[], 1, 'unload'])
})

test('--caption wants an engine that reads captions, and says which', async () => {
  const { folder } = await opened()
  const fix = async (...args: string[]) => {
    const shown = fakeDoor({}, { base: folder, columns: 80 })
    return { code: await run(['fix', 'in', '--dry-run', ...args], { ...shown.door, home: join(folder, 'home'), open: openStudio }), err: shown.err() }
  }
  const { code, err } = await fix('--engine', 'nafnet-edge', '--caption', 'a boat')
  expect([code, err.includes('--engine glowdeblur')]).toEqual([2, true])
  const chosen = ['--engine', 'glowdeblur', '--pack', 'test-glowdeblur']
  expect(await fix(...chosen, '--caption', 'none')).toEqual({ code: 0, err: '' })
  expect((await fix(...chosen, '--caption', 'x'.repeat(1001))).code).toBe(2)
})
