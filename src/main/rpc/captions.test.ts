import { createRouterClient } from '@orpc/server'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { writePhoto } from '../../../test/helpers/photos.ts'
import { itemId } from '../../shared/contract/items.ts'
import { fakeOllama, type FakeBehaviour } from '../studio/captions/ollama.fixture.ts'
import { openStudio } from '../studio/studio.ts'
import { Places } from './places.ts'
import { router } from './router.ts'

async function window(behaviour: FakeBehaviour = {}) {
  const folder = await tempFolder()
  for (const [index, name] of ['a.jpg', 'b.jpg'].entries()) await writePhoto(join(folder, 'in', name), { seed: index + 1 })
  const studio = await openStudio({ home: join(folder, 'home') })
  onTestFinished(() => studio.close())
  const ollama = await fakeOllama(behaviour)
  studio.preferences.set({ captionsHost: ollama.address })
  const { photos } = await studio.import({ paths: [join(folder, 'in')], recursive: true })
  const { captions } = createRouterClient(router, {
    context: {
      studio, places: new Places([]), door: { kind: 'browser', reveal: () => Promise.resolve(false) },
      client: { id: 'w', closed: new AbortController().signal }, log: () => undefined,
    },
  })
  const make = async (ids: number[], again = false) => {
    const events = []
    for await (const event of await captions.make({ ids, again })) events.push(event)
    return events
  }
  return { studio, ollama, captions, make, ids: photos.map(({ id }) => itemId('original', id)) }
}

test('captions of items: asked for with progress, read, typed, taken away', async () => {
  const { captions, make, ids, studio } = await window()
  const [a = 0, b = 0] = ids
  const { ids: [copy = 0] } = studio.library.copy([a])
  const events = await make([a, copy, b])
  expect(events.at(-1)).toEqual({ kind: 'done', made: 2, without: 0, problems: [] })
  expect(events.slice(0, -1).every((event) => event.kind === 'progress' && event.total === 2)).toBe(true)
  expect(await captions.of({ id: copy })).toEqual({ text: 'a red boat on a beach', model: 'gemma3:4b' })
  expect(await captions.set({ ids: [b], text: 'my boat' })).toEqual({ undo: 'What is shown: 1 photo' })
  expect(await captions.of({ id: b })).toEqual({ text: 'my boat', model: null })
  expect((await make(ids)).at(-1)).toMatchObject({ made: 0, without: 0 })
  await captions.set({ ids, text: '' })
  expect(await captions.of({ id: a })).toBeNull()
  expect(await captions.set({ ids, text: ' ' })).toEqual({ undo: null })
  await expect(captions.of({ id: 999 })).rejects.toMatchObject({ code: 'ITEM_UNKNOWN' })
})

test('what was typed is taken back and done again step by step, with the model that had answered before', async () => {
  const { captions, make, ids: [a = 0, b = 0], studio } = await window()
  await make([a])
  const both = (): Promise<unknown[]> => Promise.all([a, b].map((id) => captions.of({ id })))
  const states = [await both()]
  for (const text of ['a harbour', 'a harbour at dusk', '']) {
    await captions.set({ ids: [a, b], text })
    states.push(await both())
  }
  expect(states).toEqual([
    [{ text: 'a red boat on a beach', model: 'gemma3:4b' }, null], ...['a harbour', 'a harbour at dusk'].map((text) => [{ text, model: null }, { text, model: null }]), [null, null],
  ])
  for (const before of states.slice(0, -1).toReversed()) {
    expect(studio.library.undo()).toBe('What is shown: 2 photos')
    expect(await both()).toEqual(before)
  }
  for (const after of states.slice(1)) {
    studio.library.redo()
    expect(await both()).toEqual(after)
  }
})

test('a problem that costs every photo is told once, and what answers at the address is told without a photo', async () => {
  const { captions, make, ids, ollama } = await window({ models: [] })
  expect((await make(ids)).at(-1)).toMatchObject({ kind: 'done', made: 0, without: 2, problems: [{ hint: expect.stringContaining('ollama pull') as string }] })
  expect(await captions.server({})).toMatchObject({ isLocal: true, version: '0.24.0', models: [], problem: { hint: expect.any(String) as string } })
  expect(ollama.pictures).toEqual([])
})
