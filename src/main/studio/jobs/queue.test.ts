import { expect, test } from 'vitest'
import { catalogWithJobs, newJob } from '../../../../test/helpers/jobs.ts'
import { JobQueue, leaseMs } from './queue.ts'

const sources = (count: number) => Array.from({ length: count }, (_, index) => newJob(`/${index}`))

test('jobs are taken by priority, then in order', async () => {
  const { catalog, batchId, ids } = await catalogWithJobs(sources(3))
  const queue = new JobQueue(catalog, 'me')
  queue.prioritise(ids[2] ?? 0, 5)
  const taken = [0, 1, 2, 3].map(() => queue.claim(batchId, true)?.source)
  expect(taken).toEqual(['/2', '/0', '/1', undefined])
})

test('a claim is a lease with a new epoch; two owners never have the same job', async () => {
  const { catalog, batchId } = await catalogWithJobs(sources(2))
  const [a, b] = [new JobQueue(catalog, 'a', () => 1000), new JobQueue(catalog, 'b', () => 1000)]
  const [mine, theirs] = [a.claim(batchId, true), b.claim(batchId, true)]
  expect(mine).toMatchObject({ source: '/0', owner: 'a', epoch: 1, leaseUntil: 1000 + leaseMs, attempts: 1 })
  expect(theirs).toMatchObject({ source: '/1', owner: 'b' })
  expect(a.heldByOthers().map(({ source }) => source)).toEqual(['/1'])
})

test('a job that was taken over cannot be ended by its old owner', async () => {
  const { catalog, batchId, jobs, ids } = await catalogWithJobs(sources(1))
  let now = 0
  const [sleeper, other] = [new JobQueue(catalog, 'sleeper', () => now), new JobQueue(catalog, 'other', () => now)]
  const slept = sleeper.claim(batchId, true)
  if (slept === null) throw new Error('nothing to claim')
  const [seen] = other.heldByOthers()
  if (seen === undefined) throw new Error('nothing held')
  expect(other.leaseRanOut(seen)).toBe(false)
  now = leaseMs + 1
  expect(other.leaseRanOut(seen)).toBe(true)
  const taken = other.takeOver(seen)
  expect(taken).toMatchObject({ owner: 'other', epoch: 2 })
  expect(other.takeOver(seen)).toBeNull()
  const late = [() => sleeper.finish(slept, { state: 'done' }), () => sleeper.release(slept), () => sleeper.noteTemporary(slept, '/x')]
  for (const end of late) expect(end).toThrow(expect.objectContaining({ code: 'JOB_LOST' }))
  expect(sleeper.toStop([slept])).toEqual({ cancelled: [], lost: [slept.id] })
  expect(jobs.byId(ids[0] ?? 0)?.state).toBe('running')
})

test('a renewed lease is not taken over', async () => {
  const { catalog, batchId } = await catalogWithJobs(sources(1))
  let now = 0
  const [living, other] = [new JobQueue(catalog, 'living', () => now), new JobQueue(catalog, 'other', () => now)]
  living.claim(batchId, true)
  const [seen] = other.heldByOthers()
  now = leaseMs + 1
  living.heartbeat()
  expect(seen === undefined ? 'nothing' : other.takeOver(seen)).toBeNull()
})

test('the same bytes with the same settings wait for the first of them', async () => {
  const twin = { workKey: 'same', fileHash: 'same' }
  const { catalog, batchId } = await catalogWithJobs([newJob('/0', twin), newJob('/1', twin), newJob('/2')])
  const queue = new JobQueue(catalog, 'me')
  const first = queue.claim(batchId, true)
  expect([first?.source, queue.claim(batchId, false)?.source, queue.claim(batchId, false)]).toEqual(['/0', '/2', null])
  if (first !== null) queue.finish(first, { state: 'done' })
  expect(queue.claim(batchId, false)?.source).toBe('/1')
})

test('a photo that the guest died on is tried again alone, after the others', async () => {
  const { catalog, batchId } = await catalogWithJobs(sources(2))
  const queue = new JobQueue(catalog, 'me')
  const first = queue.claim(batchId, true)
  if (first !== null) queue.release(first, { crashed: true })
  expect(queue.claim(batchId, false)?.source).toBe('/1')
  expect(queue.claim(batchId, false)).toBeNull()
  expect(queue.claim(batchId, true)).toMatchObject({ source: '/0', crashes: 1, attempts: 2 })
})

test('cancel ends what waits and asks what works to stop; retry gives a clean slate', async () => {
  const { catalog, batchId, ids, jobs, batches } = await catalogWithJobs(sources(2))
  const queue = new JobQueue(catalog, 'me')
  const working = queue.claim(batchId, true)
  if (working === null) throw new Error('nothing to claim')
  expect(queue.cancel(ids)).toBe(2)
  expect(queue.toStop([working])).toEqual({ cancelled: [working.id], lost: [] })
  queue.finish(working, { state: 'cancelled', code: 'CANCELLED' })
  expect(batches.counts(batchId)).toMatchObject({ cancelled: 2, total: 2 })
  expect(queue.cancel(ids)).toBe(0)
  expect(queue.requeue(ids)).toBe(2)
  expect(jobs.byId(ids[0] ?? 0)).toMatchObject({ state: 'queued', code: null, crashes: 0, cancelRequested: false })
})

test('what a job was given at enqueue is what it has when it runs', async () => {
  const draft = newJob('/0')
  const { catalog, batchId } = await catalogWithJobs([draft])
  const job = new JobQueue(catalog, 'me').claim(batchId, true)
  const { settings, preset, target, source, fileHash, imageHash } = draft
  expect(job).toMatchObject({ settings, preset, target, source, fileHash, imageHash })
})
