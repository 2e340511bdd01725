/** The engine on a tiny pack with random weights and real ONNX sessions: which graphs run, and what gamma changes. */
import { afterAll, expect, test } from 'vitest'
import { distance, EngineBench, noisyTile } from '../../../../test/helpers/engines.ts'
import type { PackManifest } from '../../../shared/pack.ts'
import { completeControls } from '../controls.ts'
import type { Tile } from '../engine.ts'
import { engine } from './engine.ts'

const bench = await EngineBench.of(engine, 'test-osdd')
const { pack } = bench
afterAll(() => bench.close())
const signal = new AbortController().signal
const tile = noisyTile(48, 40)

async function opened(tables?: Record<string, unknown>) {
  const { session, ran, since } = await bench.open(tables)
  const gamma = (value: number) => completeControls(engine.descriptor, { gamma: value })
  const open = (given: Tile = tile) => session.open(given, {}, gamma(0.7), signal)
  return { session, open, gamma, ran, since }
}
const whole = { latent: { reduction: 4, window: 64, overlap: 4 } }


test('opening encodes; a moved gamma runs the denoiser and the decoder, the same one nothing', async () => {
  const { session, open, gamma, since } = await opened(whole)
  const state = await open()
  expect(since()).toEqual(['encoder'])
  const first = await session.render(state, gamma(0.7), signal)
  expect(since()).toEqual(['denoiser', 'decoder'])
  expect(await session.render(state, gamma(0.7), signal)).toEqual(first)
  expect(since()).toEqual([])
  const other = await session.render(state, gamma(0), signal)
  expect(since()).toEqual(['denoiser', 'decoder'])
  expect(distance(first.data, other.data)).toBeGreaterThan(0.001)
  expect((await session.render(state, gamma(0.7), signal)).data).toEqual(first.data)
  state.dispose()
})

test('gamma is given as a scalar and steers evenly between its ends', async () => {
  const { session, open, gamma, ran } = await opened(whole)
  const state = await open()
  const results: Float32Array[] = []
  for (const value of [0, 0.25, 0.5, 1]) results.push((await session.render(state, gamma(value), signal)).data)
  const given = ran.filter(({ name }) => name === 'denoiser').map(({ inputs }) => inputs['gamma']!)
  expect(given.map(({ data, dims }) => [[...data], dims])).toEqual([0, 0.25, 0.5, 1].map(value => [[value], []]))
  const apart = results.map(data => distance(data, results[0]!))
  expect(apart).toEqual(apart.toSorted((a, b) => a - b))
  state.dispose()
})

test('a state counts what it holds, its rendering included, and is plain data but for dispose', async () => {
  const { session, open, gamma } = await opened(whole)
  const state = await open()
  const before = state.bytes
  expect(before).toBeGreaterThan(1.5 * tile.data.byteLength)
  const { data } = await session.render(state, gamma(0.5), signal)
  expect(state.bytes).toBe(before + tile.data.byteLength)
  const thawed = { ...structuredClone({ ...state, dispose: null }), dispose: () => undefined }
  expect((await session.render(thawed, gamma(0.5), signal)).data).toEqual(data)
  expect((await session.render(thawed, gamma(0.2), signal)).data).toEqual((await session.render(state, gamma(0.2), signal)).data)
})

test('larger tiles are denoised in windows of latents and decoded once, without seams', async () => {
  const wide: Tile = { x: 0, y: 0, width: 96, height: 48, data: Float32Array.from({ length: 3 * 96 * 48 }, (_, at) => 0.5 + 0.4 * Math.sin(at % 96 / 7) * Math.cos(Math.floor(at / 96) / 9)) }
  const render = async (tables: Record<string, unknown>) => {
    const { session, open, gamma, since } = await opened(tables)
    const { data } = await session.render(await open(wide), gamma(0.3), signal)
    return { data, ran: since() }
  }
  const once = await render(whole)
  const tiled = await render({ latent: { reduction: 4, window: 16, overlap: 8 } })
  expect(once.ran).toEqual(['encoder', 'denoiser', 'decoder'])
  expect(tiled.ran).toEqual(['encoder', 'denoiser', 'denoiser', 'decoder'])
  expect(tiled.data).not.toEqual(once.data)
  expect(distance(tiled.data, once.data)).toBeLessThan(0.01)
})

test('the pack\'s restraint limits the change of sharp places', async () => {
  const change = async (tables: Record<string, unknown>) => {
    const { session, open, gamma } = await opened({ ...whole, ...tables })
    return distance((await session.render(await open(), gamma(0), signal)).data, tile.data)
  }
  expect(await change({})).toBeGreaterThan(0.002)
  expect(await change({ restraint: { keepDb: 60, sharp: 50, blurred: 60 } })).toBeLessThan(0.0011)
})

test('cancelling stops before the next graph', async () => {
  const { session, open, gamma, since } = await opened()
  const state = await open()
  since()
  await expect(session.render(state, gamma(0.1), AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(since()).toEqual([])
})

const without = (name: string) => ({ graphs, ...rest }: PackManifest): PackManifest => ({ ...rest, graphs: Object.fromEntries(Object.entries(graphs).filter(([key]) => key !== name)) })
const latent = (table: unknown) => (manifest: PackManifest): PackManifest => ({ ...manifest, tables: { latent: table } })

test.each<[string, (manifest: PackManifest) => PackManifest]>([
  ['no graph "denoiser"', without('denoiser')],
  ['no graph "decoder"', without('decoder')],
  ['table "latent"', latent(undefined)],
  ['does not fit', latent({ reduction: 4, window: 15, overlap: 4 })],
  ['does not fit', latent({ reduction: 3, window: 16, overlap: 4 })],
  ['more than half', latent({ reduction: 4, window: 16, overlap: 9 })],
])('a pack that lacks something is refused: %s', (reason, spoil) => {
  expect(() => { engine.checkPack(spoil(pack.manifest), 'folder') })
    .toThrow(expect.objectContaining({ code: 'PACK_INVALID', detail: { file: 'folder', reason: expect.stringContaining(reason) as string } }))
})
