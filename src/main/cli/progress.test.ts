import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { jobReport } from '../studio/report/sample-jobs.ts'
import { BatchView } from './progress.ts'

const inTiles = (tilesDone: number, tilesTotal: number) => ({
  stage: 'tiles' as const,
  tilesDone,
  tilesTotal,
  secondsLeft: null,
  device: 'cpu',
})

test('progress is weighted by megapixels and by tiles, and is whole only at the end', () => {
  const view = new BatchView()
  view.take({ kind: 'planned', batchId: 1, total: 2, megapixels: 100, destination: '/out' })
  expect(view.fraction).toBe(0)
  view.take({ kind: 'finished', report: jobReport({ jobId: 1, megapixels: 10 }), batch: { done: 1, total: 2, secondsLeft: 90 } })
  expect(view.fraction).toBeCloseTo(0.1)
  view.take({ kind: 'started', jobId: 2, source: '/in/b.jpg' })
  view.take({ kind: 'progress', jobId: 2, source: '/in/b.jpg', progress: inTiles(5, 10), batch: { done: 1, total: 2, secondsLeft: 40 } })
  expect(view.fraction).toBeCloseTo(0.55)
  view.take({ kind: 'progress', jobId: 2, source: '/in/b.jpg', progress: inTiles(10, 10), batch: { done: 1, total: 2, secondsLeft: 0 } })
  expect(view.fraction).toBeLessThan(1)
  view.take({ kind: 'finished', report: jobReport({ jobId: 2, megapixels: 90 }), batch: { done: 2, total: 2, secondsLeft: 0 } })
  expect(view.fraction).toBe(1)
})

test('the bar names what is in work and fits into any width', () => {
  const view = new BatchView()
  view.take({ kind: 'planned', batchId: 1, total: 400, megapixels: 9600, destination: '/out' })
  view.take({
    kind: 'progress',
    jobId: 2,
    source: `/in/${'long'.repeat(30)}\n_12.jpg`,
    progress: inTiles(3, 12),
    batch: { done: 12, total: 400, secondsLeft: 700 },
  })
  expect(view.lines(80)[0]).toContain('12 of 400  about 12 min left')
  expect(view.lines(80)[1]).toContain('_12.jpg  tile 4 of 12, cpu')
  expect(view.lines(80).join('\n')).toContain('\\n')
  for (const width of [20, 30, 40, 80, 100]) for (const line of view.lines(width)) expect(stringWidth(line)).toBeLessThanOrEqual(width)
})

test('the import is shown until the batch is planned', () => {
  const view = new BatchView()
  expect(view.lines(80)).toEqual([])
  view.take({ kind: 'import', found: 40, done: 3, name: '/in/a.jpg' })
  expect(view.lines(80)).toEqual(['Looking at 3 of 40  a.jpg'])
})
