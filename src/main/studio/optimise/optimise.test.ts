import { expect, test } from 'vitest'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import type { Descriptor } from '../../../shared/descriptor.ts'
import type { Optimised } from '../../../shared/edge.ts'
import { engineChoices, type Speeds } from '../develop/engines.ts'
import { withOptimised } from './optimise.ts'
import { readOptimised, storeOptimised } from './store.ts'

const hash = 'a'.repeat(64)
const found: Optimised = {
  packHash: hash, provider: 'cpu', device: 'A processor', at: '2026-01-02T00:00:00.000Z', side: 384, baseMs: 100, blockMs: [[10, 5], [10, 2]], seed: 1, evaluations: 4,
  hypervolume: 1, gainDb: 0.5, knee: [0, 1],
  front: [{ options: [0, 0], dropDb: 0, milliseconds: 100 }, { options: [0, 1], dropDb: 0.02, milliseconds: 92 }, { options: [1, 1], dropDb: 0.2, milliseconds: 87 }],
  chosen: { options: [0, 1], dropDb: 0.02, predictedMs: 92, measuredMs: 93, baseMs: 101, sha256: 'b'.repeat(64) },
}
const descriptor: Descriptor = {
  id: 'nafnet-edge', title: 'N', sentence: 'S.', paper: { title: 'P', year: 2022, reference: 'R' }, overlays: [], generative: false,
  controls: [{ kind: 'point', id: 'blocks', label: 'Speed', help: '', invalidates: 'tile', default: 'device' }],
}
const pack = { folder: '/p', id: 'p', engine: 'nafnet-edge', version: '1.0.0', title: 'P', licence: 'MIT', bytes: 1, verified: true, hash, error: null }
const chosen = (blocks: string, packHash = hash) => ({ descriptor, pack: { ...pack, hash: packHash }, controls: { blocks } })

test('an outcome is kept for each pack and device, the newest first; a file that cannot be read counts as none', async () => {
  const home = await tempFolder()
  expect(await readOptimised(home)).toEqual([])
  const file = await storeOptimised(home, found)
  expect(await storeOptimised(home, { ...found, seed: 2 })).toBe(file)
  await storeOptimised(home, { ...found, device: 'Another', at: '2026-01-03T00:00:00.000Z' })
  await writeFile(join(home, 'optimised', 'broken.json'), '{')
  expect((await readOptimised(home)).map(({ device, seed }) => [device, seed])).toEqual([['Another', 1], ['A processor', 2]])
})

test('what was chosen for this pack stands in for the default, never for what a person said', async () => {
  const home = await tempFolder()
  expect((await withOptimised(home, chosen('device'))).controls).toEqual({ blocks: 'device' })
  await storeOptimised(home, found)
  expect((await withOptimised(home, chosen('device'))).controls).toEqual({ blocks: '0,1' })
  expect((await withOptimised(home, chosen('base'))).controls).toEqual({ blocks: 'base' })
  expect((await withOptimised(home, chosen('device', 'c'.repeat(64)))).controls).toEqual({ blocks: 'device' })
})

test('Develop gets the front, fast points first, the choice in use under the default', () => {
  const speeds = { of: () => null } as unknown as Speeds
  const [choice] = engineChoices([descriptor], [pack], speeds, null, [found])
  expect(choice!.points['blocks']).toEqual([
    { value: '1,1', label: '1.15x as fast, 60 % of the gain', milliseconds: 87, gainDb: 0.3 },
    { value: 'device', label: '1.09x as fast, 96 % of the gain', milliseconds: 92, gainDb: 0.48 },
    { value: '0,0', label: '1.00x as fast, 100 % of the gain', milliseconds: 100, gainDb: 0.5 },
  ])
  expect(engineChoices([descriptor], [{ ...pack, hash: 'c'.repeat(64) }], speeds, null, [found])[0]!.points).toEqual({})
})
