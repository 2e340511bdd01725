import { existsSync, statSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import './decode.ts'
import { profileBytes } from './profiles.ts'
import { createSpool, openSpool, spoolPath, withSpoolProfile, writeFailure, type SpoolShape } from './spool.ts'

const shapes = fc.record({
  width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 30 }),
  channels: fc.constantFrom(1, 2, 3, 4), depth: fc.constantFrom(8, 16),
}) as fc.Arbitrary<SpoolShape>

test('rows come back as they were written, in whatever pieces they are written and read', async () => {
  const folder = await tempFolder()
  const pieces = fc.integer({ min: 1, max: 9 })
  await fc.assert(fc.asyncProperty(shapes, pieces, pieces, fc.nat(), async (shape, piece, block, seed) => {
    const row = shape.width * shape.channels
    const all = filled(shape, seed)
    const writer = await createSpool(folder, shape)
    for (let y = 0; y < shape.height; y += piece) await writer.writeRows(all.subarray(y * row, Math.min(shape.height, y + piece) * row))
    const spool = await writer.finish()
    try {
      for (let y = 0; y < shape.height; y += block) {
        const count = Math.min(block, shape.height - y)
        expect(await spool.readRows(y, count)).toEqual(all.slice(y * row, (y + count) * row))
      }
      // sharp's raw output leaves the alpha of 8-bit grey out.
      if (shape.channels === 2 && shape.depth === 8) return
      const raw = await sharp(spool.file).toColourspace(space(shape)).raw({ depth: shape.depth === 8 ? 'uchar' : 'ushort' }).toBuffer()
      expect(Buffer.compare(raw, Buffer.from(all.buffer))).toBe(0)
    } finally {
      await spool.dispose()
    }
    expect(existsSync(spool.file)).toBe(false)
  }), { numRuns: 40 })
})

test('a profile in the trailer is found by sharp and leaves the rows alone', async () => {
  const folder = await tempFolder()
  const writer = await createSpool(folder, { width: 9, height: 5, channels: 3, depth: 16 })
  const rows = Uint16Array.from({ length: 135 }, (_, index) => index * 481)
  await writer.writeRows(rows)
  const spool = await writer.finish()
  const plain = statSync(spool.file).size
  const iccOf = async (): Promise<Buffer | undefined> => (await sharp(spool.file).metadata()).icc
  const [adobe, none, wide] = await Promise.all([
    withSpoolProfile(spool, profileBytes('adobe-rgb'), iccOf), withSpoolProfile(spool, null, iccOf),
    withSpoolProfile(spool, profileBytes('wide'), iccOf),
  ])
  expect(adobe?.equals(profileBytes('adobe-rgb'))).toBe(true)
  expect(none).toBeUndefined()
  expect(wide?.equals(profileBytes('wide'))).toBe(true)
  expect(await spool.readRows(0, 5)).toEqual(rows)
  await expect(withSpoolProfile(spool, null, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  await withSpoolProfile(spool, null, () => Promise.resolve())
  expect(statSync(spool.file).size).toBe(plain)
  await spool.dispose()
})

test('missing, superfluous and foreign rows are refused', async () => {
  const folder = await tempFolder()
  const shape = { width: 4, height: 2, channels: 3, depth: 8 } as const
  const writer = await createSpool(folder, shape)
  await expect(writer.writeRows(new Uint16Array(12))).rejects.toThrow(RangeError)
  await expect(writer.writeRows(new Uint8Array(13))).rejects.toThrow(RangeError)
  await expect(writer.writeRows(new Uint8Array(36))).rejects.toThrow(RangeError)
  await writer.writeRows(new Uint8Array(12))
  await expect(writer.finish()).rejects.toThrow(RangeError)
  await writer.writeRows(new Uint8Array(12))
  const spool = await writer.finish()
  await expect(spool.readRows(1, 2)).rejects.toThrow(RangeError)
  await expect(spool.readRows(-1, 1)).rejects.toThrow(RangeError)
  await spool.dispose()
})

test('an aborted spool leaves nothing; what dead processes left is removed, what living ones hold stays', async () => {
  const folder = join(await tempFolder(), 'spool')
  await mkdir(folder)
  const dead = join(folder, 'spool-999999999-00ff.v')
  const alive = join(folder, `spool-${process.ppid}-00ff.v`)
  await writeFile(dead, 'x')
  await writeFile(alive, 'x')
  const writer = await createSpool(folder, { width: 4, height: 2, channels: 1, depth: 8 })
  await writer.abort()
  expect([existsSync(dead), existsSync(alive)]).toEqual([false, true])
  expect((await spoolPath(folder)).startsWith(join(folder, `spool-${process.pid}-`))).toBe(true)
})

test('a folder that cannot be made is a clear error', async () => {
  const file = join(await tempFolder(), 'file')
  await writeFile(file, 'x')
  const shape = { width: 4, height: 2, channels: 1, depth: 8 } as const
  await expect(createSpool(join(file, 'below'), shape)).rejects.toMatchObject({ code: 'TARGET_READ_ONLY' })
})

test('failed writes are told apart', () => {
  const of = (text: string): unknown => writeFailure('f', new Error(text))
  expect(of('ENOSPC: no space left on device, write')).toMatchObject({ code: 'DISK_FULL' })
  expect(of('EROFS: read-only file system')).toMatchObject({ code: 'TARGET_READ_ONLY' })
  expect(of('something else')).not.toHaveProperty('code')
})

test('a file that is no spool is not opened', async () => {
  const file = join(await tempFolder(), 'a.v')
  await writeFile(file, Buffer.alloc(64, 7))
  await expect(openSpool(file)).rejects.toThrow('bands')
})

function filled(shape: SpoolShape, seed: number): Uint8Array | Uint16Array {
  const length = shape.width * shape.height * shape.channels
  const value = (index: number): number => Math.imul(index + seed, 2654435761) >>> 8
  const values = Array.from({ length }, (_, index) => value(index))
  return shape.depth === 8 ? Uint8Array.from(values) : Uint16Array.from(values)
}

function space(shape: SpoolShape): string {
  return shape.channels < 3 ? (shape.depth === 8 ? 'b-w' : 'grey16') : (shape.depth === 8 ? 'srgb' : 'rgb16')
}
