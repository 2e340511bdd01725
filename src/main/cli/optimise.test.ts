import { expect, test } from 'vitest'
import type { Optimised } from '../../shared/edge.ts'
import type { Studio } from '../studio/api.ts'
import { fakeDoor, fakeStudio } from './fake-studio.ts'
import { run } from './program.ts'

const found: Optimised & { file: string, pack: string, engine: string } = {
  packHash: 'a'.repeat(64), provider: 'cpu', device: 'A processor', at: '2026-01-02T00:00:00.000Z', side: 384, baseMs: 100, blockMs: [[10, 5], [10, 2]], seed: 1, evaluations: 4,
  hypervolume: 1, gainDb: 0.5, knee: [0, 1], file: '/data/optimised/x.json', pack: 'mini', engine: 'nafnet-edge',
  front: [{ options: [0, 0], dropDb: 0, milliseconds: 100 }, { options: [0, 1], dropDb: 0.02, milliseconds: 80 }, { options: [1, 1], dropDb: 0.2, milliseconds: 70 }],
  chosen: { options: [0, 1], dropDb: 0.02, predictedMs: 80, measuredMs: 84, baseMs: 105, sha256: 'b'.repeat(64) },
}

async function optimise(...args: string[]) {
  const requests: Parameters<Studio['optimise']>[0][] = []
  const fake = fakeStudio([], {}, {
    optimise: (request) => {
      requests.push(request)
      return Promise.resolve(found)
    },
  })
  const shown = fakeDoor(fake.studio, { columns: 90 })
  const code = await run(['optimise', ...args], shown.door)
  return { code, out: shown.out(), err: shown.err(), request: requests[0] }
}

test('shows the front as a chart and a table, and what was chosen, within the width', async () => {
  const { code, out } = await optimise()
  expect(code).toBe(0)
  expect(out.split('\n').every((line) => line.length <= 90)).toBe(true)
  expect(out.match(/\*/g)).toHaveLength(3)
  expect(out).toMatch(/2 +0,1 +80\.0 ms +1\.25x +0\.480 dB +96 % +chosen/)
  expect(out).toMatch(/measured 84\.0 ms.*1\.25x as fast/s)
})

test('with --json one object and nothing else', async () => {
  expect(JSON.parse((await optimise('--json')).out)).toEqual(found)
})

test('keeps 85 % of the gain unless told otherwise; blocks by hand go before a pick', async () => {
  expect((await optimise()).request).toMatchObject({ engine: 'nafnet-edge', pick: { keep: 0.85 }, seed: 1, evaluations: 120, fresh: false })
  expect((await optimise('--pick', 'keep=85', '--seed', '7')).request).toMatchObject({ pick: { keep: 0.85 }, seed: 7 })
  expect((await optimise('--pick', '3')).request).toMatchObject({ pick: { point: 3 } })
  expect((await optimise('--pick', 'knee', '--blocks', '0,1')).request).toMatchObject({ pick: { options: [0, 1] } })
})

test.each([['--pick', 'best'], ['--blocks', 'a,b'], ['--evaluations', '1'], ['--seed', 'x']])('%s %s is told in a sentence', async (...args) => {
  const { code, err, request } = await optimise(...args)
  expect([code, request]).toEqual([2, undefined])
  expect(err).toMatch(args[0])
})
