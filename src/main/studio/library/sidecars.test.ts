import { utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { readSidecars, sidecarIndex } from './sidecars.ts'

const xmp = (attributes: string): string => `<x:xmpmeta xmlns:x="adobe:ns:meta/">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" ${attributes}/></rdf:RDF></x:xmpmeta>`

test('which sidecar belongs to which photo', async () => {
  const names = ['a.jpg', 'a.xmp', 'a.jpg.XMP', 'b.NEF', 'b.jpg', 'b.xmp', 'c.jpg']
  const index = sidecarIndex('/none', names)
  const of = async (name: string): Promise<string[]> => (await index.of(name)).paths
  expect(await of('a.jpg')).toEqual([join('/none', 'a.xmp'), join('/none', 'a.jpg.XMP')])
  expect([await of('b.NEF'), await of('b.jpg'), await of('c.jpg')]).toEqual([[join('/none', 'b.xmp')], [], []])
})

test('the stamp changes when a sidecar does', async () => {
  const folder = await tempFolder()
  const stamp = async (): Promise<string> => (await sidecarIndex(folder, ['a.jpg', 'a.xmp']).of('a.jpg')).stamp
  await writeFile(join(folder, 'a.xmp'), xmp(''))
  await utimes(join(folder, 'a.xmp'), 1, 1)
  const first = await stamp()
  expect(await stamp()).toBe(first)
  await utimes(join(folder, 'a.xmp'), 2, 2)
  expect(await stamp()).not.toBe(first)
  expect((await sidecarIndex(folder, ['b.jpg']).of('b.jpg')).stamp).toBe('')
})

test('the more specific one stands before the other; one for another kind of file says nothing', async () => {
  const folder = await tempFolder()
  const [general, specific, raw] = ['a.xmp', 'a.jpg.xmp', 'raw.xmp'].map((name) => join(folder, name)) as [string, string, string]
  await writeFile(general, xmp('xmp:Rating="1" xmp:Label="Red"'))
  await writeFile(specific, xmp('xmp:Rating="5"'))
  await writeFile(raw, xmp('xmp:Rating="2" photoshop:SidecarForExtension="CR2"'))
  expect((await readSidecars('a.jpg', [general, specific])).fields).toEqual({ rating: 5, label: 'Red' })
  expect((await readSidecars('a.jpg', [raw])).fields).toEqual({})
  expect((await readSidecars('a.cr2', [raw])).fields.rating).toBe(2)
})

test('one that cannot be read is a notice that names it', async () => {
  const folder = await tempFolder()
  await writeFile(join(folder, 'a.xmp'), '<x:xmpmeta xmlns:x="a"><rdf')
  const { fields, notices } = await readSidecars('a.jpg', [join(folder, 'a.xmp'), join(folder, 'gone.xmp')])
  expect(fields).toEqual({})
  expect(notices.map(({ code }) => code)).toEqual(['SIDECAR_UNREADABLE', 'SIDECAR_UNREADABLE'])
  expect(notices[0]?.text).toContain('a.xmp')
})
