import { link, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { deliver, placeByClaim, temporaryName, type DeliverRequest } from './deliver.ts'

async function prepared(folder: string, content = 'result', key = 'job'): Promise<DeliverRequest> {
  await mkdir(folder, { recursive: true })
  const temporary = temporaryName(folder, key, 'jpg')
  await writeFile(temporary, content)
  return { temporary, folder, baseName: 'photo_restored', extension: 'jpg', collision: 'skip', isOriginal: () => false }
}

test('the finished file stands under its name and the temporary one is gone', async () => {
  const folder = await tempFolder()
  const { path, outcome } = await deliver(await prepared(folder))
  expect(outcome).toBe('written')
  expect(await readFile(path, 'utf8')).toBe('result')
  expect(await readdir(folder)).toEqual(['photo_restored.jpg'])
})

test('skip leaves what is there, unique takes the next name, overwrite replaces', async () => {
  const folder = await tempFolder()
  await writeFile(join(folder, 'photo_restored.jpg'), 'old')
  expect(await deliver(await prepared(folder))).toMatchObject({ outcome: 'skipped' })
  expect(await deliver({ ...await prepared(folder), collision: 'unique' })).toEqual({ path: join(folder, 'photo_restored-2.jpg'), outcome: 'written' })
  expect(await readFile(join(folder, 'photo_restored.jpg'), 'utf8')).toBe('old')
  await deliver({ ...await prepared(folder), collision: 'overwrite' })
  expect(await readFile(join(folder, 'photo_restored.jpg'), 'utf8')).toBe('result')
  expect(await readdir(folder)).toEqual(['photo_restored-2.jpg', 'photo_restored.jpg'])
})

test('an original is never overwritten: by name, behind a link, by its inode', async () => {
  const folder = await tempFolder()
  const original = join(folder, 'original.jpg')
  await writeFile(original, 'precious')
  const isOriginal = (path: string) => path === original
  const overwrite = { collision: 'overwrite' as const, isOriginal }
  await expect(deliver({ ...await prepared(folder), ...overwrite, baseName: 'original' })).rejects.toMatchObject({ code: 'TARGET_IS_SOURCE' })
  await symlink(original, join(folder, 'link.jpg'))
  await expect(deliver({ ...await prepared(folder), ...overwrite, baseName: 'link' })).rejects.toMatchObject({ code: 'TARGET_IS_SOURCE' })
  await link(original, join(folder, 'hard.jpg'))
  await expect(deliver({ ...await prepared(folder), ...overwrite, isOriginal: () => false, source: original, baseName: 'hard' })).rejects.toMatchObject({ code: 'TARGET_IS_SOURCE' })
  expect(await deliver({ ...await prepared(folder), isOriginal, collision: 'unique', baseName: 'original' })).toMatchObject({ path: join(folder, 'original-2.jpg') })
  expect(await readFile(original, 'utf8')).toBe('precious')
})

test('many at once never take the same name', async () => {
  const folder = await tempFolder()
  const requests = await Promise.all(Array.from({ length: 30 }, (_, i) => prepared(folder, `result ${i}`, `job-${i}`)))
  const delivered = await Promise.all(requests.map(request => deliver({ ...request, collision: 'unique' })))
  expect(new Set(delivered.map(each => each.path)).size).toBe(30)
  const contents = await Promise.all(delivered.map(each => readFile(each.path, 'utf8')))
  expect(contents).toEqual(Array.from({ length: 30 }, (_, i) => `result ${i}`))
})

test('without hard links a claim decides; a claim of a killed process is taken over, a fresh one is not', async () => {
  const folder = await tempFolder()
  const path = join(folder, 'a.jpg')
  const { temporary } = await prepared(folder)
  await writeFile(path, '')
  expect(await placeByClaim(temporary, path)).toBe(false)
  const longAgo = new Date(Date.now() - 3_600_000)
  await utimes(path, longAgo, longAgo)
  expect(await placeByClaim(temporary, path)).toBe(true)
  expect(await readFile(path, 'utf8')).toBe('result')
  expect(await placeByClaim((await prepared(folder, 'second')).temporary, path)).toBe(false)
})

test('a folder that cannot be is told with its reason, and the temporary file stays', async () => {
  const folder = await tempFolder()
  const request = await prepared(folder)
  await writeFile(join(folder, 'file'), '')
  await expect(deliver({ ...request, folder: join(folder, 'file', 'sub') })).rejects.toMatchObject({ code: 'TARGET_READ_ONLY' })
  await mkdir(join(folder, 'taken.jpg'))
  await expect(deliver({ ...request, baseName: 'taken', collision: 'overwrite' })).rejects.toMatchObject({ code: 'TARGET_READ_ONLY' })
  expect((await stat(request.temporary)).size).toBe(6)
})

test.skipIf(process.platform !== 'linux')('a full disk is told as such', async () => {
  await expect(writeFile('/dev/full', 'x')).rejects.toMatchObject({ code: 'ENOSPC' })
  const { writing } = await import('./write-error.ts')
  await expect(writing('x.jpg', () => writeFile('/dev/full', 'x'))).rejects.toMatchObject({ code: 'DISK_FULL' })
})

test('a second file of a name of 255 bytes still fits', async () => {
  const folder = await tempFolder()
  const request = { ...await prepared(folder), baseName: 'é'.repeat(125), collision: 'unique' as const }
  await deliver(request)
  await prepared(folder)
  const { path } = await deliver(request)
  expect(Buffer.byteLength(basename(path))).toBeLessThanOrEqual(255)
  expect(path).toMatch(/-2\.jpg$/)
})
