import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { blurReportSchema, blurReportVersion, surelySharp } from '../../shared/blur-report.ts'
import { openPhoto } from '../image/open.ts'
import { readPart, readReduced } from '../image/parts.ts'
import { Lane } from '../runtime/schedule.ts'
import { SessionCache } from '../runtime/sessions.ts'
import { judge, triageModel } from './model.ts'
import { chooseSquares, exposureOf } from './places.ts'
import { noiseFloor, softening, squareSteepness, stepsOf } from './steps.ts'
import { triagePhoto } from './triage.ts'

const samples = join(import.meta.dirname, '../../../resources/samples')
const packs = join(import.meta.dirname, '../../../models')
const shop = { image: { openPhoto, readPart, readReduced, imageHash: () => Promise.resolve('same') }, sessions: new SessionCache(), photos: new Lane(2) }

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'restill-triage-'))
  onTestFinished(() => rm(made, { recursive: true, force: true }))
  return made
}

const side = 256
const noSignal = new AbortController().signal
/** Lines of several directions at full contrast, drawn again at every call. */
const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="768" height="512">${Array.from({ length: 90 }, (_, index) => {
  const [x, y, size] = [(index * 131) % 740, (index * 89) % 490, 12 + (index * 37) % 60]
  return `<rect x="${x}" y="${y}" width="${size}" height="${size * 0.7}" transform="rotate(${(index * 47) % 180} ${x} ${y})" fill="hsl(${(index * 53) % 360} 60% ${20 + (index * 29) % 60}%)"/>`
}).join('')}</svg>`
const sharpPicture = () => sharp({ create: { width: 768, height: 512, channels: 3, background: '#8899aa' } }).composite([{ input: Buffer.from(drawing) }])

/** Luma of the middle of a picture. */
async function luma(picture: Sharp): Promise<Float32Array> {
  const data = await picture.extract({ left: 200, top: 120, width: side, height: side }).greyscale().raw().toBuffer()
  return Float32Array.from(data, value => value / 255)
}

/** A streak of 15 pixels along the row. */
const streak = { width: 15, height: 3, kernel: [...new Array<number>(15).fill(0), ...new Array<number>(15).fill(1), ...new Array<number>(15).fill(0)], scale: 15 }

const rendered = async (picture: Sharp) => sharp(await picture.png().toBuffer())
let pictures: Record<'plain' | 'streaked' | 'soft', Float32Array>
beforeAll(async () => {
  const plain = await rendered(sharpPicture())
  pictures = {
    plain: await luma(plain.clone()), streaked: await luma(await rendered(plain.clone().convolve(streak))), soft: await luma(await rendered(plain.clone().blur(4))),
  }
})

test('steps of a sharp picture are steep, those of a blurred one are not, whatever the contrast', () => {
  const steep = (data: Float32Array) => {
    const steps = stepsOf(data, side)
    return squareSteepness(steps.whole, noiseFloor([steps]), 0, 2)!
  }
  expect(steep(pictures.plain)).toBeGreaterThan(-2.4)
  expect(steep(pictures.soft)).toBeLessThan(-3.4)
  expect(steep(pictures.plain.map(value => 0.4 + value / 5))).toBeCloseTo(steep(pictures.plain), 0)
})

test('noise does not count as sharpness', () => {
  let state = 7
  const uniform = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
  const noisy = pictures.soft.map(value => value + 0.03 * (uniform() + uniform() - 1))
  const steps = stepsOf(noisy, side)
  // Where nothing stands out of the noise nothing is said.
  expect(squareSteepness(steps.whole, noiseFloor([steps]), 0, 2) ?? -4).toBeLessThan(-2.8)
})

test('a streak softens along its direction, defocus along none', () => {
  const direction = (data: Float32Array) => {
    const steps = stepsOf(data, side)
    return softening(steps.whole, noiseFloor([steps]), 1, 3)
  }
  const along = direction(pictures.streaked)
  expect(along.x).toBeGreaterThan(0.8)
  expect(Math.abs(Math.atan2(along.y, along.x))).toBeLessThan(0.5)
  expect(Math.hypot(direction(pictures.soft).x, direction(pictures.soft).y)).toBeLessThan(0.5)
})

test.each([[6000, 4000], [768, 512], [384, 384], [100, 3000], [64, 64]])('squares lie inside of a photo of %i x %i and are few', (width, height) => {
  const small = { width: Math.max(1, Math.round(width / 4)), height: Math.max(1, Math.round(height / 4)) }
  const data = Float32Array.from({ length: small.width * small.height }, (_, at) => (at * 37 % 101) / 101)
  const { textured, flat } = chooseSquares({ ...small, data }, { width, height })
  expect(textured.length).toBeGreaterThan(0)
  expect(textured.length + flat.length).toBeLessThanOrEqual(18)
  for (const { x, y, side: size } of [...textured, ...flat]) {
    expect(x >= 0 && y >= 0 && x + size <= width && y + size <= height).toBe(true)
  }
  expect(exposureOf({ ...small, data }).mean).toBeGreaterThan(0)
})

test('the figures fit the version of the reports, and judge with and without a router', () => {
  const model = triageModel()
  expect(model.version).toBe(blurReportVersion)
  const measures = Object.fromEntries(model.alone.inputs.map((name, index) => [name, model.alone.mean[index]!]))
  const { probabilities } = judge(model, measures, new Map())
  expect(Object.values(probabilities).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6)
})

test('gains are told for packs of the version that the figures were fitted with', () => {
  const model = triageModel()
  const measures = Object.fromEntries(model.withRouter.inputs.map((name, index) => [name, model.withRouter.mean[index]!]))
  const fitted = Object.entries(model.withRouter.gains).map(([pack, { version }]) => [pack, version] as const)
  expect(judge(model, measures, new Map(fitted)).gains.map(({ pack }) => pack).sort()).toEqual(fitted.map(([pack]) => pack).sort())
  expect(judge(model, measures, new Map(fitted.map(([pack]) => [pack, '0.0.0'])))).toMatchObject({ gains: [] })
})

test.each([['the packs that ship', [packs]], ['no pack at all', []]])('a sharp picture is called sharp, the same blurred is not: %s', async (_, packFolders) => {
  const home = await folder()
  // Shrunk by four the sample is sharp.
  const plain = await rendered(sharp(join(samples, 'street-sign.jpg')).resize(400))
  const files = { sharp: join(home, 'sharp.jpg'), soft: join(home, 'soft.jpg') }
  await plain.clone().jpeg({ quality: 92 }).toFile(files.sharp)
  await plain.clone().blur(3).jpeg({ quality: 92 }).toFile(files.soft)
  const report = (source: string) => triagePhoto({ source, imageHash: null, packFolders, home }, shop, noSignal)
  const [sharpOne, softOne] = [await report(files.sharp), await report(files.soft)]
  expect(blurReportSchema.parse(softOne)).toEqual(softOne)
  expect([sharpOne.kind, softOne.kind === 'sharp']).toEqual(['sharp', false])
  expect(sharpOne.sharpness).toBeGreaterThan(softOne.sharpness)
  expect(softOne.severity).toBeGreaterThan(sharpOne.severity)
  expect(softOne.gains.length > 0).toBe(packFolders.length > 0)
})

test.each(['blackboard.jpg', 'bookshelf.jpg', 'canal-houses.jpg', 'flower-bed.jpg', 'harbour-night.jpg', 'street-sign.jpg'])('the sample %s is not taken for surely sharp', async (name) => {
  const home = await folder()
  const report = await triagePhoto({ source: join(samples, name), imageHash: null, packFolders: [packs], home }, shop, noSignal)
  expect(report.probabilities.sharp).toBeLessThan(surelySharp)
})

test('what was changed since the import is refused, and a cancelled look ends', async () => {
  const home = await folder()
  const source = join(samples, 'street-sign.jpg')
  await expect(triagePhoto({ source, imageHash: 'other', packFolders: [], home }, shop, noSignal)).rejects.toMatchObject({ code: 'FILE_CHANGED' })
  await expect(triagePhoto({ source, imageHash: null, packFolders: [], home }, shop, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
})
