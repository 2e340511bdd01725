import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { MemoryRoom, psnr, scene } from '../../../test/helpers/pictures.ts'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { optimisedSchema } from '../../shared/edge.ts'
import { restoreInMemory } from '../engines/kit.ts'
import { findPack } from '../packs/find.ts'
import { readPackFile } from '../packs/read.ts'
import { joinBlocks } from './compose.ts'
import { optimise } from './optimise.ts'
import { edgeTableOf } from './table.ts'

const folders = [join(import.meta.dirname, '../../../test/packs')]
const pack = await findPack('test-edge', 'nafnet-edge', folders)
const table = edgeTableOf(pack.manifest, pack.folder)!
const files = async () => await Promise.all(['restore.onnx', 'blocks.onnx', 'joined.onnx'].map(name => readPackFile(pack, name)))

async function answer(graph: Uint8Array): Promise<Float32Array> {
  const session = await InferenceSession.create(graph, { executionProviders: ['cpu'], intraOpNumThreads: 1 })
  const image = new Tensor('float32', Float32Array.from({ length: 3 * 32 * 32 }, (_, at) => 0.5 + 0.4 * Math.sin(at / 7)), [1, 3, 32, 32])
  const { restored } = await session.run({ image })
  await session.release()
  return restored!.data as Float32Array
}

test('joins what the training code joins: the same answer, bit for bit', async () => {
  const [base, blocks, byTraining] = await files()
  const joined = joinBlocks(base!, blocks!, table, [4, 2])
  expect(await answer(joined)).toEqual(await answer(byTraining!))
  expect(await answer(joined)).not.toEqual(await answer(base!))
})

test('no other block leaves the network as it was, and the same choice gives the same bytes', async () => {
  const [base, blocks] = await files()
  expect(await answer(joinBlocks(base!, blocks!, table, [0, 0]))).toEqual(await answer(base!))
  expect(joinBlocks(base!, blocks!, table, [1, 6])).toEqual(joinBlocks(base!, blocks!, table, [1, 6]))
})

test('a graph that does not fit the table is told', async () => {
  const [base, blocks] = await files()
  const wrong = { ...table, slots: table.slots.map(slot => ({ ...slot, input: 'nowhere' })) }
  expect(() => joinBlocks(base!, blocks!, wrong, [4, 0])).toThrow(/nothing leads/)
})

const request = {
  engine: 'nafnet-edge', pack: 'test-edge', packFolders: folders, providers: ['cpu' as const], seed: 3, evaluations: 30, pick: { keep: 0.8 }, profiles: [],
}

test('measures, searches, chooses and measures the choice; the same profile and seed give the same choice', async () => {
  const home = await tempFolder()
  const stages = new Set<string>()
  const context = { signal: new AbortController().signal, progress: ({ stage }: { stage: string }) => { stages.add(stage) } }
  const first = await optimise({ ...request, home }, context)
  expect(() => optimisedSchema.parse(first)).not.toThrow()
  expect([...stages]).toEqual(['blocks', 'search', 'check'])
  expect(first.blockMs.map(row => row.length)).toEqual([7, 7])
  expect(first.chosen.dropDb).toBeLessThanOrEqual(0.2 * 0.5)
  expect(first.front.map(({ options }) => options)).toContainEqual(first.chosen.options)
  const again = await optimise({ ...request, home, profiles: [first] }, context)
  const timed = { measuredMs: 0, baseMs: 0, predictedMs: 0 }
  expect({ ...again.chosen, ...timed }).toEqual({ ...first.chosen, ...timed })
  expect(again.front).toEqual(first.front)
})

test('the prediction follows the speed that the base has when the choice is measured, whatever it had when the blocks were timed', async () => {
  const context = { signal: new AbortController().signal, progress: () => undefined }
  const home = await tempFolder()
  const device = (await optimise({ ...request, home }, context)).device
  const profile = { packHash: pack.hash, provider: 'cpu', device, baseMs: 1000, blockMs: table.slots.map(() => table.options.map((_, option) => option === 0 ? 300 : 100)) }
  const { chosen } = await optimise({ ...request, home, profiles: [profile], pick: { options: [1, 0] } }, context)
  expect(chosen.predictedMs / chosen.baseMs).toBeCloseTo(0.8, 9)
})

test('blocks by hand are measured; what no slot has is refused', async () => {
  const context = { signal: new AbortController().signal, progress: () => undefined }
  const home = await tempFolder()
  expect((await optimise({ ...request, home, pick: { options: [3, 1] } }, context)).chosen.options).toEqual([3, 1])
  await expect(optimise({ ...request, home, pick: { options: [3] } }, context)).rejects.toMatchObject({ code: 'USAGE' })
  await expect(optimise({ ...request, home, pick: { point: 99 } }, context)).rejects.toMatchObject({ code: 'USAGE' })
})

test('a pack without exchangeable blocks cannot be optimised', async () => {
  const context = { signal: new AbortController().signal, progress: () => undefined }
  await expect(optimise({ ...request, pack: 'test-box', home: await tempFolder() }, context)).rejects.toMatchObject({ code: 'PACK_NOT_EDGE' })
})

test('a restoration runs the blocks that its control names', async () => {
  const source = scene({ width: 90, height: 70, channels: 3, depth: 16 })
  const run = async (blocks: string) => {
    const room = new MemoryRoom()
    await restoreInMemory({ pack, source, home: await tempFolder(), create: room.createSpool, controls: { blocks } })
    return room.pictures[0]!.samples
  }
  const base = await run('base')
  expect(await run('device')).toEqual(base)
  expect(await run('0,0')).toEqual(base)
  expect(psnr(await run('4,2'), base, 65_535)).toBeLessThan(70)
  await expect(run('4,9')).rejects.toMatchObject({ code: 'CONTROL_INVALID' })
  await expect(run('fast')).rejects.toMatchObject({ code: 'CONTROL_INVALID' })
})
