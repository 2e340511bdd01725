import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import type { EngineSession, TileState } from '../engines/engine.ts'
import { spoolPath } from '../image/spool.ts'
import { TileStates } from './states.ts'

const owner: EngineSession = {
  survey: () => Promise.resolve({}), dispose: () => Promise.resolve(),
  open: () => Promise.reject(new Error('not here')), render: () => Promise.reject(new Error('not here')),
}
const origin = { owner, key: 'a' }
interface Kept extends TileState { readonly features: { c0: { data: Float32Array, dims: number[] } }, readonly pictures: Float32Array[] }

function state(seed: number): Kept {
  const data = Float32Array.from({ length: 1000 }, (_, at) => at / seed)
  return { bytes: 8000, features: { c0: { data, dims: [1, 10, 10, 10] } }, pictures: [data.slice()], dispose: () => undefined }
}

async function room(memory: number, disk: number) {
  const folder = await tempFolder()
  return { folder, states: new TileStates({ memory, disk }, () => spoolPath(folder)) }
}

test('what does not fit into memory comes back from disk as it was', async () => {
  const { folder, states } = await room(20_000, 1e6)
  for (let index = 1; index <= 6; index++) await states.keep(index, { state: state(index), pixels: null }, origin)
  expect(await readdir(folder)).toHaveLength(4)
  for (let index = 1; index <= 6; index++) {
    const { features, pictures } = state(index)
    expect(states.take(index, origin)).toMatchObject({ state: { features, pictures, bytes: 8000 } })
  }
  states.clear()
  expect(await readdir(folder)).toEqual([])
})

test('the most recently used stay in memory; beyond the disk the oldest are dropped', async () => {
  const { folder, states } = await room(8000, 20_000)
  for (let index = 1; index <= 6; index++) await states.keep(index, { state: state(index), pixels: null }, origin)
  expect(states.take(6, origin)).not.toBeNull()
  expect([1, 2, 3, 4, 5].map(index => states.take(index, origin) !== null)).toEqual([false, false, false, true, true])
  expect(await readdir(folder)).toHaveLength(2)
})

test('other controls or another session find nothing, and what was held is let go', async () => {
  const { states } = await room(1e6, 1e6)
  let released = 0
  await states.keep(1, { state: { ...state(1), dispose: () => { released++ } }, pixels: null }, origin)
  expect(states.take(1, { owner, key: 'b' })).toBeNull()
  expect(released).toBe(1)
  await states.keep(1, { state: state(1), pixels: null }, origin)
  expect(states.take(1, { owner: { ...owner }, key: 'a' })).toBeNull()
})

test('without room on disk a state is forgotten, not an error', async () => {
  const states = new TileStates({ memory: 0, disk: 1e6 }, () => Promise.resolve('/nowhere/at/all'))
  await states.keep(1, { state: state(1), pixels: null }, origin)
  expect(states.take(1, origin)).toBeNull()
})
