/** Every pack that is present, through every rule that every engine must keep. Golden pictures: `CREATE_GOLDEN=1` adds the missing ones, never replaces. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type MemoryPicture, MemoryRoom, psnr, scene } from '../../../test/helpers/pictures.ts'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { descriptorSchema } from '../../shared/descriptor.ts'
import { findPack, listPacks } from '../packs/find.ts'
import type { Pack } from '../packs/read.ts'
import { type KitRun, restoreInMemory } from './kit.ts'
import { descriptors, engineById } from './registry.ts'

const root = join(import.meta.dirname, '../../..')
const folders = [join(root, 'models'), join(root, 'test/packs')]
/** Test packs that misbehave on purpose: the guard keeps their input, which other tests are about. */
const broken = new Set(['test-nan', 'test-black', 'test-shift'])
const packs = (await listPacks(folders)).filter(pack => !broken.has(pack.id))

async function run(pack: Pack, source: MemoryPicture, more: Partial<KitRun> = {}) {
  const room = new MemoryRoom()
  const result = await restoreInMemory({ pack, source, home: await tempFolder(), create: room.createSpool, ...more })
  return { ...result, samples: room.pictures[0]!.samples }
}

test.each(descriptors())('descriptor of $id is valid and complete', descriptor => {
  expect(() => descriptorSchema.parse(descriptor)).not.toThrow()
  expect(existsSync(join(import.meta.dirname, descriptor.id, 'README.md'))).toBe(true)
  expect(descriptor.sentence).toMatch(/\.$/)
})

describe.each(packs)('pack $id', ({ id, engine, error }) => {
  const load = () => findPack(id, engine, folders)

  test('is whole and fits its engine', async () => {
    expect(error).toBeNull()
    const { manifest, folder } = await load()
    expect(() => { engineById(engine).checkPack(manifest, folder) }).not.toThrow()
    const { multipleOf, window, overlap } = manifest.size
    expect(window % multipleOf).toBe(0)
    expect(overlap).toBeLessThanOrEqual(window / 2)
  })

  test('takes pictures of any size, also smaller than its rule', async () => {
    const pack = await load()
    const rule = pack.manifest.size.multipleOf
    for (const [width, height] of [[1, 1], [rule - 1, rule + 1], [2 * rule, rule]] as const) {
      const { samples } = await run(pack, scene({ width: Math.max(1, width), height, channels: 3, depth: 8 }))
      expect(samples).toHaveLength(Math.max(1, width) * height * 3)
    }
  })

  test('in tiles agrees with the whole within its tolerance', async () => {
    const pack = await load()
    const { window, multipleOf } = pack.manifest.size
    const source = scene({ width: window + 2 * multipleOf + 5, height: Math.ceil(window * 0.6), channels: 3, depth: 8 })
    const tiled = await run(pack, source)
    const whole = await run(pack, source, { tile: 2 * window })
    expect(tiled.tiles).toBeGreaterThan(1)
    expect(whole.tiles).toBe(1)
    expect(psnr(tiled.samples, whole.samples, 255)).toBeGreaterThan(pack.manifest.tolerance.tiledDb)
  })

  test('gives the same bytes twice', async () => {
    const pack = await load()
    const source = scene({ width: 90, height: 60, channels: 3, depth: 16 })
    expect((await run(pack, source)).samples).toEqual((await run(pack, source)).samples)
  })

  test('is cancelled within one tile', async () => {
    const pack = await load()
    const controller = new AbortController()
    let seen = 0
    const done = run(pack, scene({ width: 260, height: 100, channels: 3, depth: 8 }), {
      tile: Math.max(64, pack.manifest.size.multipleOf), signal: controller.signal,
      onTile(tiles) {
        seen = tiles
        controller.abort()
      },
    })
    await expect(done).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(seen).toBe(1)
  })
})

const recipeSchema = z.strictObject({
  engine: z.string(), pack: z.string(), packVersion: z.string(), width: z.int().max(256), height: z.int().max(256), seed: z.int(), tile: z.int().nullable(), toleranceDb: z.number(),
})
const golden = join(root, 'test/golden')
const creating = process.env['CREATE_GOLDEN'] === '1'
const shipped = packs.filter(({ folder }) => folder.startsWith(join(root, 'models')))
if (creating) for (const pack of shipped) addCase(pack)
const cases = existsSync(golden) ? readdirSync(golden).filter(name => existsSync(join(golden, name, 'recipe.json'))).sort() : []

describe.each(cases)('golden %s', name => {
  const recipe = recipeSchema.parse(JSON.parse(readFileSync(join(golden, name, 'recipe.json'), 'utf8')))
  const present = packs.some(pack => pack.id === recipe.pack && pack.version === recipe.packVersion)

  test.skipIf(!present)('looks as it did', async () => {
    const { width, height } = recipe
    const source = scene({ width, height, channels: 3, depth: 16 }, recipe.seed)
    const { samples } = await run(await findPack(recipe.pack, recipe.engine, folders), source, { tile: recipe.tile })
    const file = join(golden, name, 'expected.png')
    if (creating && !existsSync(file)) {
      await sharp(samples, { raw: { width, height, channels: 3 } }).toColourspace('rgb16').png().toFile(file)
    }
    const expected = await sharp(file).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer()
    const levels = new Uint16Array(expected.buffer, expected.byteOffset, expected.length / 2)
    expect(psnr(samples, levels, 65_535)).toBeGreaterThan(recipe.toleranceDb)
  })
})

test.each(shipped)('$id $version, which ships, has a golden picture (CREATE_GOLDEN=1 adds it)', pack => {
  expect(cases).toContain(caseOf(pack))
})

function caseOf({ id, version }: { id: string, version: string }): string {
  return `1000-${id}-${version}`
}

function addCase(pack: { id: string, engine: string, version: string }): void {
  const folder = join(golden, caseOf(pack))
  if (existsSync(folder)) return
  mkdirSync(folder)
  const recipe = { engine: pack.engine, pack: pack.id, packVersion: pack.version, width: 224, height: 160, seed: 11, tile: 128, toleranceDb: 60 }
  writeFileSync(join(folder, 'recipe.json'), `${JSON.stringify(recipe)}\n`)
  writeFileSync(join(folder, 'README.md'), `What ${pack.id} ${pack.version} makes of a drawn scene in tiles of 128 pixels, on the CPU.\n`)
}
