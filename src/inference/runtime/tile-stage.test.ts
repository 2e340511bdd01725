import { InferenceSession } from 'onnxruntime-node'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MemoryPicture, MemoryRoom, type PictureShape, scene } from '../../../test/helpers/pictures.ts'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { type KitRun, restoreInMemory, trusting } from '../engines/kit.ts'
import { readPack } from '../packs/read.ts'
import type { Judge } from './devices.ts'
import { SessionCache } from './sessions.ts'

const testPack = (name: string) => readPack(join(import.meta.dirname, '../../../test/packs', name))

async function run(name: string, source: MemoryPicture, more: Partial<KitRun> = {}) {
  const room = new MemoryRoom()
  const result = await restoreInMemory({ pack: await testPack(name), source, home: await tempFolder(), create: room.createSpool, ...more })
  return { ...result, samples: room.pictures[0]!.samples, room }
}

const shapes: PictureShape[] = [
  { width: 200, height: 131, channels: 3, depth: 8 }, { width: 200, height: 131, channels: 3, depth: 16 },
  { width: 97, height: 65, channels: 1, depth: 8 }, { width: 97, height: 65, channels: 1, depth: 16 },
  { width: 130, height: 70, channels: 4, depth: 8 }, { width: 130, height: 70, channels: 2, depth: 16 },
  { width: 5, height: 3, channels: 3, depth: 8 }, { width: 1, height: 300, channels: 3, depth: 8 }, { width: 300, height: 1, channels: 1, depth: 16 },
  { width: 1, height: 1, channels: 4, depth: 16 }, { width: 64, height: 64, channels: 3, depth: 8 }, { width: 65, height: 64, channels: 3, depth: 16 },
]

test.each(shapes)('identity in tiles is the input bit for bit: $width x $height, $channels channels, $depth bit', async shape => {
  const source = scene(shape)
  const { samples, guarded } = await run('identity', source)
  expect(guarded).toEqual([])
  expect(Buffer.compare(Buffer.from(samples.buffer), Buffer.from(source.samples.buffer))).toBe(0)
})

test('strength 0 gives the source back whatever the network says', async () => {
  const source = scene({ width: 100, height: 80, channels: 3, depth: 16 })
  expect((await run('box', source, { strength: 0 })).samples).toEqual(source.samples)
})

test('16 bits in keep more levels than 8 bits have', async () => {
  const ramp = new MemoryPicture({ width: 1000, height: 8, channels: 3, depth: 16 }, Uint16Array.from({ length: 24_000 }, (_, at) => 20_000 + Math.floor(at / 3) % 1000))
  expect(new Set((await run('box', ramp)).samples).size).toBeGreaterThan(900)
})

test.each([['nan', 'not-finite'], ['black', 'black'], ['shift', 'colour-drift']])('the pack %s: every tile keeps its input and is counted', async (name, reason) => {
  const source = scene({ width: 150, height: 70, channels: 3, depth: 8 })
  const { guarded, tiles, samples } = await run(name, source)
  expect(guarded.map(tile => tile.reason)).toEqual(Array.from({ length: tiles }, () => reason))
  expect(samples).toEqual(source.samples)
})

test.each(['sharpen', 'box'])('the pack %s is not blamed', async name => {
  expect((await run(name, scene({ width: 200, height: 150, channels: 3, depth: 8 }))).guarded).toEqual([])
})

test('cancel stops within one tile and leaves no picture open', async () => {
  const controller = new AbortController()
  const room = new MemoryRoom()
  let seen = 0
  const done = run('identity', scene({ width: 600, height: 600, channels: 3, depth: 8 }), {
    signal: controller.signal, create: room.createSpool,
    onTile(tiles) {
      seen = tiles
      if (tiles === 5) controller.abort()
    },
  })
  await expect(done).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(seen).toBe(5)
  expect(room.open).toBe(0)
})

/** Sessions whose runs fail as a driver's would. */
function failing(fails: (provider: string, dims: readonly number[]) => string | null): SessionCache {
  return new SessionCache(1e9, async (bytes, options) => {
    const [provider = ''] = options.executionProviders ?? []
    const session = await InferenceSession.create(bytes, { ...options, executionProviders: ['cpu'] })
    return {
      run(feeds) {
        const words = fails(typeof provider === 'string' ? provider : provider.name, feeds['image']?.dims ?? [])
        return words === null ? session.run(feeds) : Promise.reject(new Error(words))
      },
      release: () => session.release(),
    }
  })
}

test('a tile that does not fit is halved, told, and remembered for that pack and device', async () => {
  const source = scene({ width: 300, height: 200, channels: 3, depth: 8 })
  const home = await tempFolder()
  const sizes: number[] = []
  const sessions = () => failing((_, dims) => {
    sizes.push(dims[3] ?? 0)
    return (dims[3] ?? 0) > 32 ? 'Failed to allocate memory for requested buffer of size 1' : null
  })
  const { samples, side, notices, room } = await run('identity', source, { sessions: sessions(), home })
  expect(samples).toEqual(source.samples)
  expect(side).toBe(32)
  expect(notices.map(notice => notice.code)).toEqual(['TILE_HALVED'])
  expect(room.open).toBe(0)
  sizes.length = 0
  await run('identity', source, { sessions: sessions(), home })
  expect(Math.max(...sizes)).toBe(32)
})

test('a tile size that the user asked for is not changed', async () => {
  const sessions = failing(() => 'out of memory')
  await expect(run('identity', scene({ width: 300, height: 200, channels: 3, depth: 8 }), { sessions, tile: 128 })).rejects.toMatchObject({ code: 'OUT_OF_MEMORY', detail: { tile: 128 } })
})

test('a device that fails at run time falls to the next with a notice, and the photo goes on', async () => {
  const source = scene({ width: 300, height: 200, channels: 3, depth: 8 })
  let runs = 0
  const sessions = failing(provider => (provider === 'webgpu' && ++runs > 3 ? 'device lost' : null))
  const { samples, device, notices } = await run('identity', source, { sessions, providers: ['webgpu', 'cpu'], judge: trusting })
  expect(samples).toEqual(source.samples)
  expect(device.provider).toBe('cpu')
  expect(notices.map(notice => notice.code)).toEqual(['PROVIDER_FAILED'])
})

test('a device that was asked for and cannot be used is told', async () => {
  const judge: Judge = provider => trusting(provider).then(verdict => ({ ...verdict, usable: provider === 'cpu', reason: 'no driver' }))
  const { device, notices } = await run('identity', scene({ width: 40, height: 40, channels: 3, depth: 8 }), { providers: ['cuda'], judge })
  expect(device.provider).toBe('cpu')
  expect(notices.map(notice => notice.code)).toEqual(['PROVIDER_UNAVAILABLE'])
})

test('when the last device fails, the error says so', async () => {
  await expect(run('identity', scene({ width: 40, height: 40, channels: 3, depth: 8 }), { sessions: failing(() => 'illegal instruction') }))
    .rejects.toMatchObject({ code: 'PROVIDER_FAILED', detail: { provider: 'cpu', reason: 'illegal instruction' } })
})
