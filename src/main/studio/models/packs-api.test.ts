import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { Guest } from '../../../inference/client/client.ts'
import { openCatalog } from '../catalog/open.ts'
import { SettingsRepo } from '../catalog/settings.repo.ts'
import { packsApi } from './packs-api.ts'

const shipped = fileURLToPath(new URL('../../../../test/packs', import.meta.url))
const infer = new Guest({ role: 'infer' })
afterAll(() => infer.stop())

async function open() {
  const home = await tempFolder()
  const catalog = openCatalog(join(home, 'catalog.sqlite'))
  onTestFinished(() => { catalog.close() })
  const packFolders = [join(home, 'models'), shipped]
  const packs = packsApi({ home, settings: new SettingsRepo(catalog), packFolders, read: (folders) => infer.call('packs', { folders }) })
  return { home, packs }
}

test('packs are listed, one can be the default of its engine, its card is text', async () => {
  const { packs } = await open()
  await packs.setDefault('nafnet-edge', 'test-box')
  const list = await packs.list()
  expect(list.filter(({ defaultForEngine }) => defaultForEngine).map(({ id }) => id)).toEqual(['test-box'])
  expect(list.every(({ builtIn }) => builtIn)).toBe(true)
  await expect(packs.setDefault('other', 'test-box')).rejects.toMatchObject({ code: 'PACK_MISSING' })
  await expect(packs.card('nothing')).rejects.toMatchObject({ code: 'PACK_MISSING' })
})

test('a pack folder is copied in, without what it does not name, and can be removed; one that shipped cannot', async () => {
  const { home, packs } = await open()
  const folder = join(home, 'downloads', 'box')
  await cp(join(shipped, 'box'), folder, { recursive: true })
  const manifest = JSON.parse(await readFile(join(folder, 'pack.json'), 'utf8')) as Record<string, unknown>
  await writeFile(join(folder, 'pack.json'), JSON.stringify({ ...manifest, id: 'mine' }))
  await writeFile(join(folder, 'virus.exe'), 'x')
  expect(await packs.import(folder)).toMatchObject({ id: 'mine', verified: true })
  expect(await readdir(join(home, 'models', 'mine'))).not.toContain('virus.exe')
  await expect(packs.import(folder)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' })
  expect((await packs.list()).find(({ id }) => id === 'mine')).toMatchObject({ builtIn: false })
  await packs.remove('mine')
  await expect(packs.verify('mine')).rejects.toMatchObject({ code: 'PACK_MISSING' })
  await expect(packs.remove('test-box')).rejects.toMatchObject({ code: 'PACK_BUILT_IN' })
})

test('an altered pack and an empty folder are refused', async () => {
  const { home, packs } = await open()
  const folder = join(home, 'altered')
  await cp(join(shipped, 'box'), folder, { recursive: true })
  const graph = (await readdir(folder)).find((name) => name.endsWith('.onnx')) ?? ''
  await writeFile(join(folder, graph), 'not a graph')
  await expect(packs.import(folder)).rejects.toMatchObject({ code: 'PACK_ALTERED' })
  await mkdir(join(home, 'empty'))
  await expect(packs.import(join(home, 'empty'))).rejects.toMatchObject({ code: 'PACK_INVALID' })
})

test('a conversion needs consent and a plain name, and says what the converter said', async () => {
  const { home, packs } = await open()
  const conversion = { engine: 'nafnet-edge', folder: home, file: 'weights.pth', acceptLicence: true }
  await expect(packs.convert({ ...conversion, acceptLicence: false })).rejects.toMatchObject({ code: 'USAGE' })
  await expect(packs.convert({ ...conversion, file: '../weights.pth' })).rejects.toMatchObject({ code: 'USAGE' })
  await writeFile(join(home, 'weights.pth'), 'no checkpoint')
  expect(await packs.checkpoints(home)).toEqual(['weights.pth'])
  await expect(packs.convert(conversion)).rejects.toMatchObject({ code: 'CONVERSION_FAILED' })
})
