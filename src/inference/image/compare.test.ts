import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { compareFiles } from './compare.ts'
import { picture, samples } from './test-pictures.ts'

const signal = new AbortController().signal

async function save(file: string, data: Uint8Array | Uint16Array, width: number, channels: 1 | 3 | 4 = 3): Promise<string> {
  await picture(data, { width, height: data.length / width / channels, channels }).png().toFile(file)
  return file
}

test('identical pictures: no finite PSNR, SSIM one; depth, alpha and grey do not matter', async () => {
  const folder = await tempFolder()
  const a = await save(join(folder, 'a.png'), samples(64, 48, 3, 8), 64)
  expect(await compareFiles(a, a, signal)).toEqual({ width: 64, height: 48, psnr: null, ssim: 1 })
  const deep = await save(join(folder, 'b.png'), Uint16Array.from(samples(64, 48, 3, 8), (value) => value * 257), 64)
  expect(await compareFiles(deep, a, signal)).toMatchObject({ psnr: null, ssim: 1 })
  const grey = Uint8Array.from({ length: 64 * 48 }, (_, index) => index % 251)
  const one = await save(join(folder, 'c.png'), grey, 64, 1)
  const three = await save(join(folder, 'd.png'), Uint8Array.from({ length: 64 * 48 * 3 }, (_, index) => Math.floor(index / 3) % 251), 64)
  const alpha = Uint8Array.from({ length: 64 * 48 * 4 }, (_, index) => index % 4 === 3 ? 9 : Math.floor(index / 4) % 251)
  const four = await save(join(folder, 'e.png'), alpha, 64, 4)
  expect(await compareFiles(one, three, signal)).toMatchObject({ psnr: null })
  expect(await compareFiles(four, three, signal)).toMatchObject({ psnr: null })
})

test('PSNR of a known difference; SSIM against a plain evaluation of its definition', async () => {
  const folder = await tempFolder()
  const base = samples(40, 31, 3, 8) as Uint8Array
  const noisy = Uint8Array.from(base, (value, index) => Math.max(0, Math.min(255, value + (index % 7) - 3)))
  const a = await save(join(folder, 'a.png'), base, 40)
  const b = await save(join(folder, 'b.png'), noisy, 40)
  let squares = 0
  base.forEach((value, index) => { squares += (value - (noisy[index] ?? 0)) ** 2 })
  const found = await compareFiles(b, a, signal)
  expect(found.psnr).toBeCloseTo(10 * Math.log10(255 ** 2 / (squares / base.length)), 6)
  expect(found.ssim).toBeCloseTo(plainSsim(luma(base), luma(noisy), 40), 6)
})

test('pictures smaller than the window are compared with what fits', async () => {
  const folder = await tempFolder()
  const a = await save(join(folder, 'a.png'), samples(9, 8, 3, 8), 9)
  const b = await save(join(folder, 'b.png'), Uint8Array.from(samples(9, 8, 3, 8), (value) => value >> 1), 9)
  const { ssim } = await compareFiles(b, a, signal)
  expect(ssim).toBeGreaterThan(0)
  expect(ssim).toBeLessThan(1)
})

test('different sizes are refused', async () => {
  const folder = await tempFolder()
  const a = await save(join(folder, 'a.png'), samples(40, 31, 3, 8), 40)
  const b = await save(join(folder, 'b.png'), samples(31, 40, 3, 8), 31)
  await expect(compareFiles(a, b, signal)).rejects.toMatchObject({ code: 'USAGE' })
})

function luma(rgb: Uint8Array): number[] {
  const at = (index: number): number => rgb[index] ?? 0
  return Array.from({ length: rgb.length / 3 }, (_, index) => 0.299 * at(index * 3) + 0.587 * at(index * 3 + 1) + 0.114 * at(index * 3 + 2))
}

function plainSsim(a: number[], b: number[], width: number): number {
  const height = a.length / width
  const line = Array.from({ length: 11 }, (_, index) => Math.exp(-((index - 5) ** 2) / 4.5))
  const total = line.reduce((sum, value) => sum + value, 0) ** 2
  const values: number[] = []
  for (let y = 0; y + 11 <= height; y++) {
    for (let x = 0; x + 11 <= width; x++) {
      let ma = 0, mb = 0, aa = 0, bb = 0, ab = 0
      for (let j = 0; j < 11; j++) {
        for (let i = 0; i < 11; i++) {
          const weight = (line[j] ?? 0) * (line[i] ?? 0) / total
          const va = a[(y + j) * width + x + i] ?? 0
          const vb = b[(y + j) * width + x + i] ?? 0
          ma += weight * va
          mb += weight * vb
          aa += weight * va * va
          bb += weight * vb * vb
          ab += weight * va * vb
        }
      }
      const above = (2 * ma * mb + 6.5025) * (2 * (ab - ma * mb) + 58.5225)
      values.push(above / ((ma * ma + mb * mb + 6.5025) * (aa - ma * ma + bb - mb * mb + 58.5225)))
    }
  }
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
