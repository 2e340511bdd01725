import { createRouterClient } from '@orpc/server'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { samplesFolder } from '../cli/door.ts'
import { openStudio } from '../studio/studio.ts'
import { unpackIndex } from '../../shared/contract/columns.ts'
import { pictureAnswer } from './pictures.ts'
import { Places } from './places.ts'
import { router } from './router.ts'

async function window() {
  const folder = await tempFolder()
  const roots = join(folder, 'photos')
  await mkdir(roots)
  const studio = await openStudio({ home: join(folder, 'home') })
  const closed = new AbortController()
  onTestFinished(async () => {
    closed.abort()
    await studio.close()
  })
  const client = createRouterClient(router, {
    context: {
      studio, places: new Places([roots]), door: { kind: 'browser', reveal: () => Promise.resolve(false) },
      client: { id: 'w', closed: closed.signal }, log: () => undefined,
    },
  })
  return { studio, roots, closed, library: client.library }
}
type Library = Awaited<ReturnType<typeof window>>['library']

async function importAll(library: Library, token: string) {
  const events = []
  for await (const event of await library.import({ tokens: [token] })) events.push(event)
  const last = events.at(-1)
  if (last?.kind !== 'done') throw new Error('the import did not end')
  return { events, done: last }
}

test('an import by token tells its progress, what it brought, and why not', async () => {
  const { library, roots } = await window()
  await cp(join(samplesFolder(), 'canal-houses.jpg'), join(roots, 'a.jpg'))
  await writeFile(join(roots, 'bad.jpg'), 'no photo')
  await writeFile(join(roots, 'notes.txt'), 'no photo')
  const { places: [place] } = await library.places({ token: null })
  const { events, done } = await importAll(library, place?.token ?? '')
  expect(events.slice(0, -1).every((event) => event.kind === 'progress' && event.found === 2 && !event.name.includes('/'))).toBe(true)
  expect(done).toMatchObject({ added: 1, known: 0, moved: 0, ids: [expect.any(Number)], ignored: [{ name: 'notes.txt', reason: 'not a photo' }], failed: [{ name: 'bad.jpg' }] })
  expect(done.failed[0]?.message).toContain('bad.jpg')
  expect((await importAll(library, place?.token ?? '')).done).toMatchObject({ added: 0, known: 1 })
  await expect(importAll(library, 'made-up')).rejects.toMatchObject({ code: 'PLACE_UNKNOWN' })
})

test('the samples come by a token, and a first look at the library shows them', async () => {
  const { library, studio } = await window()
  const { token } = await library.samples({})
  const { done } = await importAll(library, token)
  const index = await pictureAnswer('library/index', false, { studio, log: () => undefined }, new AbortController().signal)
  expect(index).toMatchObject({ status: 200, headers: { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' } })
  expect([unpackIndex(new Uint8Array(index.body).buffer).columns.id.length, done.added]).toEqual([6, 6])
  const { jpegs } = await library.thumbnails({ ids: [...done.ids, 77] })
  expect(jpegs.map((jpeg) => jpeg === null ? null : Buffer.from(jpeg, 'base64').subarray(0, 2).toString('hex'))).toEqual([...done.ids.map(() => 'ffd8'), null])
  expect(await library.mark({ ids: done.ids, stars: 2 })).toEqual({ changed: 6, undo: '2 stars: 6 photos' })
  expect(await library.undo({})).toEqual({ label: '2 stars: 6 photos' })
  expect(await library.reveal({ id: 1 })).toMatchObject({ opened: false })
  await expect(library.reveal({ id: 99 })).rejects.toMatchObject({ code: 'ITEM_UNKNOWN' })
  await expect(library.mark({ ids: [0], stars: 9 })).rejects.toMatchObject({ code: 'CALL_INVALID' })
})

test('an import stops when its window closes', async () => {
  const { library, closed } = await window()
  const { token } = await library.samples({})
  const stream = await library.import({ tokens: [token] })
  await stream.next()
  closed.abort()
  await expect((async () => { for await (const event of stream) if (event.kind === 'done') return event; return null })()).rejects.toMatchObject({ code: 'CANCELLED' })
})
