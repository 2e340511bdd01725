/** The engine on a tiny pack with random weights and real ONNX sessions: which graphs run, what is kept, where it stops. */
import { afterAll, expect, test } from 'vitest'
import { EngineBench, noisyTile } from '../../../../test/helpers/engines.ts'
import type { PackManifest } from '../../../shared/pack.ts'
import { completeControls } from '../controls.ts'
import { engine } from './engine.ts'

/** Its classifier finds class 1 everywhere, whose gains are 0.4, 0.2 and 0.1 dB. */
const bench = await EngineBench.of(engine, 'test-adarevd')
const { pack } = bench
afterAll(() => bench.close())
const { signal } = new AbortController()
const tile = noisyTile(96, 64)
const controls = (given: Record<string, number | string> = {}) => completeControls(engine.descriptor, given)

async function opened(tables?: Record<string, unknown>) {
  const { session, since } = await bench.open(tables)
  const state = await session.open(tile, {}, controls(), signal)
  const render = (given: Record<string, number | string>) => session.render(state, controls(given), signal)
  return { session, state, render, since }
}

test('a tile runs the sub-decoders up to its exit, and says so', async () => {
  const { since, render } = await opened()
  expect(since()).toEqual(['encoder', 'classifier'])
  const { figures } = await render({ tau: 0.15 })
  expect(since()).toEqual(['decoder1', 'decoder2'])
  expect(figures).toEqual({ exit: 2, class: 1, dRate: 2 / 3 })
})

test('after a full pass, moving the controls calls no session', async () => {
  const { since, render } = await opened()
  const full = await render({ tau: 0 })
  expect(since()).toEqual(['encoder', 'classifier', 'decoder1', 'decoder2', 'decoder3'])
  const pictures = [full]
  const moves = [{ tau: 0.15 }, { tau: 0.3 }, ...['1', '2', '3', '4'].map(depth => ({ depth }))]
  for (const given of moves) pictures.push(await render(given))
  expect(since()).toEqual([])
  expect(pictures.map(({ figures }) => figures!['exit'])).toEqual([3, 2, 1, 1, 2, 3, 3])
  expect(pictures[1]!.data).toBe(pictures[4]!.data)
  expect(pictures[1]!.data).not.toEqual(pictures[2]!.data)
})

test('sub-decoders that are not alike count by their work', async () => {
  const { render } = await opened({ exits: { ...pack.manifest.tables['exits'] as object, costs: [1, 3, 4] } })
  expect((await render({ depth: '2' })).figures).toMatchObject({ exit: 2, dRate: 0.5 })
})

test('the pack\'s restraint holds for the picture of every sub-decoder', async () => {
  const plain = await opened()
  const restraint = { keepDb: 60, sharp: 50, blurred: 60 }
  const held = await opened({ restraint })
  const change = ({ data }: { data: Float32Array }) => Math.sqrt(data.reduce((sum, value, at) => sum + (value - tile.data[at]!) ** 2, 0) / data.length)
  for (const depth of ['1', '2', '3']) {
    expect(change(await plain.render({ depth }))).toBeGreaterThan(0.002)
    expect(change(await held.render({ depth }))).toBeLessThan(0.0011)
  }
})

test('a deeper choice goes on where a shallower one stopped, to the same picture', async () => {
  const one = await opened()
  await one.render({ depth: '1' })
  one.since()
  const deepened = await one.render({ depth: '3' })
  expect(one.since()).toEqual(['decoder2', 'decoder3'])
  const other = await opened()
  expect((await other.render({ depth: '3' })).data).toEqual(deepened.data)
})

test('a class with nothing to gain comes back as it was', async () => {
  const gainsDb = [[1, 1, 1], [-0.5, 0.4, 0.2], ...Array.from({ length: 4 }, () => [1, 1, 1])]
  const { since, render } = await opened({ exits: { classEdgesDb: [20, 25, 30, 35, 40], gainsDb } })
  since()
  const { data, figures } = await render({ tau: 0.05 })
  expect(since()).toEqual([])
  expect(data).toBe(tile.data)
  expect(figures).toMatchObject({ exit: 0, dRate: 0 })
})

test('a pack may have tiles in doubt count as more blurred than is likeliest', async () => {
  const classQuantile = 1e-6
  const gainsDb = [[1, 1, 1], [1, -1, 1], ...Array.from({ length: 4 }, () => [1, 1, 1])]
  const table = { classEdgesDb: [20, 25, 30, 35, 40], gainsDb }
  const exitOf = async (exits: object) => (await (await opened({ exits })).render({ tau: 0.05 })).figures
  expect(await exitOf(table)).toMatchObject({ class: 1, exit: 1 })
  expect(await exitOf({ ...table, classQuantile })).toMatchObject({ class: 0, exit: 3 })
})

test('a state counts the bytes it holds and lets go of the features after the last sub-decoder', async () => {
  const { state, render } = await opened()
  const picture = tile.data.byteLength
  const features = state.bytes - picture
  expect(features).toBeGreaterThan(0)
  await render({ depth: '1' })
  expect(state.bytes).toBe(features + 2 * picture)
  await render({ depth: '3' })
  expect(state.bytes).toBe(4 * picture)
  state.dispose()
  expect(state.bytes).toBe(0)
})

test('cancelling stops between two graphs', async () => {
  const { session, state, since } = await opened()
  since()
  await expect(session.render(state, controls(), AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(since()).toEqual([])
})

const exits = { classEdgesDb: [20], gainsDb: [[1, 1, 1], [1, 1, 1]] }
test.each<[string, Partial<PackManifest>]>([
  ['classifier', { graphs: { encoder: pack.manifest.graphs['encoder']!, decoder1: pack.manifest.graphs['decoder1']! } }],
  ['cannot be read', { tables: {} }],
  ['one row for every class', { tables: { exits: { ...exits, classEdgesDb: [20, 30] } } }],
  ['one column for each of its 3', { tables: { exits: { ...exits, costs: [1, 2] } } }],
  ['one column for each of its 3', { tables: { exits: { ...exits, gainsDb: [[1], [1]] } } }],
  ['classQuantile', { tables: { exits: { ...exits, classQuantile: 1 } } }],
])('a pack that lacks something is refused: %s', (reason, changed) => {
  expect(() => { engine.checkPack({ ...pack.manifest, ...changed }, 'folder') })
    .toThrow(expect.objectContaining({ code: 'PACK_INVALID', detail: { file: 'folder', reason: expect.stringContaining(reason) as string } }))
})

test('a restraint that cannot be read is refused', () => {
  const manifest = { ...pack.manifest, tables: { ...pack.manifest.tables, restraint: { keepDb: 38 } } }
  expect(() => { engine.checkPack(manifest, 'folder') }).toThrow(expect.objectContaining({ code: 'PACK_INVALID' }))
})
