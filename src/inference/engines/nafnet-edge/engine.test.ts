import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MemoryPicture, MemoryRoom, psnr } from '../../../../test/helpers/pictures.ts'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { findPack } from '../../packs/find.ts'
import { restoreInMemory } from '../kit.ts'

const packs = join(import.meta.dirname, '../../../../test/packs')
const [width, height] = [150, 130]
const fine = new MemoryPicture({ width, height, channels: 3, depth: 16 }, Uint16Array.from({ length: width * height * 3 }, (_, at) => {
  const pixel = Math.floor(at / 3)
  return 32_768 + 20_000 * Math.sin(2 * Math.PI * (pixel % width + 0.4 * Math.floor(pixel / width)) / 16)
}))

/** How much the sharpening test pack changes fine waves, as PSNR, with and without a rule of restraint in its `pack.json`. */
async function change(restraint?: unknown): Promise<number> {
  const folder = await tempFolder()
  await cp(join(packs, 'sharpen'), join(folder, 'sharpen'), { recursive: true })
  const file = join(folder, 'sharpen', 'pack.json')
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { tables: object }
  if (restraint !== undefined) await writeFile(file, JSON.stringify({ ...manifest, tables: { restraint } }))
  const room = new MemoryRoom()
  const pack = await findPack('test-sharpen', 'nafnet-edge', [folder])
  await restoreInMemory({ pack, source: fine, home: folder, create: room.createSpool, tile: 96 })
  return psnr(room.pictures[0]!.samples, fine.samples, 65_535)
}

test('a pack with a rule of restraint changes what is sharp less than the same pack without one', async () => {
  expect(await change()).toBeLessThan(36)
  expect(await change({ keepDb: 42, sharp: 0.5, blurred: 0.6 })).toBeGreaterThan(41.5)
})

test('a rule that cannot be read makes the pack unusable, and the error names it', async () => {
  await expect(change({ keepDb: 42 })).rejects.toThrow(/PACK_INVALID.*restraint/s)
})
