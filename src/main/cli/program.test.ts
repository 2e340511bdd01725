import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import type { JobReport, Studio } from '../studio/api.ts'
import { jobReport } from '../studio/report/sample-jobs.ts'
import { fakeDoor, fakeStudio, summaryOf } from './fake-studio.ts'
import { run } from './program.ts'

const good = jobReport({ jobId: 1, source: '/photos/in/a.jpg', output: '/photos/in-restored/a_restored.jpg' })
const doubtful = jobReport({
  jobId: 2,
  source: '/photos/in/b.jpg',
  output: '/photos/in-restored/b_restored.jpg',
  state: 'suspect',
  reason: '3 of 12 tiles kept the photo as it was.',
})
const bad = jobReport({
  jobId: 3,
  source: '/photos/in/sub/c\n\u202e.jpg',
  state: 'failed',
  code: 'IMAGE_CORRUPT',
  reason: '/photos/in/sub/c\n\u202e.jpg is damaged or cut off: premature end. Copy it again from the camera or the backup.',
})
const skipped = jobReport({ jobId: 4, source: '/photos/in/d.jpg', state: 'skipped', reason: 'It was restored before.' })

async function fix(reports: JobReport[], args: string[], given: Parameters<typeof summaryOf>[1] = {}, parts: Partial<Studio> = {}) {
  const fake = fakeStudio(reports, given, parts)
  const shown = fakeDoor(fake.studio, { base: await tempFolder(), columns: 80 })
  await mkdir(join(shown.door.base, 'in'))
  const code = await run(['fix', ...args], shown.door)
  return { code, out: shown.out(), err: shown.err(), request: fake.requests[0], base: shown.door.base }
}

test('exit codes: suspect and skipped are no failures', async () => {
  const codes = async (reports: JobReport[], given = {}) => (await fix(reports, ['in', '--no-report'], given)).code
  expect(await codes([good, doubtful, skipped])).toBe(0)
  expect(await codes([good, bad])).toBe(1)
  expect(await codes([skipped])).toBe(3)
  expect(await codes([])).toBe(3)
})

test('unusable arguments are told in a sentence and end with 2', async () => {
  const cases = [
    ['nowhere'],
    ['in', '--tile', 'x'],
    ['in', '--strength', '2'],
    ['in', '--scale', '3'],
    ['in', '--bogus'],
    ['in', '--set', 'gamma=1'],
    ['in', '--set', 'tau=9'],
    ['in', '--engine', 'other'],
    ['in', '--preset', 'other'],
    ['in', '--format', 'gif'],
    ['in', '--device', 'abacus'],
    ['in', '--quality', '0'],
  ]
  for (const args of cases) {
    const { code, err, out } = await fix([good], args)
    expect([args.join(' '), code, out.includes('    at ') || err.includes('    at ')]).toEqual([args.join(' '), 2, false])
    expect(err.length).toBeGreaterThan(20)
  }
})

test('every option reaches the studio', async () => {
  const { request, base } = await fix(
    [good],
    [
      'in',
      '--out',
      'o',
      '--preset',
      'web',
      '--format',
      'png',
      '--name',
      '{name}_x',
      '--collision',
      'unique',
      '--declare-composite',
      '--engine',
      'nafnet-edge',
      '--pack',
      'p',
      '--set',
      'tau=1',
      '--set',
      'kind=defocus',
      '--strength',
      '70%',
      '--scale',
      '1/2',
      '--no-recursive',
      '--no-resume',
      '--copy-skipped',
      '--keep-masters',
      '--device',
      'cuda,cpu',
      '--tile',
      '256',
      '--no-report',
    ],
  )
  expect(request).toMatchObject({
    paths: [join(base, 'in')],
    outRoot: join(base, 'o'),
    preset: 'web',
    presetOverrides: { naming: '{name}_x', collision: 'unique', encode: { format: 'png', quality: 80 }, metadata: { keep: 'all', declareComposite: true } },
    engine: 'nafnet-edge',
    pack: 'p',
    controls: { tau: 1, kind: 'defocus' },
    strength: 0.7,
    scale: 0.5,
    recursive: false,
    resume: false,
    copySkipped: true,
    keepMasters: true,
    providers: ['cuda', 'cpu'],
    tile: 256,
    dryRun: false,
    comparisonEdge: 0,
  })
})

test('what is not said has the documented default', async () => {
  const { request } = await fix([good], ['in', '--no-report'])
  expect(request).toMatchObject({
    outRoot: null,
    preset: 'restored',
    engine: 'auto',
    controls: {},
    strength: 1,
    scale: 'auto',
    recursive: true,
    resume: true,
    copySkipped: false,
    keepMasters: false,
    providers: [],
    tile: null,
  })
  expect(request).not.toHaveProperty('presetOverrides')
})

test('without a path the samples are restored into a folder below', async () => {
  const { request, out, base } = await fix([good], ['--no-report'])
  expect(request?.paths[0]).toMatch(/resources[\\/]samples$/)
  expect(request?.outRoot).toBe(join(base, 'restill-samples-restored'))
  expect(out.split('\n')[0]).toContain('sample photos')
})

test('--json: one line for each photo with exactly these keys, then the counts', async () => {
  const { out, code } = await fix([good, doubtful, bad, skipped], ['in', '--json', '--no-report'])
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(code).toBe(1)
  expect(lines).toHaveLength(5)
  for (const line of lines.slice(0, 4))
    expect(Object.keys(line)).toEqual(['source', 'output', 'state', 'reason', 'choice', 'engine', 'pack', 'device', 'seconds'])
  expect(lines[2]).toMatchObject({ source: bad.source, output: null, state: 'failed' })
  expect(lines[4]).toEqual({ counts: { total: 4, queued: 0, running: 0, done: 1, suspect: 1, failed: 1, skipped: 1, cancelled: 0 } })
})

test('the end names each failed and suspect photo with its sentence, within the width, and nothing hidden gets through', async () => {
  const { out } = await fix([good, doubtful, bad], ['in', '--no-report'])
  const end = out.slice(out.indexOf('2 of 3 photos restored in 3 min 12 s.'))
  expect(end).toContain('c\\n\\u{202e}.jpg is damaged or cut off')
  expect(end).toContain('3 of 12 tiles kept the photo as it was.')
  expect(end).toContain('Results  /photos/in-restored')
  expect(out).not.toContain('\u202e')
  for (const line of end.split('\n')) if (!line.includes('/photos/')) expect(stringWidth(line)).toBeLessThanOrEqual(80)
})

test('remarks are counted, and a skipped photo tells why unless it was only done before', async () => {
  const why = { code: 'HEIC_NOT_SUPPORTED', reason: 'Its pixels cannot be opened yet.' }
  const heic = jobReport({ jobId: 5, state: 'skipped', source: '/photos/in/e.heic', ...why })
  const remarked = { ...good, notCarried: ['Photoshop'] }
  const { out } = await fix([remarked, skipped, heic], ['in', '--report', 'r'])
  expect(out).toContain('e.heic: Its pixels cannot be opened yet.')
  expect(out).not.toContain('d.jpg')
  expect(out).toContain('1 result has a remark')
})

test('photos that Auto left as they are are counted and named with the reason', async () => {
  const why = 'it is sharp (93 %)'
  const left = jobReport({ jobId: 6, state: 'skipped', source: '/photos/in/f.jpg', choice: why, reason: why })
  const { out, code } = await fix([good, left], ['in', '--report', 'r'])
  expect(code).toBe(0)
  expect(out).toContain('1 of 2 photos restored in 3 min 12 s, 1 left as it is.')
  expect(out).toContain('f.jpg: it is sharp (93 %)')
})

test('a report is written where it is asked for', async () => {
  const { out, base } = await fix([good, bad], ['in', '--report', 'r'])
  expect(out).toContain(`Report   ${join(base, 'r', 'index.html')}`)
})

test('a report that cannot be written does not fail the photos', async () => {
  const fake = fakeStudio([good])
  const { door, err } = fakeDoor(fake.studio, { base: await tempFolder() })
  await mkdir(join(door.base, 'in'))
  await writeFile(join(door.base, 'r'), 'a file')
  expect(await run(['fix', 'in', '--report', 'r'], door)).toBe(0)
  expect(err()).toContain('The report could not be written')
})

test('a dry run says what would be done', async () => {
  const planned = jobReport({ state: 'queued', source: '/photos/in/a.jpg', output: '/photos/in-restored/a_restored.jpg' })
  const { code, out } = await fix([planned], ['in', '--dry-run'], { batchId: null })
  expect(code).toBe(0)
  expect(out).toContain('/photos/in-restored/a_restored.jpg')
  expect(out).toContain('1 photo would be restored, 0 skipped, 0 cannot be opened. Nothing was written.')
})

test('Ctrl-C ends with 130 and says how to go on', async () => {
  const left = jobReport({ jobId: 9, state: 'queued' })
  const fake = fakeStudio([good, left], { stopped: true })
  const shown = fakeDoor(fake.studio, { base: await tempFolder() })
  await mkdir(join(shown.door.base, 'in'))
  const played = fake.studio.fix!
  fake.studio.fix = async (request, options) => {
    shown.signals.emit('SIGINT')
    expect(options?.stopAfterCurrent?.aborted).toBe(true)
    return played(request, options)
  }
  expect(await run(['fix', 'in', '--no-report'], shown.door)).toBe(130)
  expect(shown.out()).toContain('the same command goes on with them')
  expect(shown.signals.listenerCount('SIGINT')).toBe(0)
})

test('an unexpected error shows no stack and names the log file', async () => {
  const home = await tempFolder()
  const { door, err } = fakeDoor({})
  expect(
    await run(['models'], {
      ...door,
      home,
      open: async () => {
        throw new TypeError('x is not a function')
      },
    }),
  ).toBe(1)
  expect(err()).toContain(join(home, 'restill.log').slice(0, 40))
  expect(err()).not.toContain('    at ')
})

test('models --json has exactly these keys', async () => {
  const pack = {
    folder: '/p',
    id: 'mini',
    engine: 'nafnet-edge',
    version: '1.0.0',
    title: 'Mini',
    licence: 'MIT',
    bytes: 7_000_000,
    verified: true,
    hash: 'a'.repeat(64),
    error: null,
  }
  const fake = fakeStudio([], {}, { models: async () => [pack] })
  const json = fakeDoor(fake.studio)
  expect(await run(['models', '--json'], json.door)).toBe(0)
  expect(JSON.parse(json.out())).toEqual({
    packs: [{ id: 'mini', engine: 'nafnet-edge', version: '1.0.0', verified: true, licence: 'MIT' }],
  })
  const text = fakeDoor(fake.studio)
  await run(['models', '--controls'], text.door)
  expect(text.out()).toContain('--set tau=0.5    Stop early: 0 to 2 dB')
  expect(text.out()).toContain('7.0 MB')
})

test('help and version', async () => {
  for (const [args, words] of [
    [['help'], 'restill fix <folder>'],
    [[], 'restill fix <folder>'],
    [['--version'], '0.'],
    [['help', 'fix'], 'Examples:'],
    [['jobs', '--help'], 'retry'],
  ] as const) {
    const { door, out } = fakeDoor({})
    expect(await run(args, door)).toBe(0)
    expect(out()).toContain(words)
  }
})
