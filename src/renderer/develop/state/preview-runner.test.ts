import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { DevelopSettings, PreviewEvent } from '../../../shared/contract/develop.ts'
import { PreviewRunner, restTime, type PreviewWish } from './preview-runner.ts'

const settings: DevelopSettings = { engine: 'e', pack: null, controls: {}, strength: 1, scale: 'auto', mask: null }
const wish = (value: number): PreviewWish => ({ session: 's', settings: { ...settings, controls: { value } }, visible: { x: 0, y: 0, width: 1, height: 1 }, whole: true })
const tile = (version: number): PreviewEvent => ({ kind: 'tile', rect: { x: 0, y: 0, width: 1, height: 1 }, version, tilesDone: 1, tilesTotal: 2, secondsLeft: null, guarded: false })

/** A stream that gives what is pushed into it, and what became of it. */
class Stream {
  readonly signal: AbortSignal
  readonly wish: PreviewWish
  #push: (step: IteratorResult<PreviewEvent> | Error) => void = () => undefined
  constructor(asked: PreviewWish, signal: AbortSignal) {
    this.wish = asked
    this.signal = signal
  }

  push(event: PreviewEvent): void { this.#push({ done: false, value: event }) }
  end(): void { this.#push({ done: true, value: undefined }) }
  fail(error: Error): void { this.#push(error) }

  [Symbol.asyncIterator](): AsyncIterator<PreviewEvent> {
    return {
      next: () => new Promise((resolve, reject) => {
        this.#push = step => step instanceof Error ? reject(step) : resolve(step)
      }),
    }
  }
}

const streams: Stream[] = []
const told: string[] = []
const runner = new PreviewRunner(async (asked, signal) => {
  const stream = new Stream(asked, signal)
  streams.push(stream)
  return stream
}, {
  started: asked => told.push(`started ${String(asked.settings.controls['value'])}`),
  event: event => told.push(event.kind === 'tile' ? `tile ${event.version}` : event.kind),
  ended: () => told.push('ended'),
  failed: thrown => told.push(`failed ${String(thrown)}`),
})
const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
  streams.length = 0
  told.length = 0
})
afterEach(() => {
  runner.cancel()
  vi.useRealTimers()
})

test('a moving control asks once, when it rests, in less than 50 ms', async () => {
  expect(restTime).toBeLessThan(50)
  for (const value of [1, 2, 3]) {
    runner.ask(wish(value))
    await vi.advanceTimersByTimeAsync(restTime - 1)
  }
  expect(told).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(told).toEqual(['started 3'])
})

test('a newer wish cancels the older one at once and hears nothing of it any more', async () => {
  runner.ask(wish(1))
  await vi.advanceTimersByTimeAsync(restTime)
  streams[0]!.push(tile(1))
  await settle()
  runner.ask(wish(2))
  expect(streams[0]!.signal.aborted).toBe(true)
  streams[0]!.push(tile(2))
  await vi.advanceTimersByTimeAsync(restTime)
  streams[1]!.push(tile(3))
  await settle()
  expect(told).toEqual(['started 1', 'tile 1', 'started 2', 'tile 3'])
})

test('an old stream that breaks says nothing; the newest one that breaks does', async () => {
  runner.ask(wish(1))
  await vi.advanceTimersByTimeAsync(restTime)
  runner.ask(wish(2))
  streams[0]!.fail(new Error('old'))
  await vi.advanceTimersByTimeAsync(restTime)
  streams[1]!.fail(new Error('new'))
  await settle()
  expect(told).toEqual(['started 1', 'started 2', 'failed Error: new'])
  expect(runner.isBusy).toBe(false)
})

test('a stream that ends by itself says so, a cancelled one does not', async () => {
  runner.ask(wish(1))
  await vi.advanceTimersByTimeAsync(restTime)
  streams[0]!.end()
  await settle()
  runner.ask(wish(2))
  await vi.advanceTimersByTimeAsync(restTime)
  runner.cancel()
  streams[1]!.end()
  await settle()
  expect(told).toEqual(['started 1', 'ended', 'started 2'])
})
