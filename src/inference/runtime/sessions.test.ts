import { expect, test } from 'vitest'
import { SessionCache, type SessionRequest } from './sessions.ts'

/** A cache over sessions that only count. */
function counting(budget: number) {
  const log: string[] = []
  let failures = 0
  const cache = new SessionCache(budget, graph => {
    const name = String.fromCharCode(graph[0]!)
    if (failures > 0) {
      failures--
      return Promise.reject(new Error('no'))
    }
    log.push(`load ${name}`)
    return Promise.resolve({
      run: () => Promise.resolve({}),
      release() {
        log.push(`release ${name}`)
        return Promise.resolve()
      },
    })
  })
  const request = (name: string): SessionRequest => ({
    sha256: name, bytes: () => Promise.resolve(Uint8Array.from([name.charCodeAt(0)])), provider: 'cpu', dimensions: {}, cost: 10,
  })
  return { cache, log, request, failNext: (count: number) => { failures = count } }
}

test('one load for everybody who asks at once, and again later', async () => {
  const { cache, log, request } = counting(100)
  const leases = await Promise.all([cache.acquire(request('a')), cache.acquire(request('a'))])
  for (const lease of leases) lease.release()
  const again = await cache.acquire(request('a'))
  again.release()
  expect(log).toEqual(['load a'])
})

test('the least recently used goes first, one in use never', async () => {
  const { cache, log, request } = counting(20)
  const a = await cache.acquire(request('a'))
  const b = await cache.acquire(request('b'))
  b.release()
  const c = await cache.acquire(request('c'))
  expect(log).toEqual(['load a', 'load b', 'load c', 'release b'])
  a.release()
  a.release()
  c.release()
  await cache.clear()
  expect(log.slice(4)).toEqual(['release a', 'release c'])
  expect(cache.size).toBe(0)
})

test('a failed load is forgotten, not remembered', async () => {
  const { cache, log, request, failNext } = counting(100)
  failNext(1)
  await expect(cache.acquire(request('a'))).rejects.toThrow('no')
  expect(cache.size).toBe(0)
  await cache.acquire(request('a'))
  expect(log).toEqual(['load a'])
})

test('other sizes and other devices are other sessions', async () => {
  const { cache, request } = counting(100)
  await cache.acquire(request('a'))
  await cache.acquire({ ...request('a'), dimensions: { height: 64 } })
  await cache.acquire({ ...request('a'), provider: 'cuda' })
  expect(cache.size).toBe(3)
})
