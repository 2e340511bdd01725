/** The engine on a tiny pack with random weights and real ONNX sessions: which graphs run, and what the controls change. */
import { afterAll, expect, test } from 'vitest'
import { distance, EngineBench } from '../../../../test/helpers/engines.ts'
import { scene } from '../../../../test/helpers/pictures.ts'
import type { ControlValue } from '../../../shared/descriptor.ts'
import type { PackManifest } from '../../../shared/pack.ts'
import { completeControls } from '../controls.ts'
import type { Tile } from '../engine.ts'
import { engine } from './engine.ts'

const bench = await EngineBench.of(engine, 'test-glowdeblur')
const { pack } = bench
afterAll(() => bench.close())
const signal = new AbortController().signal
const photo = scene({ width: 300, height: 200, channels: 3, depth: 8 })
const tileOf = (x: number, width: number, height: number): Tile =>
  ({ x, y: 0, width, height, data: Float32Array.from({ length: 3 * width * height }, (_, at) => 0.5 + 0.4 * Math.sin((at % width + x) / 7) * Math.cos(Math.floor(at / width) / 9)) })
const tile = tileOf(0, 48, 40)
const whole = { latent: { reduction: 8, window: 64, overlap: 4 } }
const controls = (given: Record<string, ControlValue> = {}) => completeControls(engine.descriptor, given)

async function opened(tables: Record<string, unknown> = whole) {
  const { session, ran, since } = await bench.open(tables)
  const survey = await session.survey(photo, controls(), signal)
  const open = (given: Tile = tile) => session.open(given, survey, controls(), signal)
  const render = async (state: Awaited<ReturnType<typeof open>>, given: Record<string, ControlValue> = {}) => (await session.render(state, controls(given), signal)).data
  return { session, open, render, ran, since }
}


test('opening looks at the photo; a moved control runs the diffusion and the decoder, the same ones nothing', async () => {
  const { open, render, since } = await opened()
  const state = await open()
  expect(since()).toEqual(['motion', 'pre', 'encoder'])
  const first = await render(state)
  expect(since()).toEqual(['dit', 'decoder'])
  expect(await render(state)).toBe(first)
  expect(since()).toEqual([])
  const moved = [{ caption: 'a red boat' }, { caption: 'a red boat', captionWeight: 0.5 }, { motion: false }, { motionWeight: 2 }, { steps: '2' }]
  for (const given of moved) {
    const other = await render(state, given)
    expect([given, since()]).toEqual([given, [...'steps' in given ? ['dit'] : [], 'dit', 'decoder']])
    expect(distance(first, other)).toBeGreaterThan(1e-6)
  }
  expect(await render(state, { steps: '4' })).not.toEqual(first)
  expect(since()).toEqual(['dit', 'dit', 'dit', 'dit', 'decoder'])
  expect(await render(state)).toEqual(first)
  state.dispose()
})

test('controls that come to the same run nothing', async () => {
  const { open, render, since } = await opened()
  const state = await open()
  const first = await render(state, { motion: false })
  since()
  for (const given of [{ captionWeight: 2 }, { caption: 'the of ...' }, { caption: 'a boat', captionWeight: 0 }, { motionWeight: 2 }]) {
    expect(await render(state, { motion: false, ...given })).toBe(first)
  }
  const boat = await render(state, { caption: 'a red boat' })
  expect(await render(state, { caption: 'Red BOAT!' })).toBe(boat)
  expect(since()).toEqual(['dit', 'decoder'])
  state.dispose()
})

test('a caption beyond its weight is looked at with and without at once; a weight of 0 hides it', async () => {
  const { open, render, ran } = await opened()
  const state = await open()
  const [none, one, two] = [await render(state), await render(state, { caption: 'a red boat' }), await render(state, { caption: 'a red boat', captionWeight: 2 })]
  const given = ran.filter(({ name }) => name === 'dit').map(({ inputs }) => [inputs['latent']!.dims[0], inputs['sigma']!.dims, inputs['mask']!.data.reduce((sum, value) => sum + value, 0)])
  expect(given).toEqual([[1, [1], 0], [1, [1], 2], [2, [2], 2]])
  expect(distance(two, none)).toBeGreaterThan(distance(one, none))
  state.dispose()
})

test('the same photo gives the same result in every run; another photo other noise', async () => {
  const first = await opened()
  const again = await opened()
  const result = await first.render(await first.open())
  expect(await again.render(await again.open())).toEqual(result)
  const other = await again.session.survey(scene({ width: 310, height: 200, channels: 3, depth: 8 }), controls(), signal)
  const state = await again.session.open(tile, other, controls(), signal)
  expect((await again.session.render(state, controls(), signal)).data).not.toEqual(result)
})

test('a state counts what it holds, its rendering included, and is plain data but for dispose', async () => {
  const { session, open, render } = await opened()
  const state = await open()
  const before = state.bytes
  expect(before).toBeGreaterThan(2 * tile.data.byteLength)
  const data = await render(state)
  expect(state.bytes).toBe(before + tile.data.byteLength)
  const thawed = { ...structuredClone({ ...state, dispose: null }), dispose: () => undefined }
  expect((await session.render(thawed, controls(), signal)).data).toEqual(data)
  expect((await session.render(thawed, controls({ steps: '2' }), signal)).data).toEqual(await render(state, { steps: '2' }))
})

test('larger tiles are sampled in windows of latents and decoded once, without seams', async () => {
  const wide = tileOf(0, 160, 80)
  const run = async (tables: Record<string, unknown>) => {
    const { open, render, since } = await opened(tables)
    return { data: await render(await open(wide), { steps: '2' }), ran: since().filter(name => name === 'dit' || name === 'decoder') }
  }
  const once = await run(whole)
  const tiled = await run({ latent: { reduction: 8, window: 12, overlap: 4 } })
  expect(once.ran).toEqual(['dit', 'dit', 'decoder'])
  expect(tiled.ran).toEqual(['dit', 'dit', 'dit', 'dit', 'decoder'])
  expect(tiled.data).not.toEqual(once.data)
  expect(distance(tiled.data, once.data)).toBeLessThan(0.01)
})

test('the motion is told as lines with every result, twice the half chord that the network says', async () => {
  const { session, open, ran } = await opened()
  const state = await open()
  for (const given of [{}, { motion: false }]) {
    const { lines } = await session.render(state, controls(given), signal)
    expect(lines!['motion']).toMatchObject({ columns: 6, rows: 5 })
  }
  const { motion } = ran.find(({ name }) => name === 'dit')!.inputs
  const { lines } = await session.render(state, controls(), signal)
  expect(lines!['motion']!.u[7]).toBeCloseTo(2 * motion!.data[7]!, 5)
  expect(lines!['motion']!.v[7]).toBeCloseTo(2 * motion!.data[30 + 7]!, 5)
})

test('the pack\'s restraint limits the change of sharp places', async () => {
  const change = async (tables: Record<string, unknown>) => {
    const { open, render } = await opened({ ...whole, ...tables })
    return distance(await render(await open()), tile.data)
  }
  expect(await change({})).toBeGreaterThan(0.002)
  expect(await change({ restraint: { keepDb: 60, sharp: 50, blurred: 60 } })).toBeLessThan(0.0011)
})

test('cancelling stops before the next graph', async () => {
  const { session, open, since } = await opened()
  const state = await open()
  since()
  await expect(session.render(state, controls(), AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(since()).toEqual([])
})

const without = (name: string) => ({ graphs, ...rest }: PackManifest): PackManifest => ({ ...rest, graphs: Object.fromEntries(Object.entries(graphs).filter(([key]) => key !== name)) })
const table = (name: string, value: unknown) => (manifest: PackManifest): PackManifest => ({ ...manifest, tables: { ...manifest.tables, [name]: value } })

test.each<[string, (manifest: PackManifest) => PackManifest]>([
  ['no graph "motion"', without('motion')],
  ['no graph "dit"', without('dit')],
  ['table "latent"', table('latent', undefined)],
  ['table "sampler"', table('sampler', { sigmaStart: 2 })],
  ['table "text"', table('text', {})],
])('a pack that lacks something is refused: %s', (reason, spoil) => {
  expect(() => { engine.checkPack(spoil(pack.manifest), 'folder') })
    .toThrow(expect.objectContaining({ code: 'PACK_INVALID', detail: { file: 'folder', reason: expect.stringContaining(reason) as string } }))
})
