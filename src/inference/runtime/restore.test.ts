import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { type PictureShape, psnr, scene } from '../../../test/helpers/pictures.ts'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { type RestoreInput, restoreInputSchema, restoreOutputSchema } from '../../shared/guest.ts'
import { handlers } from '../guest/infer.ts'

const never = new AbortController().signal

async function photo(shape: PictureShape): Promise<{ folder: string, source: string }> {
  const folder = await tempFolder()
  const source = join(folder, 'photo.png')
  const { width, height, channels } = shape
  const spaces = { 1: ['b-w', 'grey16'], 2: ['b-w', 'grey16'], 3: ['srgb', 'rgb16'], 4: ['srgb', 'rgb16'] } as const
  await sharp(scene(shape).samples, { raw: { width, height, channels } }).toColourspace(spaces[channels][shape.depth === 8 ? 0 : 1]).png().toFile(source)
  return { folder, source }
}

async function restore({ folder, source }: { folder: string, source: string }, more: Partial<RestoreInput> = {}) {
  const input = restoreInputSchema.parse({
    source, imageHash: null, engine: 'nafnet-edge', pack: 'test-identity', packFolders: [join(import.meta.dirname, '../../../test/packs')], controls: {},
    strength: 1, scale: 1, providers: ['cpu'], tile: null, output: { path: join(folder, 'out.png'), encode: { format: 'png' } }, master: null,
    comparisonEdge: 0, home: folder, ...more,
  })
  const output = restoreOutputSchema.parse(await handlers.restore(input, { signal: never, progress: () => undefined }))
  expect(await readdir(join(folder, 'spool'))).toEqual([])
  return output
}

async function samples(file: string): Promise<{ levels: Uint16Array, channels: number, depth: string }> {
  const { channels, depth } = await sharp(file).metadata()
  const { data } = await sharp(file).toColourspace(channels < 3 ? 'grey16' : 'rgb16').raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true })
  return { levels: new Uint16Array(data.buffer, data.byteOffset, data.length / 2), channels, depth }
}

const shapes: PictureShape[] = [
  { width: 210, height: 133, channels: 3, depth: 8 }, { width: 150, height: 99, channels: 3, depth: 16 }, { width: 90, height: 77, channels: 1, depth: 8 },
  { width: 90, height: 77, channels: 1, depth: 16 }, { width: 101, height: 64, channels: 4, depth: 8 }, { width: 101, height: 64, channels: 4, depth: 16 },
]

test.each(shapes)('from file to file through identity, nothing changes: $width x $height, $channels channels, $depth bit', async shape => {
  const files = await photo(shape)
  await restore(files)
  expect(await samples(join(files.folder, 'out.png'))).toEqual(await samples(files.source))
})

test.each([0.5, 0.25] as const)('a working scale of %d through identity changes nothing either', async scale => {
  const files = await photo({ width: 301, height: 203, channels: 3, depth: 16 })
  expect(await restore(files, { scale })).toMatchObject({ scale, suspect: false })
  expect(await samples(join(files.folder, 'out.png'))).toEqual(await samples(files.source))
})

test('strength 0 is the source bit for bit and runs no tile', async () => {
  const files = await photo({ width: 120, height: 80, channels: 3, depth: 16 })
  expect((await restore(files, { strength: 0, pack: 'test-box' })).tiles.total).toBe(0)
  expect(await samples(join(files.folder, 'out.png'))).toEqual(await samples(files.source))
})

test('a strength of a half lies between the source and the result; the master is the result', async () => {
  const files = await photo({ width: 160, height: 100, channels: 3, depth: 16 })
  const master = join(files.folder, 'master.tif')
  await restore(files, { strength: 0.5, pack: 'test-box', master, comparisonEdge: 64 })
  const [source, half, full] = await Promise.all([files.source, join(files.folder, 'out.png'), master].map(file => samples(file)))
  for (const [at, level] of half!.levels.entries()) expect(Math.abs(level - (source!.levels[at]! + full!.levels[at]!) / 2)).toBeLessThanOrEqual(1)
  expect(psnr(full!.levels, source!.levels, 65_535)).toBeLessThan(60)
})

const ellipse = { kind: 'radial', erase: false, centre: { x: 0.5, y: 0.5 }, radiusX: 0.2, radiusY: 0.15, angle: 0, feather: 0.5, invert: false } as const
const spot = { shapes: [ellipse], invert: false }

test.each([[8, 1], [16, 1], [8, 0.5], [16, 0.5], [16, 0.25]] as const)('outside a mask the photo stays bit for bit: %d bit at scale %d', async (depth, scale) => {
  const files = await photo({ width: 320, height: 240, channels: 3, depth })
  const master = join(files.folder, 'master.tif')
  await restore(files, { pack: 'test-box', scale, mask: spot, master, strength: 0.8 })
  const [source, masked, full] = await Promise.all([files.source, join(files.folder, 'out.png'), master].map(file => samples(file)))
  let outside = 0
  let changedOutside = 0
  let inside = 0
  for (let y = 0; y < 240; y++) {
    for (let x = 0; x < 320; x++) {
      const at = (y * 320 + x) * 3
      const equal = [0, 1, 2].every(channel => masked!.levels[at + channel] === source!.levels[at + channel])
      if (Math.hypot((x + 0.5 - 160) / 64, (y + 0.5 - 120) / 48) >= 1) {
        outside++
        if (!equal) changedOutside++
      } else if (!equal) inside++
    }
  }
  expect([outside > 50_000, changedOutside]).toEqual([true, 0])
  expect(inside).toBeGreaterThan(4000)
  // The middle takes what the strength says; the master knows neither strength nor mask.
  const middle = (120 * 320 + 160) * 3
  const wanted = source!.levels[middle]! + 0.8 * (full!.levels[middle]! - source!.levels[middle]!)
  expect(Math.abs(masked!.levels[middle]! - wanted)).toBeLessThan(depth === 8 ? 300 : 2)
  expect(psnr(full!.levels, source!.levels, 65_535)).toBeLessThan(psnr(masked!.levels, source!.levels, 65_535) - 3)
})

test('a mask without shapes changes nothing', async () => {
  const files = await photo({ width: 120, height: 90, channels: 3, depth: 8 })
  await restore(files, { pack: 'test-box' })
  const plain = await samples(join(files.folder, 'out.png'))
  await restore(files, { pack: 'test-box', mask: { shapes: [], invert: false } })
  expect(await samples(join(files.folder, 'out.png'))).toEqual(plain)
})

test('a result with guarded tiles is suspect, says where, and keeps the photo', async () => {
  const files = await photo({ width: 160, height: 100, channels: 3, depth: 8 })
  const output = await restore(files, { pack: 'test-shift', scale: 0.5, comparisonEdge: 64 })
  expect(output).toMatchObject({ suspect: true, tiles: { total: output.tiles.guarded } })
  expect(output.guarded[0]).toMatchObject({ x: 0, y: 0, reason: 'colour-drift' })
  for (const tile of output.guarded) expect(tile.x + tile.width).toBeLessThanOrEqual(160)
  expect((await sharp(output.after!).metadata()).format).toBe('jpeg')
  expect(await samples(join(files.folder, 'out.png'))).toEqual(await samples(files.source))
})

test('how far the photo explains the result is measured on demand, with a map', async () => {
  const files = await photo({ width: 300, height: 200, channels: 3, depth: 8 })
  expect((await restore(files, { pack: 'test-box' })).figures).not.toHaveProperty('trust')
  const output = await restore(files, { trust: true })
  expect(output).toMatchObject({ suspect: false, figures: { trust: 1, residual: 0 } })
  expect(output.maps.find(({ id }) => id === 'trust')?.columns.at(-1)).toBe(300)
  expect(output.seconds.trust).toBeGreaterThan(0)
})

test('what a generative engine makes is always measured', async () => {
  const files = await photo({ width: 200, height: 140, channels: 3, depth: 8 })
  expect((await restore(files, { engine: 'osdd', pack: 'test-osdd' })).figures).toHaveProperty('trust')
})

test('of a photo too small for a window nothing is said', async () => {
  const output = await restore(await photo({ width: 100, height: 90, channels: 1, depth: 16 }), { trust: true })
  expect(output).toMatchObject({ suspect: false, figures: {} })
})

test('a file that is another picture now is not restored', async () => {
  const files = await photo({ width: 64, height: 64, channels: 3, depth: 8 })
  await expect(restore(files, { imageHash: 'a'.repeat(64) })).rejects.toMatchObject({ code: 'FILE_CHANGED' })
})

test('what is no photo fails with its code and leaves no spool behind', async () => {
  const folder = await tempFolder()
  const source = join(folder, 'text.jpg')
  await writeFile(source, 'not a photo')
  await expect(restore({ folder, source })).rejects.toMatchObject({ code: 'IMAGE_UNSUPPORTED' })
})

test('seconds add up and the blur length is told', async () => {
  const output = await restore(await photo({ width: 400, height: 300, channels: 3, depth: 8 }), { scale: 'auto' })
  const { total, ...parts } = output.seconds
  expect(Object.values(parts).reduce((sum, seconds) => sum + seconds, 0)).toBeLessThanOrEqual(total)
  expect(output.scaleReason).not.toBe('')
  expect(output.seconds.survey).toBeGreaterThan(0)
})

test('a given scale needs no blur length', async () => {
  const files = await photo({ width: 400, height: 300, channels: 3, depth: 8 })
  expect(await restore(files, { scale: 0.5 })).toMatchObject({ scale: 0.5, scaleReason: 'as asked', blurLength: null })
})

test('bare tiles take time and nothing else', async () => {
  const home = await tempFolder()
  const input = { engine: 'nafnet-edge', pack: 'test-box', packFolders: [join(import.meta.dirname, '../../../test/packs')], side: 64, count: 3, home }
  expect((await handlers.bareTiles(input, { signal: never, progress: () => undefined })).seconds).toBeGreaterThan(0)
  await expect(handlers.bareTiles(input, { signal: AbortSignal.abort(), progress: () => undefined })).rejects.toMatchObject({ code: 'CANCELLED' })
})
