import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { scene } from '../../../test/helpers/pictures.ts'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { asRestillError } from '../../shared/errors.ts'
import type { CallInput, RestoreProgress, Role } from '../../shared/guest.ts'
import { Guest, type GuestOptions } from './client.ts'

const packs = join(import.meta.dirname, '../../../test/packs')

function guest(role: Role, options: Partial<GuestOptions> = {}): Guest {
  const made = new Guest({ role, ...options })
  onTestFinished(() => made.stop())
  return made
}

async function photo(width: number, height: number): Promise<{ folder: string, input: CallInput<'restore'> }> {
  const folder = await tempFolder()
  const source = join(folder, 'photo.png')
  await sharp(scene({ width, height, channels: 3, depth: 8 }).samples, { raw: { width, height, channels: 3 } }).png({ compressionLevel: 1 }).toFile(source)
  return {
    folder,
    input: {
      source, imageHash: null, engine: 'nafnet-edge', pack: 'test-identity', packFolders: [packs], controls: {}, strength: 1, scale: 1, providers: ['cpu'],
      tile: null, output: { path: join(folder, 'out.png'), encode: { format: 'png' } }, master: null, comparisonEdge: 0, home: folder,
    },
  }
}

/** Resolves once no process has this id. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

test('starts with the first call only, answers, and stops', async () => {
  const infer = guest('infer')
  expect(infer.pid).toBeNull()
  const hello = await infer.call('hello', {})
  expect(hello).toMatchObject({ role: 'infer', pid: infer.pid })
  expect(Object.keys(hello.versions)).toContain('onnxruntime')
  const pid = infer.pid!
  await infer.stop()
  await gone(pid)
  expect(infer.pid).toBeNull()
  expect((await infer.call('engines', {})).map(engine => engine.id)).toContain('nafnet-edge')
})

test('restores a photo, with progress in tiles, and leaves nothing in the spool', async () => {
  const { folder, input } = await photo(300, 200)
  const seen: RestoreProgress[] = []
  const output = await guest('infer').call('restore', input, { onProgress: progress => { seen.push(progress) } })
  expect(output).toMatchObject({ pack: 'test-identity', provider: 'cpu', suspect: false, output: { format: 'png', width: 300, height: 200, depth: 8 } })
  expect([...new Set(seen.map(progress => progress.stage))]).toEqual(['waiting', 'decode', 'survey', 'tiles', 'encode'])
  expect(seen.at(-1)).toMatchObject({ tilesDone: output.tiles.total, tilesTotal: output.tiles.total })
  const decoded = (file: string) => sharp(file).raw().toBuffer()
  expect(Buffer.compare(await decoded(join(folder, 'out.png')), await decoded(input.source))).toBe(0)
  expect(await readdir(join(folder, 'spool'))).toEqual([])
})

test('an error keeps its code and the guest stays', async () => {
  const infer = guest('infer')
  const { input } = await photo(64, 64)
  await expect(infer.call('restore', { ...input, pack: 'no-such-pack' })).rejects.toMatchObject({ code: 'PACK_MISSING' })
  const { pid } = infer
  await expect(infer.call('restore', { ...input, engine: 'no-such-engine' })).rejects.toMatchObject({ code: 'ENGINE_UNKNOWN' })
  await expect(infer.call('restore', { ...input, source: join(packs, 'missing.jpg') })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  expect(infer.pid).toBe(pid)
})

test('a cancelled restore ends as cancelled and writes no output', async () => {
  const infer = guest('infer')
  const { folder, input } = await photo(1200, 900)
  const controller = new AbortController()
  const done = infer.call('restore', input, { signal: controller.signal, onProgress: progress => { if (progress.tilesDone >= 1) controller.abort() } })
  await expect(done).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(await readdir(folder)).not.toContain('out.png')
  expect(await readdir(join(folder, 'spool'))).toEqual([])
  await expect(infer.call('restore', input, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' })
})

test('a guest killed in the middle of a photo fails that call, and the next one works', async () => {
  const infer = guest('infer')
  const { input } = await photo(1200, 900)
  const done = infer.call('restore', input, {
    file: input.source,
    onProgress: progress => { if (progress.tilesDone >= 1 && infer.pid !== null) process.kill(infer.pid, 'SIGKILL') },
  })
  await expect(done).rejects.toMatchObject({ code: 'GUEST_CRASHED', detail: { file: input.source, exit: 'SIGKILL' } })
  expect((await infer.call('restore', input)).suspect).toBe(false)
})

test('two guests work at once', async () => {
  const { input } = await photo(600, 400)
  const other = await photo(600, 400)
  const results = await Promise.all([guest('infer').call('restore', input), guest('infer').call('restore', other.input)])
  expect(results.map(result => result.output.width)).toEqual([600, 600])
})

test('two photos in one guest overlap and both are right', async () => {
  const infer = guest('infer')
  const [one, two, three] = await Promise.all([photo(500, 300), photo(333, 222), photo(100, 100)])
  const results = await Promise.all([one, two, three].map(({ input }) => infer.call('restore', input)))
  expect(results.map(result => result.output.width)).toEqual([500, 333, 100])
})

test('a guest that keeps dying is not started for ever', async () => {
  const infer = guest('infer')
  const { input } = await photo(1200, 900)
  const codes: string[] = []
  for (let turn = 0; turn < 6; turn++) {
    const kill = (progress: RestoreProgress) => { if (progress.stage === 'decode' && infer.pid !== null) process.kill(infer.pid, 'SIGKILL') }
    codes.push(await infer.call('restore', input, { onProgress: kill }).then(() => 'OK', (error: unknown) => asRestillError(error).code))
  }
  expect(codes).toEqual(['GUEST_CRASHED', 'GUEST_CRASHED', 'GUEST_CRASHED', 'GUEST_CRASHED', 'GUEST_CRASHED', 'GUEST_START_FAILED'])
})

test('a guest that grew is replaced between two calls, not within one', async () => {
  const infer = guest('infer', { maxRssBytes: 1 })
  await infer.call('engines', {})
  const before = infer.pid
  await infer.call('engines', {})
  expect(infer.pid === null || infer.pid !== before).toBe(true)
})

test('a program that is no guest fails to start with its own words', async () => {
  await expect(guest('infer', { executable: '/no/such/node' }).call('hello', {})).rejects.toMatchObject({ code: 'GUEST_START_FAILED' })
})

test.skipIf(process.platform === 'win32')('a guest that stops answering is killed and told', async () => {
  const infer = guest('pixels')
  const { pid } = await infer.call('hello', {})
  process.kill(pid, 'SIGSTOP')
  await expect(infer.call('identify', { file: 'x', thumbnails: [] })).rejects.toMatchObject({ code: 'GUEST_UNRESPONSIVE' })
  await gone(pid)
})

test.skipIf(process.platform === 'win32')('kill -9 of the studio leaves no guest', async () => {
  const folder = await tempFolder()
  const studio = join(folder, 'studio.ts')
  const client = new URL('./client.ts', import.meta.url).href
  await writeFile(studio, `
    const { Guest } = await import(${JSON.stringify(client)})
    const { pid } = await new Guest({ role: 'infer' }).call('hello', {})
    process.send(pid)
    setInterval(() => undefined, 1000)
  `)
  const child = fork(studio, [], { execArgv: [], env: { ...process.env, NODE_OPTIONS: '' } })
  const [pid] = await once(child, 'message') as [number]
  process.kill(pid, 0)
  child.kill('SIGKILL')
  await gone(pid)
})

test('a waiting guest does not keep the studio from ending', async () => {
  const folder = await tempFolder()
  const studio = join(folder, 'studio.ts')
  await writeFile(studio, `
    const { Guest } = await import(${JSON.stringify(new URL('./client.ts', import.meta.url).href)})
    await new Guest({ role: 'infer' }).call('hello', {})
  `)
  const child = execFile(process.execPath, [studio], { env: { ...process.env, NODE_OPTIONS: '' } })
  expect((await once(child, 'exit'))[0]).toBe(0)
})

test('the guest refuses to be started by hand', async () => {
  const child = execFile(process.execPath, [fileURLToPath(new URL('../guest/main.ts', import.meta.url)), '--role=infer'], { env: { ...process.env, NODE_OPTIONS: '', NODE_CHANNEL_FD: undefined } })
  expect((await once(child, 'exit'))[0]).toBe(2)
})
