import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { writePhoto } from '../../../test/helpers/photos.ts'
import { tempFolder } from '../../../test/helpers/temp.ts'

// Every command is a process of its own, with guests of its own.
vi.setConfig({ testTimeout: 240_000 })

const main = join(import.meta.dirname, 'main.ts')
const packs = join(import.meta.dirname, '..', '..', '..', 'test', 'packs')
const identity = ['--pack', 'test-identity']

interface Ended {
  code: number | null
  out: string
  err: string
}

/** Runs the command line as a person would; `watch` sees standard output while it grows. */
function restill(
  folder: string,
  args: readonly string[],
  watch: (out: string, child: ChildProcess) => void = () => undefined,
): Promise<Ended> {
  // A group of its own, so that a signal can reach the program and its helpers as Ctrl-C in a terminal does.
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, RESTILL_HOME: join(folder, 'home'), RESTILL_PACKS: packs, npm_lifecycle_event: '' },
  })
  return new Promise((resolve, reject) => {
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8')
      watch(out, child)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString('utf8')
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
}

function jsonLines(out: string): Record<string, unknown>[] {
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

async function hash(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}

test('a folder with a bad file: the others are delivered, the report is written, a second run finds nothing to do', async () => {
  const folder = await tempFolder()
  const photos = ['in/a.jpg', 'in/sub/b.png', 'in/sub/-c \n é.webp'].map((name) => join(folder, name))
  for (const [index, file] of photos.entries()) await writePhoto(file, { seed: index + 1 })
  await writeFile(join(folder, 'in', 'bad.jpg'), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2]))
  await writeFile(join(folder, 'in', 'notes.txt'), 'not a photo')
  const before = await Promise.all(photos.map(hash))

  const first = await restill(folder, ['fix', 'in', '--json', ...identity])
  expect(first.code, first.err).toBe(1)
  const lines = jsonLines(first.out)
  expect(lines.at(-1)).toEqual({ counts: { total: 4, queued: 0, running: 0, done: 3, suspect: 0, failed: 1, skipped: 0, cancelled: 0 } })
  expect(lines.slice(0, -1).map((line) => Object.keys(line).join())).toEqual(
    Array(4).fill('source,output,state,reason,choice,engine,pack,device,seconds'),
  )
  expect(await Promise.all(photos.map(hash))).toEqual(before)

  const restored = join(folder, 'in-restored')
  expect((await readdir(restored)).sort()).toEqual(['a_restored.jpg', 'restill-report', 'sub'])
  expect(await readdir(join(restored, 'sub'))).toHaveLength(2)
  const report = JSON.parse(await readFile(join(restored, 'restill-report', 'report.json'), 'utf8')) as {
    photos: { state: string; reason: string | null }[]
  }
  expect(report.photos.map((photo) => photo.state).sort()).toEqual(['done', 'done', 'done', 'failed'])
  expect(report.photos.find((photo) => photo.state === 'failed')?.reason).toContain('bad.jpg')
  const page = await readFile(join(restored, 'restill-report', 'index.html'), 'utf8')
  expect(page).toContain('3 of 4 photos restored, 1 failed')
  expect((await readdir(join(restored, 'restill-report', 'restill-report-pictures'))).length).toBe(6)

  const again = await restill(folder, ['fix', ...photos, '--out', 'in-restored', '--json', ...identity])
  expect(jsonLines(again.out).at(-1)).toMatchObject({ counts: { total: 3 } })
  const third = await restill(folder, ['fix', ...photos, '--out', 'in-restored', ...identity])
  expect(third.code, third.out).toBe(3)
})

test('what cannot be used is refused with 2 before anything is done', async () => {
  const folder = await tempFolder()
  await writePhoto(join(folder, 'in', 'a.jpg'))
  const cases = [
    ['fix', 'in', '--set', 'nonsense=1'],
    ['fix', 'nowhere'],
    ['fix', 'in', '--preset', 'nonsense'],
    ['fix', 'in', '--name', '{nonsense}'],
  ]
  for (const args of cases) {
    const { code, err } = await restill(folder, [...args, ...identity])
    expect([args.join(' '), code]).toEqual([args.join(' '), 2])
    expect(err).not.toMatch(/ {4}at /)
  }
  expect(await readdir(folder)).not.toContain('in-restored')
})

test('Ctrl-C finishes the photos in work and ends with 130; the same command goes on', async () => {
  const folder = await tempFolder()
  const count = 12
  for (let index = 0; index < count; index++)
    await writePhoto(join(folder, 'in', `${index}.jpg`), { seed: index + 1, width: 480, height: 360 })
  let pressed = false
  const first = await restill(folder, ['fix', 'in', '--json', '--no-report', ...identity], (out, child) => {
    if (pressed || !out.includes('\n')) return
    pressed = true
    process.kill(-child.pid!, 'SIGINT')
  })
  expect(first.code, first.err).toBe(130)
  const { counts } = jsonLines(first.out).at(-1) as { counts: Record<string, number> }
  expect(counts['running']).toBe(0)
  expect(counts['queued']).toBeGreaterThan(0)
  expect(counts['done']! + counts['queued']!).toBe(count)
  // Ctrl-C reaches every process of the terminal: none of them may give up on a photo in work.
  const shown = await restill(folder, ['jobs', 'show', '--json', '--state', 'done'])
  const { jobs } = jsonLines(shown.out)[0] as { jobs: { notices: unknown[] }[] }
  expect(jobs.map((job) => job.notices)).toEqual(Array(counts['done']).fill([]))

  const second = await restill(folder, ['fix', 'in', '--json', '--no-report', ...identity])
  expect(second.code, second.err).toBe(0)
  expect(jsonLines(second.out).at(-1)).toMatchObject({ counts: { total: count, done: count } })
  expect((await readdir(join(folder, 'in-restored'))).sort()).toEqual(
    Array.from({ length: count }, (_, index) => `${index}_restored.jpg`).sort(),
  )
})

test('eval measures pairs of the same name; an exact result has no PSNR and no gain', async () => {
  const folder = await tempFolder()
  await writePhoto(join(folder, 'blurred', 'a.png'), { seed: 1 })
  await writePhoto(join(folder, 'blurred', 'b.png'), { seed: 2 })
  await writePhoto(join(folder, 'blurred', 'alone.png'), { seed: 3 })
  await writePhoto(join(folder, 'sharp', 'a.png'), { seed: 1 })
  await writePhoto(join(folder, 'sharp', 'b.jpg'), { seed: 7 })
  const { code, out, err } = await restill(folder, ['eval', 'blurred', 'sharp', '--json', ...identity])
  expect(code, err).toBe(0)
  expect(err).toContain('alone.png')
  const read = JSON.parse(out) as { images: Record<string, unknown>[]; mean: Record<string, unknown> }
  const keys = ['psnrBefore', 'psnrAfter', 'gain', 'ssimBefore', 'ssimAfter', 'seconds', 'niqeBefore', 'niqeAfter', 'niqeSharp', 'featuresBefore', 'featuresAfter']
  expect(Object.keys(read)).toEqual(['images', 'mean'])
  expect(read.images.map((image) => Object.keys(image))).toEqual([
    ['name', ...keys],
    ['name', ...keys],
  ])
  expect(Object.keys(read.mean)).toEqual(keys)
  expect(read.images[0]).toMatchObject({ name: 'a.png', psnrBefore: null, psnrAfter: null, gain: null })
  expect(read.images[1]!['gain']).toBeCloseTo(0, 3)
  expect(read.images[0]).toMatchObject({ niqeBefore: null, featuresAfter: null })
  for (const side of ['blurred', 'sharp']) await writePhoto(join(folder, side, 'large.png'), { seed: 4, width: 200, height: 120 })
  const asked = await restill(folder, ['eval', 'blurred/large.png', 'sharp/large.png', '--perceptual', '--json', ...identity])
  expect(asked.code, asked.err).toBe(0)
  const [image] = (JSON.parse(asked.out) as typeof read).images
  expect(image!['niqeSharp']).toBeGreaterThan(0)
  expect(image).toMatchObject({ niqeBefore: image!['niqeSharp'], niqeAfter: image!['niqeSharp'] })
})

test('jobs, catalog and import answer in JSON', async () => {
  const folder = await tempFolder()
  await writePhoto(join(folder, 'in', 'a.jpg'))
  expect(jsonLines((await restill(folder, ['import', 'in', '--json'])).out)[0]).toMatchObject({ counts: { new: 1, failed: 0 } })
  expect((await restill(folder, ['fix', 'in', '--no-report', ...identity])).code).toBe(0)
  const jobs = jsonLines((await restill(folder, ['jobs', '--json'])).out)[0] as { batches: { id: number; counts: { done: number } }[] }
  expect(jobs.batches.map((batch) => batch.counts.done)).toEqual([1])
  expect((await restill(folder, ['jobs', 'resume', String(jobs.batches[0]!.id)])).code).toBe(0)
  expect((await restill(folder, ['jobs', 'show', '99'])).code).toBe(2)
  expect(jsonLines((await restill(folder, ['catalog', 'check', '--json'])).out)[0]).toMatchObject({ ok: true })
})

test('the launcher starts the same program', async () => {
  const folder = await tempFolder()
  const launcher = join(import.meta.dirname, 'restill.mjs')
  const child = spawn(process.execPath, [launcher, '--version'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8')
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect([code, out]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)])
})
