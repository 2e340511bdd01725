import { expect, test } from 'vitest'
import { Lane, ranks } from './schedule.ts'

const never = new AbortController().signal

test('only as many as there are places, then in order, the smaller rank first', async () => {
  const lane = new Lane(1)
  const log: string[] = []
  const first = await lane.enter(ranks.batch, never)
  const others = (['batch', 'batch', 'interactive'] as const).map(async (rank, at) => {
    const place = await lane.enter(ranks[rank], never)
    log.push(`${rank} ${at}`)
    place.leave()
  })
  expect(log).toEqual([])
  first.leave()
  await Promise.all(others)
  expect(log).toEqual(['interactive 2', 'batch 0', 'batch 1'])
})

test('gives way between tiles to the more urgent only, and goes on before those who came later', async () => {
  const lane = new Lane(1)
  const log: string[] = []
  const batch = await lane.enter(ranks.batch, never)
  const later = lane.enter(ranks.batch, never).then(place => {
    log.push('later')
    place.leave()
  })
  await batch.giveWay(never)
  expect(log).toEqual([])
  const urgent = lane.enter(ranks.interactive, never).then(place => {
    log.push('urgent')
    place.leave()
  })
  await batch.giveWay(never)
  log.push('batch goes on')
  batch.leave()
  await Promise.all([later, urgent])
  expect(log).toEqual(['urgent', 'batch goes on', 'later'])
})

test('who is cancelled while waiting leaves the queue', async () => {
  const lane = new Lane(1)
  const place = await lane.enter(ranks.batch, never)
  const controller = new AbortController()
  const waiting = lane.enter(ranks.batch, controller.signal)
  controller.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
  place.leave()
  place.leave()
  const again = await lane.enter(ranks.batch, never)
  let entered = false
  const next = lane.enter(ranks.batch, never).then(() => { entered = true })
  await Promise.resolve()
  expect(entered).toBe(false)
  again.leave()
  await next
})
