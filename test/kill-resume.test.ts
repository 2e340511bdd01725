import { expect, test } from 'vitest'
import { tempFolder } from './helpers/temp.ts'
import { killAndResume, sideBySide } from './kill-resume.ts'

const flawless = { broken: 0, missing: 0, strays: [], twice: 0, originalsChanged: 0 }

test('killed several times and started again: every output once, whole, and nothing else', async () => {
  const counts = await killAndResume(await tempFolder(), { photos: 12, kills: 3, seed: 3, pack: 'test-sharpen' })
  expect(counts).toMatchObject({ ...flawless, photos: 12, outputs: 12, jobs: 12, done: 12 })
  expect(counts.kills).toBeGreaterThan(0)
}, 120_000)

test('two processes on one catalog share the work and do nothing twice', async () => {
  const counts = await sideBySide(await tempFolder(), { photos: 12, pack: 'test-sharpen' })
  expect(counts).toMatchObject({ ...flawless, photos: 12, outputs: 12, jobs: 12, done: 12, begunAgain: 0 })
}, 120_000)
