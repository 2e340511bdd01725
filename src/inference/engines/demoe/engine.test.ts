/** The engine on a tiny pack with random weights and real ONNX sessions: which graphs run, and what that changes. */
import { afterAll, expect, test } from 'vitest'
import { EngineBench, noisyTile } from '../../../../test/helpers/engines.ts'
import { scene } from '../../../../test/helpers/pictures.ts'
import type { PackManifest } from '../../../shared/pack.ts'
import { completeControls } from '../controls.ts'
import { kinds } from './descriptor.ts'
import { engine } from './engine.ts'

const bench = await EngineBench.of(engine, 'test-demoe')
const { pack } = bench
afterAll(() => bench.close())
const signal = new AbortController().signal
const photo = scene({ width: 300, height: 200, channels: 3, depth: 8 })
const tile = noisyTile(64, 48)

async function opened(tables?: Record<string, unknown>) {
  const { session, since } = await bench.open(tables)
  const controls = (given: Record<string, number | string>) => completeControls(engine.descriptor, given)
  const survey = await session.survey(photo, controls({}), signal)
  return { session, survey, controls, since }
}

test('the survey reads a bounded number of rows and gives every kind a likelihood', async () => {
  const { session, controls } = await opened()
  const read: [number, number][] = []
  const tall = scene({ width: 520, height: 3000, channels: 1, depth: 16 })
  const watched = {
    width: 520, height: 3000, channels: 1, depth: 16,
    readRows: (y: number, count: number) => {
      read.push([y, count])
      return tall.readRows(y, count)
    },
  } as const
  const { figures } = await session.survey(watched, controls({}), signal)
  expect(read).toEqual([[0, 160], [946, 160], [1893, 160], [2840, 160]])
  const likely = kinds.map(({ id }) => figures![`p.${id}`]!)
  expect(likely.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1)
  expect(figures!['expert']).toBe(likely.indexOf(Math.max(...likely)))
})

test('the pack\'s restraint holds where the leading expert is one of the restrained', async () => {
  const restraint = { keepDb: 60, sharp: 50, blurred: 60 }
  const change = async (tables: Record<string, unknown>, expert: string) => {
    const { session, survey, controls } = await opened(tables)
    const { data } = await session.render(await session.open(tile, survey, controls({}), signal), controls({ expert }), signal)
    return Math.sqrt(data.reduce((sum, value, at) => sum + (value - tile.data[at]!) ** 2, 0) / data.length)
  }
  const free = await change({}, 'low_light')
  expect(free).toBeGreaterThan(0.002)
  expect(await change({ restraint, restrained: ['defocus'] }, 'low_light')).toBe(free)
  expect(await change({ restraint, restrained: ['defocus'] }, 'defocus')).toBeLessThan(0.0011)
  expect(await change({ restraint }, 'low_light')).toBeLessThan(0.0011)
})

test('only routed experts run, and only what a moved control needs', async () => {
  const { session, survey, controls, since } = await opened()
  since()
  const state = await session.open(tile, survey, controls({}), signal)
  expect(since()).toEqual(['encoder'])
  const first = await session.render(state, controls({ expert: 'defocus' }), signal)
  expect(since()).toEqual(['expert-0-0', 'stage-1', 'expert-1-0', 'stage-2', 'expert-2-0', 'tail'])
  expect(await session.render(state, controls({ expert: 'defocus', topK: 4, routing: 'tile' }), signal)).toEqual(first)
  expect(since()).toEqual([])
  const other = await session.render(state, controls({ expert: 'low_light' }), signal)
  expect(since().filter(name => name.startsWith('expert'))).toEqual(['expert-0-4', 'expert-1-4', 'expert-2-4'])
  expect(other.data).not.toEqual(first.data)
  expect(other.figures!['expert']).toBe(4)
  await session.render(state, controls({ expert: 'defocus', second: 'low_light', share: 0.5 }), signal)
  expect(since().filter(name => name.startsWith('expert'))).toHaveLength(6)
  await session.render(state, controls({ topK: 5 }), signal)
  expect(since().filter(name => name.startsWith('expert'))).toHaveLength(15)
  state.dispose()
})

test('routed in every tile, the router is asked once a tile', async () => {
  const { session, survey, controls, since } = await opened()
  const state = await session.open(tile, survey, controls({}), signal)
  since()
  const { figures } = await session.render(state, controls({ routing: 'tile' }), signal)
  expect(since().filter(name => name === 'router')).toHaveLength(1)
  await session.render(state, controls({ routing: 'tile', topK: 2 }), signal)
  expect(since()).not.toContain('router')
  expect(figures!['p.defocus']).not.toBe(survey.figures!['p.defocus'])
  state.dispose()
})

test('a mixture lies between its experts at the first site and equals one expert at a full share', async () => {
  const { session, survey, controls } = await opened()
  const state = await session.open(tile, survey, controls({}), signal)
  const pure = await session.render(state, controls({ expert: 'local_motion' }), signal)
  const full = await session.render(state, controls({ expert: 'defocus', second: 'local_motion', share: 1 }), signal)
  expect(full.data).toEqual(pure.data)
  expect(state.bytes).toBeGreaterThan(2 * tile.data.byteLength)
  state.dispose()
})

test('cancelling stops between two graphs', async () => {
  const { session, survey, controls, since } = await opened()
  const state = await session.open(tile, survey, controls({}), signal)
  since()
  await expect(session.render(state, controls({ expert: 'defocus' }), AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(since()).toEqual([])
})

test.each<[string, (manifest: PackManifest) => PackManifest]>([
  ['does not name each of', manifest => ({ ...manifest, tables: { experts: ['defocus', 'defocus', 'local_motion', 'synth_motion', 'low_light'] } })],
  ['does not name each of', manifest => ({ ...manifest, tables: {} })],
  ['expert-1-3', ({ graphs, ...rest }) => ({ ...rest, graphs: Object.fromEntries(Object.entries(graphs).filter(([name]) => name !== 'expert-1-3')) })],
  ['stage-1', ({ graphs, ...rest }) => ({ ...rest, graphs: Object.fromEntries(Object.entries(graphs).filter(([name]) => name !== 'stage-1')) })],
])('a pack that lacks something is refused: %s', (reason, spoil) => {
  expect(() => { engine.checkPack(spoil(pack.manifest), 'folder') })
    .toThrow(expect.objectContaining({ code: 'PACK_INVALID', detail: { file: 'folder', reason: expect.stringContaining(reason) as string } }))
})
