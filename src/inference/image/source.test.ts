import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { checkSize } from './limits.ts'
import { openSource } from './source.ts'

test('in memory and on disk give the same bytes, cut at the end of the file', async () => {
  const file = join(await tempFolder(), 'a')
  await writeFile(file, 'abcdefgh')
  const [memory, disk] = [await openSource(file), await openSource(file, 4)]
  expect([memory.memory?.toString(), disk.memory]).toEqual(['abcdefgh', null])
  for (const [offset, length] of [[0, 3], [6, 10], [8, 1], [100, 5], [3, 0], [2, -1]] as const) {
    expect(disk.bytes(offset, length).toString()).toBe(memory.bytes(offset, length).toString())
  }
  expect(disk.bytes(6, 10).toString()).toBe('gh')
  disk.close()
  memory.close()
})

test('what is not there, empty or no file has a code', async () => {
  const folder = await tempFolder()
  await writeFile(join(folder, 'empty'), '')
  const absent = join(folder, 'absent')
  await expect(openSource(absent)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', detail: { file: absent } })
  await expect(openSource(join(folder, 'empty', 'below'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  await expect(openSource(join(folder, 'empty'))).rejects.toMatchObject({ code: 'FILE_EMPTY' })
  await expect(openSource(folder)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
})

test('sizes outside the limits are refused with the size', () => {
  const code = (width: number, height: number, whole = false): unknown => {
    try {
      checkSize('f', width, height, whole)
      return null
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error
    }
  }
  expect(code(20_000, 15_000)).toBeNull()
  expect(code(20_000, 15_001)).toBe('IMAGE_TOO_LARGE')
  expect(code(20_000, 15_000, true)).toBe('IMAGE_TOO_LARGE')
  expect(code(65_501, 100)).toBe('IMAGE_TOO_LARGE')
  expect(code(30_000, 10)).toBeNull()
  expect(code(8, 8)).toBeNull()
  expect(code(8, 7)).toBe('IMAGE_TOO_SMALL')
  expect(code(0, 100)).toBe('IMAGE_CORRUPT')
})
