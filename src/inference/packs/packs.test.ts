import { cp, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { findPack, listPacks } from './find.ts'
import { hasExternalData } from './onnx-scan.ts'
import { readPack, readPackFile, verifyPack } from './read.ts'

const packs = join(import.meta.dirname, '../../../test/packs')
const engine = 'nafnet-edge'

async function copyOf(name: string, change?: (manifest: Record<string, unknown>) => void): Promise<string> {
  const folder = await tempFolder()
  await cp(join(packs, name), join(folder, name), { recursive: true })
  if (change !== undefined) {
    const file = join(folder, name, 'pack.json')
    const manifest = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
    change(manifest)
    await writeFile(file, JSON.stringify(manifest))
  }
  return folder
}

test('finds a pack by id in a folder of packs, in its own folder, and as the engine\'s first', async () => {
  expect((await findPack('test-box', engine, [packs])).manifest.id).toBe('test-box')
  expect((await findPack('test-box', engine, [join(packs, 'box')])).manifest.id).toBe('test-box')
  expect((await findPack('', engine, ['/no/such/folder', packs])).manifest.engine).toBe(engine)
})

test('a pack that is not there is missing', async () => {
  await expect(findPack('test-none', engine, [packs])).rejects.toMatchObject({ code: 'PACK_MISSING' })
  await expect(findPack('', engine, [])).rejects.toMatchObject({ code: 'PACK_MISSING' })
})

test('an altered graph is refused, also when its size stayed', async () => {
  const folder = await copyOf('box')
  const graph = join(folder, 'box', 'restore.onnx')
  const bytes = await readFile(graph)
  bytes[bytes.length - 1]! ^= 1
  await writeFile(graph, bytes)
  await expect(findPack('test-box', engine, [folder])).rejects.toMatchObject({ code: 'PACK_ALTERED', detail: { file: graph } })
  expect(await listPacks([folder])).toMatchObject([{ id: 'test-box', verified: false, error: { code: 'PACK_ALTERED' } }])
})

test('a file altered after it was checked is noticed', async () => {
  const pack = await readPack(join(await copyOf('box'), 'box'))
  await verifyPack(pack)
  await writeFile(join(pack.folder, 'card.md'), 'other')
  await expect(verifyPack(pack)).rejects.toMatchObject({ code: 'PACK_ALTERED' })
})

test('a pack of another format is told as such, before anything else in it is looked at', async () => {
  const folder = await copyOf('box', manifest => { Object.assign(manifest, { schema: 9, graphs: 'new' }) })
  await expect(findPack('box', engine, [folder])).rejects.toMatchObject({ code: 'PACK_VERSION', detail: { found: 9, expected: 1 } })
})

test('a file name cannot lead out of the folder, nor can a link', async () => {
  const escaping = await copyOf('box', manifest => { manifest['graphs'] = { restore: { file: '../restore.onnx', inputs: [], outputs: [] } } })
  await expect(readPack(join(escaping, 'box'))).rejects.toMatchObject({ code: 'PACK_INVALID' })
  const linked = await copyOf('box')
  await rename(join(linked, 'box', 'restore.onnx'), join(linked, 'elsewhere.onnx'))
  await symlink(join(linked, 'elsewhere.onnx'), join(linked, 'box', 'restore.onnx'))
  await expect(findPack('test-box', engine, [linked])).rejects.toMatchObject({ code: 'PACK_INVALID' })
})

test('not JSON, a missing file, a graph without a checksum, and another engine\'s pack are invalid', async () => {
  const folder = await tempFolder()
  await mkdir(join(folder, 'broken'))
  await writeFile(join(folder, 'broken', 'pack.json'), '{')
  await expect(readPack(join(folder, 'broken'))).rejects.toMatchObject({ code: 'PACK_INVALID' })
  const lacking = await copyOf('box')
  await rename(join(lacking, 'box', 'restore.onnx'), join(lacking, 'box', 'other.onnx'))
  await expect(findPack('test-box', engine, [lacking])).rejects.toMatchObject({ code: 'PACK_INVALID' })
  const unchecked = await copyOf('box', manifest => { manifest['files'] = {} })
  await expect(readPack(join(unchecked, 'box'))).rejects.toMatchObject({ code: 'PACK_INVALID' })
  const foreign = await copyOf('box', manifest => { manifest['engine'] = 'nobodys-engine' })
  await expect(findPack('test-box', engine, [foreign])).rejects.toMatchObject({ code: 'PACK_INVALID' })
  expect(await listPacks([foreign])).toMatchObject([{ engine: 'nobodys-engine', verified: false, error: { code: 'ENGINE_UNKNOWN' } }])
})

test('a bad pack in the folder does not hide the good ones', async () => {
  const folder = await copyOf('box', manifest => { manifest['schema'] = 9 })
  await cp(join(packs, 'identity'), join(folder, 'identity'), { recursive: true })
  expect((await findPack('test-identity', engine, [folder])).manifest.id).toBe('test-identity')
  expect((await listPacks([folder])).map(pack => pack.verified)).toEqual([false, true])
})

test('reads only files that the manifest names', async () => {
  const pack = await readPack(join(packs, 'box'))
  expect((await readPackFile(pack, 'restore.onnx')).length).toBe(pack.manifest.files['restore.onnx']?.bytes)
  await expect(readPackFile(pack, 'pack.json')).rejects.toMatchObject({ code: 'PACK_INVALID' })
})

/** A length-delimited protobuf field. */
function field(number: number, ...content: number[]): number[] {
  return [number * 8 + 2, content.length, ...content]
}

test('graphs whose weights lie elsewhere are found, wherever the tensor hides', async () => {
  expect(hasExternalData(await readFile(join(packs, 'sharpen', 'restore.onnx')))).toBe(false)
  const tensor = field(13, ...field(1, 108), ...field(2, 47))
  expect(hasExternalData(Uint8Array.from(field(7, ...field(5, ...tensor))))).toBe(true)
  expect(hasExternalData(Uint8Array.from(field(7, ...field(5, 14 * 8, 1))))).toBe(true)
  expect(hasExternalData(Uint8Array.from(field(7, ...field(1, ...field(5, ...field(5, ...tensor))))))).toBe(true)
  expect(hasExternalData(Uint8Array.from(field(7, ...field(1, ...field(5, ...field(6, ...field(5, ...tensor)))))))).toBe(true)
  expect(() => hasExternalData(Uint8Array.from([7 * 8 + 2, 100, 1]))).toThrow()
  expect(() => hasExternalData(Buffer.from('<html>not a graph</html>'))).toThrow()
})
