import sharp from 'sharp'
import { expect, test, vi } from 'vitest'
import { openBench } from '../../../../test/helpers/bench.ts'
import { Journal } from '../library/journal.ts'
import { preferencesApi } from '../preferences.ts'
import { type CaptionEvent, type CaptionOutcome, type CaptionRequest, Captions } from './captions.ts'
import { captionLimits, type CaptionLimits } from './ollama.ts'
import { blind, type FakeBehaviour, fakeOllama, seeing } from './ollama.fixture.ts'

async function open(count: number, behaviour: FakeBehaviour = {}, limits: Partial<CaptionLimits> = {}) {
  const bench = await openBench(Array.from({ length: count }, (_, index) => `${index}.jpg`))
  const ollama = await fakeOllama(behaviour)
  const { catalog, pixels, log } = bench.parts
  const captions = new Captions({ catalog, pixels, log, preferredHost: () => ollama.address, limits: { ...captionLimits, ...limits } })
  const { photos: imported } = await bench.parts.importPhotos([bench.input], true, {})
  const photos = imported.map(({ id }) => bench.parts.photos.byId(id)!)
  const events: CaptionEvent[] = []
  const make = (request: CaptionRequest = {}, signal?: AbortSignal) => captions.make(photos, request, {
    ...signal === undefined ? {} : { signal }, onEvent: (event) => events.push(event),
  })
  return { bench, ollama, captions, photos, events, make, count: (what: string) => ollama.asked.filter((each) => each === what).length }
}

const codes = (outcomes: readonly CaptionOutcome[]) => outcomes.map(({ error, caption }) => error?.code ?? caption?.text)
const boat = 'a red boat on a beach'

test('each photo gets a caption, kept with model and prompt version; the model is loaded once and leaves the memory at the end', async () => {
  const { ollama, captions, photos, events, make } = await open(2)
  expect(codes(await make())).toEqual([boat, boat])
  expect(captions.of(photos[0]!.id)).toMatchObject({ model: 'gemma3:4b', promptVersion: 1, imageHash: photos[0]!.imageHash })
  expect(ollama.asked).toEqual(['/api/tags', '/api/show', 'load', 'look', 'look', 'unload'])
  expect(events.map((event) => event.kind)).toEqual(['photo', 'loading', 'photo'])

  const { format, width, height } = await sharp(ollama.pictures[0]).metadata()
  expect([format, width, height]).toEqual(['jpeg', 512, 384])
  expect(ollama.chats[0]).toMatchObject({ stream: true, think: false, keep_alive: '5m', format: { required: ['caption'] } })
  // Another context size would load the model again.
  expect(new Set(ollama.chats.map(({ options }) => options.num_ctx)).size).toBe(1)
})

test('what is there is not asked for again, what a person typed is never replaced, and taking it away makes room for a model', async () => {
  const { ollama, captions, photos, make } = await open(2, { models: [seeing('gemma3:4b'), seeing('llava:7b', '7.2B')] })
  const [first, second] = photos
  captions.set([first!], '  my boat ')
  expect(captions.of(first!.id)).toMatchObject({ text: 'my boat', model: null, promptVersion: null })
  expect(codes(await make())).toEqual(['my boat', boat])
  const asked = ollama.asked.length
  expect((await make()).map(({ isNew }) => isNew)).toEqual([false, false])
  expect(ollama.asked).toHaveLength(asked)
  expect((await make({ again: true })).map(({ isNew }) => isNew)).toEqual([false, true])
  expect((await make({ model: 'llava:7b' })).map(({ caption }) => caption?.model)).toEqual([null, 'llava:7b'])
  captions.set([first!, second!], '')
  expect(captions.of(first!.id)).toBeNull()
  expect(codes(await make())).toEqual([boat, boat])
})

test('captions that were asked for are one step back and forth, also those that took the place of others; those of a batch are none', async () => {
  const { captions, photos, bench } = await open(2, { models: [seeing('gemma3:4b'), seeing('llava:7b', '7.2B')] })
  const journal = new Journal(bench.parts.catalog)
  const models = () => photos.map(({ id }) => captions.of(id)?.model)
  await captions.make([photos[0]!])
  expect(journal.undo()).toBeNull()
  await captions.make(photos, { model: 'llava:7b' }, { undoable: true })
  expect(models()).toEqual(['llava:7b', 'llava:7b'])
  expect([journal.undo(), models()]).toEqual(['What is shown: 2 photos', ['gemma3:4b', undefined]])
  expect([journal.redo(), models()]).toEqual(['What is shown: 2 photos', ['llava:7b', 'llava:7b']])
})

test('a caption that a person types while a model looks stays', async () => {
  const { captions, photos, make } = await open(1, { fault: () => {
    captions.set(photos, 'my boat')
    return null
  } })
  expect((await make()).map(({ caption, isNew }) => [caption?.text, isNew])).toEqual([['my boat', false]])
})

test('of the models that can see the one nearest to four billion weights looks, and none that is a way into a cloud', async () => {
  const cloud = { ...seeing('qwen3-vl:235b-cloud'), size: '' }
  const disguised = { ...seeing('deepseek-v4-flash:latest'), remoteHost: 'https://ollama.com' }
  const { ollama, photos, captions, make } = await open(1, {
    models: [blind('llama3.2:3b'), cloud, disguised, seeing('moondream:1.8b', '1.8B'), seeing('llava:34b', '34B'), { ...seeing('qwen2.5vl:3b', '3.8B'), families: ['qwen25vl'] }],
  })
  await make()
  expect(captions.of(photos[0]!.id)?.model).toBe('qwen2.5vl:3b')
  expect((await sharp(ollama.pictures[0]).metadata()).width).toBe(504)
  expect(await captions.look()).toMatchObject({ isLocal: true, version: '0.24.0', models: ['qwen2.5vl:3b', 'moondream:1.8b', 'llava:34b'], problem: null })
  for (const model of ['qwen3-vl:235b-cloud', 'glm:cloud', 'deepseek-v4-flash', 'deepseek-v4-flash:latest']) {
    expect(codes(await make({ model, again: true }))).toEqual(['CAPTION_CLOUD'])
  }
  expect(codes(await make({ host: 'https://ollama.com', again: true }))).toEqual(['CAPTION_CLOUD'])
  expect(ollama.pictures).toHaveLength(1)
})

test('a model that is missing, blind, or none at all ends the batch with one question and no picture sent', async () => {
  const { ollama, make } = await open(2, { models: [blind('llama3.2:3b')] })
  expect(codes(await make())).toEqual(['CAPTION_NO_MODEL', 'CAPTION_NO_MODEL'])
  expect(codes(await make({ model: 'nowhere:4b' }))).toEqual(['CAPTION_MODEL_MISSING', 'CAPTION_MODEL_MISSING'])
  expect(codes(await make({ model: 'llama3.2:3b' }))).toEqual(['CAPTION_MODEL_BLIND', 'CAPTION_MODEL_BLIND'])
  expect(ollama.chats).toEqual([])
})

test('loading has its own time: long for a slow disk, and at its end nobody waits for it a second time', async () => {
  const patient = await open(1, { loadMs: 2500 }, { captionMs: 2000 })
  expect(codes(await patient.make())).toEqual([boat])
  const hasty = await open(2, { loadMs: 60_000 }, { loadMs: 300 })
  expect(codes(await hasty.make())).toEqual(['CAPTION_TIMEOUT', 'CAPTION_TIMEOUT'])
  expect([hasty.count('load'), hasty.count('unload')]).toEqual([1, 1])
})

test('a fault with one photo is told, and the next one is asked for', async () => {
  const faults = { 'error-line': 'CAPTION_SERVER_FAILED', 'error-500': 'CAPTION_SERVER_FAILED', drop: 'CAPTION_SERVER_FAILED', hang: 'CAPTION_TIMEOUT', blind: 'CAPTION_NOT_SEEN' } as const
  for (const [fault, code] of Object.entries(faults)) {
    const { captions, photos, make } = await open(2, { fault: (asked) => asked === 0 ? fault as keyof typeof faults : null }, { captionMs: 2000 })
    expect([fault, ...codes(await make())]).toEqual([fault, code, boat])
    expect(captions.of(photos[0]!.id)).toBeNull()
  }
})

test('an answer among the thoughts counts, one that is none is asked for once more, warmer', async () => {
  const thinking = await open(1, { say: () => ({ thinking: `The photo shows {"caption": "${boat}"}` }) })
  expect(codes(await thinking.make())).toEqual([boat])
  const second = await open(1, { say: (asked) => ({ content: asked === 0 ? 'A boat, I think.' : `{"caption": " a red boat\\n on a beach "}` }) })
  expect(codes(await second.make())).toEqual([boat])
  expect(second.ollama.chats.map(({ options }) => options.temperature)).toEqual([0, 0, 0.4])
  const never = await open(1, { say: () => ({ content: '{"caption": ""}' }) })
  expect(codes(await never.make())).toEqual(['CAPTION_UNREADABLE'])
  expect(never.count('look')).toBe(2)
})

test('a picture that was not seen is noticed by its tokens, also where a server does not count them; one token is enough for Llama', async () => {
  const uncounted = await open(1, { imageTokens: null })
  expect(codes(await uncounted.make())).toEqual(['CAPTION_NOT_SEEN'])
  const llama = await open(1, { models: [{ ...seeing('llama3.2-vision:11b', '9.8B'), families: ['mllama'] }], imageTokens: 1 })
  expect(codes(await llama.make())).toEqual([boat])
})

test('no connection is left over, also of an answer without an end', async () => {
  const { ollama, make } = await open(2, { lingers: true })
  expect(codes(await make())).toEqual([boat, boat])
  await vi.waitFor(async () => { expect(await ollama.connections()).toBe(0) })
})

test('three failures in a row end the batch: the rest says so', async () => {
  const { make, count } = await open(5, { fault: () => 'error-500' })
  expect(codes(await make())).toEqual([...Array<string>(3).fill('CAPTION_SERVER_FAILED'), 'CAPTION_GIVEN_UP', 'CAPTION_GIVEN_UP'])
  expect([count('look'), count('unload')]).toEqual([3, 1])
})

test('without ollama one question is asked, and a caption by hand works the same', async () => {
  const { captions, photos, make } = await open(2)
  const host = 'http://localhost:1'
  expect(codes(await make({ host }))).toEqual(['CAPTION_SERVER_MISSING', 'CAPTION_SERVER_MISSING'])
  expect(await captions.look(host)).toMatchObject({ host: 'localhost:1', isLocal: true, version: null, problem: { code: 'CAPTION_SERVER_MISSING' } })
  captions.set(photos, boat)
  expect(codes(await make({ host }))).toEqual([boat, boat])
})

test('localhost is this machine; another address is told before a photo is sent there', async () => {
  const { ollama, events, make } = await open(1)
  expect(codes(await make({ host: ollama.address.replace('127.0.0.1', 'localhost') }))).toEqual([boat])
  const isAway = (event: CaptionEvent) => event.kind === 'notice' && event.notice.code === 'PHOTOS_LEAVE'
  expect(events.some(isAway)).toBe(false)
  events.length = 0
  // Leads to this machine all the same, which nobody can know of an address in general.
  const outcomes = await make({ host: ollama.address.replace('127.0.0.1', '0.0.0.0'), again: true })
  expect(outcomes).toHaveLength(1)
  expect(events.findIndex(isAway)).toBe(1)
})

test('another program at the address, or one that sends on elsewhere, gets no picture, and what it points to gets nothing', async () => {
  const decoy = await fakeOllama()
  const answers: FakeBehaviour['instead'][] = [
    (_request, response) => { response.writeHead(200, { 'content-type': 'text/html' }).end('<p>router</p>') },
    (_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"devices": []}') },
    (request, response) => { response.writeHead(307, { location: `${decoy.address}${request.url ?? ''}` }).end() },
  ]
  for (const instead of answers) {
    const { make, ollama } = await open(1, instead === undefined ? {} : { instead })
    expect(codes(await make())).toEqual(['CAPTION_SERVER_FAILED'])
    expect(ollama.pictures).toEqual([])
  }
  expect(decoy.asked).toEqual([])
})

test('stopping keeps what was made and unloads the model', async () => {
  const { captions, photos, make, count } = await open(2, { fault: (asked) => asked === 1 ? 'hang' : null })
  const stop = new AbortController()
  const outcomes = make({}, stop.signal).then(codes, (error: unknown) => error)
  await vi.waitFor(() => { expect(count('look')).toBe(2) }, { timeout: 30_000 })
  stop.abort()
  expect(await outcomes).toMatchObject({ code: 'CANCELLED' })
  expect(captions.of(photos[0]!.id)?.text).toBe(boat)
  expect(count('unload')).toBe(1)
})

test('closing ends what is being made and what waits, and unloads the model', async () => {
  const { captions, make, count } = await open(1, { fault: () => 'hang' })
  const outcomes = [make(), make()].map((made) => made.then(codes, (error: unknown) => error))
  await vi.waitFor(() => { expect(count('look')).toBe(1) }, { timeout: 30_000 })
  await captions.close()
  expect(await Promise.all(outcomes)).toMatchObject([{ code: 'CANCELLED' }, { code: 'CANCELLED' }])
  expect([count('load'), count('unload')]).toEqual([1, 1])
})

test('a restoration takes the memory: the model leaves it first, and comes back for the photo it was looking at', async () => {
  const { bench, ollama, photos, count } = await open(2, { fault: (asked) => asked === 1 ? 'hang' : null })
  preferencesApi(bench.parts.settings).set({ captionsHost: ollama.address })
  const events: string[] = []
  const making = bench.parts.captions.make(photos, {}, { onEvent: ({ kind }) => { events.push(kind) } })
  await vi.waitFor(() => { expect(count('look')).toBe(2) }, { timeout: 30_000 })
  const looked: number[] = []
  const summary = await bench.fix({}, { onEvent: ({ kind }) => { if (kind === 'started' || kind === 'finished') looked.push(count('look'), count('unload')) } })
  expect(summary.counts.done).toBe(2)
  expect(new Set(looked)).toEqual(new Set([2, 1]))
  expect(codes(await making)).toEqual([boat, boat])
  expect(ollama.asked.slice(-6)).toEqual(['look', 'look', 'unload', 'load', 'look', 'unload'])
  expect(events).toEqual(['photo', 'loading', 'photo', 'waiting', 'loading'])
})
