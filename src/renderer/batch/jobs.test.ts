import { expect, test, vi } from 'vitest'
import type { JobRow } from '../../shared/contract/batch.ts'

vi.mock('../client/client.ts', () => ({ client: {} }))
const { patched } = await import('./jobs.ts')

const job = (id: number, state: JobRow['state']): JobRow => ({
  id, batch: 1, item: null, result: null, name: `${id}.jpg`, state, engine: 'e', preset: 'p', reason: null, code: null, tilesDone: 0, tilesTotal: 0,
  secondsLeft: null, seconds: null, device: null, megapixels: 1, interrupted: false, output: null,
})

test('changed rows take the place of the old ones, new ones follow, the rest stays the same object', () => {
  const rows = [job(1, 'done'), job(2, 'running'), job(3, 'queued')]
  const next = patched(rows, [job(2, 'done'), job(4, 'queued')])
  expect(next.map(({ id, state }) => `${id} ${state}`)).toEqual(['1 done', '2 done', '3 queued', '4 queued'])
  expect(next[0]).toBe(rows[0])
})
