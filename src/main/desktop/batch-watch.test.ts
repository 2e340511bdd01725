import { expect, test } from 'vitest'
import type { BatchRow } from '../../shared/contract/batch.ts'
import { watchBatches } from './batch-watch.ts'
import { batchEnded } from './words.en.ts'

function batch(id: number, running: boolean, counts: Partial<BatchRow['counts']>, megapixelsDone = 0): BatchRow {
  return {
    id, title: `batch ${id}`, kind: 'restore', preset: 'restored', createdAt: '', paused: null, running, megapixelsDone, megapixelsTotal: 40,
    secondsLeft: null, secondsElapsed: 0, photosPerHour: null, destination: null,
    counts: { total: 4, queued: 0, running: 0, done: 0, suspect: 0, failed: 0, skipped: 0, cancelled: 0, ...counts },
  }
}

async function watched(steps: BatchRow[][]): Promise<string[]> {
  const told: string[] = []
  async function* progress() { for (const batches of steps) yield { batches } }
  await watchBatches(progress(), {
    onRunning: (running) => told.push(running ? 'awake' : 'asleep'),
    onProgress: (fraction) => told.push(fraction === null ? 'idle' : `${Math.round(fraction * 100)} %`),
    onEnded: ({ id }) => told.push(`ended ${id}`),
  })
  return told
}

test('the machine stays awake while a batch runs, and each end is told once', async () => {
  const ended = batch(1, false, { done: 4 }, 40)
  expect(await watched([
    [batch(9, false, { done: 4 })], [batch(1, true, { queued: 4 })], [batch(1, true, { queued: 2, done: 2 }, 20)],
    [ended], [ended], [ended, batch(2, true, { queued: 4 }, 10)],
  ])).toEqual(['idle', 'awake', '0 %', '50 %', 'ended 1', 'asleep', 'idle', 'idle', 'awake', '25 %', 'asleep', 'idle'])
})

test('a paused batch has not ended, and goes on to one end', async () => {
  const told = await watched([
    [batch(1, true, { queued: 4 })], [batch(1, false, { queued: 2, done: 2 })], [batch(1, true, { queued: 1, done: 3 })],
    [batch(1, false, { done: 4 })],
  ])
  expect(told.filter((text) => text.startsWith('ended'))).toEqual(['ended 1'])
  expect(told.filter((text) => text === 'awake' || text === 'asleep')).toEqual(['awake', 'asleep', 'awake', 'asleep'])
})

test('the notification counts what a person must look at', () => {
  expect(batchEnded(batch(1, false, { done: 2, suspect: 1, failed: 1 }))).toEqual({
    title: 'batch 1: finished', body: '2 restored, 1 to look at, 1 failed.',
  })
})
