/** On real files and the shipped DeMoE pack. */
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { scene } from '../../../test/helpers/pictures.ts'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { openPhoto } from '../image/open.ts'
import { SessionCache } from '../runtime/sessions.ts'
import { perceptual } from './measure.ts'

const shop = { image: { openPhoto }, sessions: new SessionCache() }
const signal = new AbortController().signal
const packFolders = [join(import.meta.dirname, '..', '..', '..', 'models')]

async function pictures() {
  const folder = await tempFolder()
  const [width, height] = [400, 220]
  const original = sharp(scene({ width, height, channels: 3, depth: 8 }).samples, { raw: { width, height, channels: 3 } })
  const files = { sharp: join(folder, 'sharp.png'), soft: join(folder, 'soft.png'), softer: join(folder, 'softer.png'), small: join(folder, 'small.png') }
  await original.clone().png().toFile(files.sharp)
  await original.clone().blur(1).png().toFile(files.soft)
  await original.clone().blur(4).png().toFile(files.softer)
  await original.clone().resize(200).png().toFile(files.small)
  return { ...files, grey: await sharp(files.soft).toColourspace('b-w').png().toFile(join(folder, 'grey.png')).then(() => join(folder, 'grey.png')) }
}

test('features are at no distance from themselves, and farther the more is blurred', async () => {
  const { sharp: reference, soft, softer } = await pictures()
  const distances = await Promise.all([reference, soft, softer].map(async file => (await perceptual({ file, reference, packFolders }, shop, signal)).features!))
  expect(distances[0]).toBeCloseTo(0, 5)
  expect(distances[1]).toBeGreaterThan(0.05)
  expect(distances[2]).toBeGreaterThan(distances[1]! * 1.2)
})

test('NIQE is told of either picture; grey photos have one, too; without the pack there is no distance of features', async () => {
  const { soft, softer, grey } = await pictures()
  const seen = await perceptual({ file: softer, reference: soft, packFolders: [] }, shop, signal)
  expect(seen.features).toBeNull()
  expect(seen.niqe).not.toBe(seen.referenceNiqe)
  const again = await perceptual({ file: soft, reference: grey, packFolders: [] }, shop, signal)
  expect(again.niqe).toBe(seen.referenceNiqe)
  expect(Math.abs(again.niqe! - again.referenceNiqe!)).toBeLessThan(3)
})

test('two sizes are refused, naming both files', async () => {
  const { soft, small } = await pictures()
  const refused = perceptual({ file: small, reference: soft, packFolders }, shop, signal)
  await expect(refused).rejects.toMatchObject({ code: 'USAGE', detail: { reason: expect.stringContaining(small) as string } })
})
