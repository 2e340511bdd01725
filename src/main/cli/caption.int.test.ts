import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { filesBelow } from '../../../test/helpers/bench.ts'
import { writePhoto } from '../../../test/helpers/photos.ts'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { fakeOllama, seeing, type FakeBehaviour } from '../studio/captions/ollama.fixture.ts'
import { openStudio } from '../studio/studio.ts'
import { fakeDoor } from './fake-studio.ts'
import { run } from './program.ts'

const boat = 'a red boat on a beach'

async function open(behaviour: FakeBehaviour = {}) {
  const folder = await tempFolder()
  for (const [index, name] of ['a.jpg', 'b.jpg'].entries()) await writePhoto(join(folder, 'in', name), { seed: index + 1 })
  const ollama = await fakeOllama(behaviour)
  const caption = async (...args: string[]) => {
    const shown = fakeDoor({}, { base: folder, columns: 80 })
    const door = { ...shown.door, home: join(folder, 'home'), open: openStudio }
    const code = await run(['caption', ...args], door)
    return { code, out: shown.out(), err: shown.err(), lines: () => shown.out().trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>) }
  }
  return { folder, ollama, caption }
}

test('captions are shown by name and kept, the files stay as they are', async () => {
  const { folder, ollama, caption } = await open()
  const before = await filesBelow(join(folder, 'in'))
  const first = await caption('in', '--host', ollama.address)
  expect(first).toMatchObject({ code: 0, err: '' })
  expect(first.out).toContain(`a.jpg\n  ${boat}\nb.jpg\n  ${boat}\n`)
  expect(first.out).toContain('2 photos: 2 new, 0 as before, 0 without a caption.')
  const again = await caption('in', '--host', ollama.address, '--json')
  expect(again.lines()).toEqual(['a.jpg', 'b.jpg'].map((name) => ({
    source: join(folder, 'in', name), caption: boat, model: 'gemma3:4b', promptVersion: 1, isNew: false, code: null, reason: null,
  })))
  expect(ollama.pictures).toHaveLength(2)
  expect(await filesBelow(join(folder, 'in'))).toEqual(before)
})

test('without ollama one line says how to get it, and a caption by hand needs none', async () => {
  const { caption } = await open()
  const none = await caption('in', '--host', 'http://127.0.0.1:1')
  expect(none.code).toBe(1)
  expect(none.err.match(/https:\/\/ollama\.com/g)).toHaveLength(1)
  const byHand = await caption('in/a.jpg', '--set', 'my boat', '--json')
  expect(byHand.code).toBe(0)
  expect(byHand.lines()).toMatchObject([{ caption: 'my boat', model: null, isNew: true }])
  expect((await caption('in/a.jpg', '--host', 'http://127.0.0.1:1')).out).toContain('my boat')
  expect((await caption('in/a.jpg', '--set', '')).out).toContain('1 photo: 0 new, 0 as before, 1 without a caption.')
})

test('what cannot be asked for ends with a sentence; a fault with one photo costs that one', async () => {
  const { ollama, caption } = await open({ models: [seeing('gemma3:4b')], fault: (asked) => asked === 0 ? 'error-line' : null })
  for (const args of [['in', '--set', 'x', '--model', 'y'], ['nowhere'], ['in', '--host', 'ftp://x'], ['in', '--host', 'http://me:secret@x']]) {
    const { code, err } = await caption(...args)
    expect([...args, code, err.length > 20, err.includes('secret')]).toEqual([...args, 2, true, false])
  }
  for (const model of ['big:cloud', 'nowhere']) {
    const { code, err } = await caption('in', '--host', ollama.address, '--model', model)
    expect([model, code, err.includes(model)]).toEqual([model, 1, true])
  }
  expect(ollama.pictures).toEqual([])
  const { code, out, err } = await caption('in', '--host', ollama.address)
  expect([code, out.includes('1 without a caption'), err.includes('GGML_ASSERT')]).toEqual([1, true, true])
})

test('asked to, it writes captions beside photos that have no description, and no other time', async () => {
  const { folder, ollama, caption } = await open()
  const photos = await filesBelow(join(folder, 'in'))
  const sidecar = (name: string) => readFile(join(folder, 'in', `${name}.xmp`), 'utf8').catch(() => null)
  await caption('in/a.jpg', '--set', 'my boat', '--write')
  expect(await sidecar('a.jpg')).toContain('my boat')
  await caption('in', '--set', 'another boat')
  expect(await sidecar('b.jpg')).toBeNull()
  await caption('in', '--set', '')
  const { out } = await caption('in', '--host', ollama.address, '--write')
  expect(out).toContain('1 sidecar written.')
  expect(await sidecar('a.jpg')).toContain('my boat')
  expect(await sidecar('b.jpg')).toContain(boat)
  expect(await filesBelow(join(folder, 'in'))).toMatchObject(photos)
})

test('no byte goes to a proxy of the environment, nor to another host that it names', async () => {
  const { folder, ollama } = await open()
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
  const main = join(import.meta.dirname, 'main.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [main, 'caption', 'in', '--host', ollama.address, '--json'], { cwd: folder, env: environment })
  expect(stdout.trim().split('\n').map((line) => (JSON.parse(line) as { caption: string }).caption)).toEqual([boat, boat])
  expect(visits).toEqual([])
  // The trap works: the global fetch does go there.
  const probe = `await fetch(${JSON.stringify(`${ollama.address}/api/version`)}).catch(() => undefined)`
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', probe], { env: environment })
  expect(visits).not.toEqual([])
})
