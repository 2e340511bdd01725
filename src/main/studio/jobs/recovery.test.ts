import { link, rename, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { filesBelow, openBench, type Bench } from '../../../../test/helpers/bench.ts'
import { temporaryOf } from './make.ts'
import { newOwner } from './owner.ts'
import { recover } from './recovery.ts'

const deadOwner = newOwner().split('|').map((part, index) => (index === 1 ? '4194999' : part)).join('|')

/** A finished photo whose row is as it was before its last step, in the hands of `owner`. */
async function interrupted(owner: string, columns = '') {
  const bench = await openBench(['a.jpg'])
  await bench.fix()
  const job = bench.parts.jobs.byId(1)
  const output = bench.parts.results.byJob(1)?.output
  if (job === null || typeof output !== 'string') throw new Error('nothing was restored')
  const temporary = temporaryOf(bench.parts, job)
  bench.parts.catalog.db.prepare(`UPDATE jobs SET state = 'running', owner = ?, lease_until = ?, temporary = ?, ended_at = NULL ${columns}`)
    .run(owner, Date.now() + 60_000, temporary)
  bench.parts.catalog.db.exec('UPDATE results SET output = NULL')
  return { bench, output, temporary }
}

const stateOf = (bench: Bench) => bench.parts.jobs.byId(1)?.state

test('killed after the rename: the file in place is taken for what it is', async () => {
  const { bench, output } = await interrupted(deadOwner)
  const before = await filesBelow(bench.output)
  expect(await recover(bench.parts)).toBe(1)
  expect([stateOf(bench), bench.parts.results.byJob(1)?.output]).toEqual(['done', output])
  expect(await filesBelow(bench.output)).toEqual(before)
})

test('killed between the two names of one file: the temporary one goes', async () => {
  const { bench, output, temporary } = await interrupted(deadOwner)
  const before = await filesBelow(bench.output)
  await link(output, temporary)
  await recover(bench.parts)
  expect([stateOf(bench), await filesBelow(bench.output)]).toEqual(['done', before])
})

test('killed before the rename: the finished temporary file is delivered, not computed again', async () => {
  const { bench, output, temporary } = await interrupted(deadOwner)
  const before = await filesBelow(bench.output)
  await rename(output, temporary)
  await recover(bench.parts)
  expect([stateOf(bench), await filesBelow(bench.output)]).toEqual(['done', before])
  expect(bench.parts.jobs.byId(1)?.attempts).toBe(1)
})

test('killed earlier: what is left goes, the photo runs anew', async () => {
  const { bench, output, temporary } = await interrupted(deadOwner, ', sha256 = NULL')
  await rename(output, temporary)
  await writeFile(temporary.replace(/\.jpg$/, '-1.jpg'), 'half a file')
  await recover(bench.parts)
  expect([stateOf(bench), await filesBelow(bench.output)]).toEqual(['queued', {}])
  expect((await bench.fix()).counts).toMatchObject({ total: 1, done: 1 })
})

test('a half-written file under the final name is not taken for the result', async () => {
  const { bench, output } = await interrupted(deadOwner)
  await writeFile(output, 'somebody else')
  await recover(bench.parts)
  expect(stateOf(bench)).toBe('queued')
  expect((await bench.fix()).reports[0]).toMatchObject({ state: 'skipped', code: 'OUTPUT_EXISTS' })
})

test('a living owner keeps its jobs while it renews its lease, whichever catalog handle asks', async () => {
  const { bench } = await interrupted(newOwner())
  expect(await recover(bench.parts)).toBe(0)
  expect(stateOf(bench)).toBe('running')
  bench.parts.catalog.db.prepare('UPDATE jobs SET lease_until = ?').run(Date.now() - 1)
  expect(await recover(bench.parts)).toBe(1)
})

test('a cancelled job of a dead owner is cancelled, not run', async () => {
  const { bench, output, temporary } = await interrupted(deadOwner, ', cancel_requested = 1')
  await rename(output, temporary)
  await recover(bench.parts)
  expect([stateOf(bench), await filesBelow(bench.output)]).toEqual(['cancelled', {}])
})
