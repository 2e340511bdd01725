import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { readProfile } from './icc.ts'
import { profileBytes, profileFile, profileName, type ColourSpace } from './profiles.ts'

/** sRGB (200, 60, 30) in each space, from the published primaries and curves. */
const known: [ColourSpace, number[]][] = [
  ['srgb', [200, 60, 30]], ['display-p3', [185, 71, 44]], ['adobe-rgb', [173, 62, 37]], ['wide', [165, 81, 44]],
]

test.each(known)('%s is a profile that colour management understands', async (space, expected) => {
  const folder = await tempFolder()
  const file = await profileFile(folder, space)
  expect(readFileSync(file).equals(profileBytes(space))).toBe(true)
  expect(await profileFile(folder, space)).toBe(file)
  expect(readProfile(profileBytes(space))).toEqual({ name: profileName(space), space: 'RGB ', linear: false, xyb: false })
  expect(profileBytes(space).readUInt32BE(0)).toBe(profileBytes(space).length)
  const patch = Buffer.from(Array.from({ length: 64 * 3 }, (_, index) => [200, 60, 30][index % 3] ?? 0))
  const png = await sharp(patch, { raw: { width: 8, height: 8, channels: 3 } }).withIccProfile(file).png().toBuffer()
  const values = [...(await sharp(png, { ignoreIcc: true }).raw().toBuffer()).subarray(0, 3)]
  values.forEach((value, index) => { expect(Math.abs(value - (expected[index] ?? 0))).toBeLessThanOrEqual(1) })
})

test('white and grey stay neutral', async () => {
  const folder = await tempFolder()
  const grey = Buffer.from(Array.from({ length: 256 * 3 }, (_, index) => Math.floor(index / 3)))
  for (const [space] of known) {
    const raw = { width: 16, height: 16, channels: 3 } as const
    const png = await sharp(grey, { raw }).withIccProfile(await profileFile(folder, space)).png().toBuffer()
    const values = await sharp(png, { ignoreIcc: true }).raw().toBuffer()
    for (let index = 0; index < values.length; index += 3) {
      const [r = 0, g = 0, b = 0] = values.subarray(index, index + 3)
      expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThanOrEqual(1)
    }
    expect(values.at(-1)).toBe(255)
  }
})
