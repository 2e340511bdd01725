import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { TileStore } from './tile-store.ts'

const length = 100
const tile = (seed: number) => Float32Array.from({ length }, (_, at) => at / seed)

test('tiles beyond the memory come back from disk as they were, also when a later one replaced them', async () => {
  const folder = await tempFolder()
  const store = await TileStore.create(folder, length, 2 * length * 4)
  for (let index = 0; index < 6; index++) store.write(index, tile(index + 1))
  for (let index = 5; index >= 0; index--) expect(store.read(index)).toEqual(tile(index + 1))
  store.write(1, tile(9))
  for (const index of [4, 3, 2]) store.read(index)
  expect(store.read(1)).toEqual(tile(9))
  await store.dispose()
  expect(await readdir(folder)).toEqual([])
})

test('what fits into memory is handed back itself', async () => {
  const store = await TileStore.create(await tempFolder(), length)
  const kept = tile(3)
  store.write(7, kept)
  expect(store.read(7)).toBe(kept)
  await store.dispose()
})
