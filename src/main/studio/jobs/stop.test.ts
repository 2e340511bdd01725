import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writePhoto } from '../../../../test/helpers/photos.ts'
import type { FixEvent, FixOptions } from '../work.ts'
import { filesBelow, openBench, type Bench } from '../../../../test/helpers/bench.ts'

/** Photos of many small tiles, so that there is a middle to stop in. */
async function slowBench(count: number): Promise<Bench> {
  const bench = await openBench([])
  for (let index = 0; index < count; index++) {
    await writePhoto(join(bench.input, `${index}.jpg`), { width: 640, height: 480, seed: index + 1 })
  }
  return bench
}
const slow = { tile: 32, pack: 'test-sharpen' }

/** Runs `action` at the first tile of each photo, at most `times` times. */
function atFirstTile(action: (event: Extract<FixEvent, { kind: 'progress' }>) => void, times = 1): FixOptions {
  const seen = new Set<number>()
  return { onEvent: (event) => {
    if (event.kind !== 'progress' || event.progress.tilesDone < 1 || event.progress.stage !== 'tiles') return
    if (seen.has(event.jobId) || seen.size >= times) return
    seen.add(event.jobId)
    action(event)
  } }
}

test('stop after the current photos: they are finished, the rest stays queued, the same command goes on', async () => {
  const bench = await slowBench(5)
  const stop = new AbortController()
  const first = await bench.fix(slow, { ...atFirstTile(() => { stop.abort() }), stopAfterCurrent: stop.signal })
  expect(first.stopped).toBe(true)
  expect(first.counts.running).toBe(0)
  expect(first.counts.done + first.counts.suspect).toBeGreaterThan(0)
  expect(first.counts.queued).toBeGreaterThan(0)
  const second = await bench.fix(slow)
  expect(second).toMatchObject({ batchId: first.batchId, stopped: false, counts: { total: 5, queued: 0, running: 0, failed: 0 } })
  expect(Object.keys(await filesBelow(bench.output))).toHaveLength(5)
  expect(bench.jobs.list({}).every(({ state }) => state === 'done' || state === 'suspect')).toBe(true)
})

test('stop now: the photos in work go back to the queue and leave nothing behind', async () => {
  const bench = await slowBench(3)
  const stop = new AbortController()
  const summary = await bench.fix(slow, { ...atFirstTile(() => { stop.abort() }), stopNow: stop.signal })
  expect(summary).toMatchObject({ stopped: true, counts: { queued: 3, total: 3 } })
  expect(await filesBelow(bench.output)).toEqual({})
})

test('pause now and resume', async () => {
  const bench = await slowBench(2)
  const paused = await bench.fix(slow, atFirstTile(() => { bench.jobs.pause(1, 'now') }))
  expect(paused).toMatchObject({ stopped: true, counts: { queued: 2, total: 2 } })
  expect(bench.jobs.batches()[0]).toMatchObject({ id: 1, paused: 'now', paths: [bench.input], destination: bench.output })
  const resumed = await bench.jobs.resume(null)
  expect(resumed).toMatchObject({ stopped: false, batchId: 1, counts: { queued: 0, running: 0, total: 2 }, destination: bench.output })
  expect(Object.keys(await filesBelow(bench.output))).toHaveLength(2)
})

test('cancel ends every job that is not over, and a retry brings them back', async () => {
  const bench = await slowBench(3)
  const summary = await bench.fix(slow, atFirstTile(() => { bench.jobs.cancel({ batchId: 1 }) }))
  expect(summary).toMatchObject({ stopped: false, counts: { cancelled: 3, total: 3 } })
  expect(summary.reports.every(({ reason, output }) => reason === null && output === null)).toBe(true)
  expect(await filesBelow(bench.output)).toEqual({})
  expect(bench.jobs.retry(1, ['cancelled'])).toBe(3)
  expect((await bench.jobs.resume(1)).counts).toMatchObject({ cancelled: 0, queued: 0, total: 3 })
})

test('one death of the guest costs nothing but time', async () => {
  const bench = await slowBench(3)
  const summary = await bench.fix(slow, atFirstTile(() => { kill(bench) }))
  expect(summary.counts).toMatchObject({ failed: 0, queued: 0, total: 3 })
  expect(Object.keys(await filesBelow(bench.output))).toHaveLength(3)
})

test('a photo that the guest dies on twice fails; its neighbours do not', async () => {
  const bench = await slowBench(3)
  const deaths = new Map<number, string>()
  const options: FixOptions = { onEvent: (event) => {
    if (event.kind === 'started' && event.source.endsWith('1.jpg')) deaths.delete(event.jobId)
    if (event.kind !== 'progress' || !event.source.endsWith('1.jpg') || event.progress.tilesDone < 1 || deaths.has(event.jobId)) return
    deaths.set(event.jobId, event.source)
    kill(bench)
  } }
  const summary = await bench.fix(slow, options)
  expect(summary.counts).toMatchObject({ failed: 1, queued: 0, total: 3 })
  expect(summary.reports.map(({ code }) => code)).toEqual([null, 'GUEST_CRASHED', null])
  expect(bench.jobs.retry(1)).toBe(1)
  expect((await bench.jobs.resume(1)).counts).toMatchObject({ failed: 0, total: 3 })
})

test('closing the studio gives the photos in work back', async () => {
  const bench = await slowBench(2)
  let closing: Promise<void> | undefined
  const summary = bench.fix(slow, atFirstTile(() => { closing ??= bench.parts.runners.stopAll() }))
  expect((await summary).counts).toMatchObject({ queued: 2, running: 0 })
  await closing
})

function kill(bench: Bench): void {
  const { pid } = bench.parts.infer
  if (pid !== null) process.kill(pid, 'SIGKILL')
}
