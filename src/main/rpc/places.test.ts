import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { explain } from '../../shared/errors.ts'
import { Places } from './places.ts'

const codeOf = (work: Promise<unknown>) => work.then(() => 'no error', (thrown: unknown) => explain(thrown).code)

async function tree(): Promise<{ folder: string, root: string, places: Places }> {
  const folder = await tempFolder()
  const root = join(folder, 'root')
  for (const name of ['b 10', 'b 2', '.hidden', 'a/deep', '@eaDir']) await mkdir(join(root, name), { recursive: true })
  await mkdir(join(folder, 'outside/private'), { recursive: true })
  for (const name of ['one.jpg', 'two.NEF', 'notes.txt', '._one.jpg']) await writeFile(join(root, 'a', name), '')
  return { folder, root, places: new Places([root]) }
}

test('lists folders below the roots in the order a person expects, with their photos', async () => {
  const { root, places } = await tree()
  const top = await places.list(null)
  expect(top).toMatchObject({ here: null, parent: null, places: [{ name: 'root', path: root, photos: 0 }] })
  const inside = await places.list(top.places[0]!.token)
  expect(inside.parent).toBeNull()
  expect(inside.places.map(({ name, photos }) => [name, photos])).toEqual([['a', 2], ['b 2', 0], ['b 10', 0]])
  const deeper = await places.list(inside.places[0]!.token)
  expect(deeper).toMatchObject({ here: { name: 'a' }, parent: top.places[0]!.token, places: [{ name: 'deep' }] })
  expect(await places.pathOf(deeper.places[0]!.token)).toBe(join(root, 'a/deep'))
})

test('tokens cannot be guessed, made up or read', async () => {
  const { root, places } = await tree()
  const other = new Places([root])
  const { token } = (await other.list(null)).places[0]!
  expect(token).not.toContain(Buffer.from(root).toString('base64url').slice(0, 8))
  for (const forged of [token, '', root, '..', Buffer.from(root).toString('base64url')]) {
    expect(await codeOf(places.pathOf(forged))).toBe('PLACE_UNKNOWN')
  }
})

test.skipIf(process.platform === 'win32')('links that lead out are not shown, and a folder that became one is refused', async () => {
  const { folder, root, places } = await tree()
  await symlink(join(folder, 'outside'), join(root, 'escape'))
  await symlink(join(root, 'a'), join(root, 'inner link'))
  await symlink(join(root, 'nowhere'), join(root, 'dangling'))
  const top = (await places.list(null)).places[0]!
  const { places: shown } = await places.list(top.token)
  expect(shown.map(({ name }) => name)).toEqual(['a', 'b 2', 'b 10', 'inner link'])
  expect(await places.pathOf(shown[3]!.token)).toBe(join(root, 'a'))

  const { token } = shown[1]!
  await rm(join(root, 'b 2'), { recursive: true })
  expect(await codeOf(places.pathOf(token))).toBe('FILE_NOT_FOUND')
  await symlink(join(folder, 'outside/private'), join(root, 'b 2'))
  expect(await codeOf(places.pathOf(token))).toBe('PLACE_UNKNOWN')
  expect(await codeOf(places.list(token))).toBe('PLACE_UNKNOWN')
})

test('a neighbour whose name begins like a root is not inside it', async () => {
  const { folder, root, places } = await tree()
  await mkdir(join(folder, 'root-private'))
  const { token } = (await places.list(null)).places[0]!
  await rename(root, join(folder, 'moved'))
  await symlink(join(folder, 'root-private'), root).catch(() => undefined)
  // The root itself was replaced: what it leads to now is what its owner named.
  expect(await places.pathOf(token)).toBe(join(folder, 'root-private'))
  expect(await codeOf(new Places([join(folder, 'root-p')]).pathOf(token))).toBe('PLACE_UNKNOWN')
})

test('what a dialog chose may be used without being listed, with all below it and nothing beside it', async () => {
  const { folder, root, places } = await tree()
  const token = await places.grant(join(folder, 'outside'))
  expect(await places.pathOf(token)).toBe(join(folder, 'outside'))
  const listed = await places.list(token)
  expect(listed).toMatchObject({ here: { name: 'outside' }, parent: null, places: [{ name: 'private' }] })
  expect((await places.list(null)).places.map(({ path }) => path)).toEqual([root])
  const file = await places.grant(join(root, 'a/one.jpg'))
  expect(await places.pathOf(file)).toBe(join(root, 'a/one.jpg'))
})
