/** A studio of made-up photos, for tests of what the terminal shows. What a test does not bring refuses to run. */
import { PassThrough } from 'node:stream'
import { EventEmitter } from 'node:events'
import type { Descriptor } from '../../shared/descriptor.ts'
import { presetSchema } from '../../shared/presets.ts'
import type { FixEvent, FixOptions, FixRequest, FixSummary, JobReport, Studio } from '../studio/api.ts'
import { countsOf, emptyCounts } from '../studio/report/sample-jobs.ts'
import type { Door } from './door.ts'
import type { Stream } from './output.ts'

export const descriptor: Descriptor = {
  id: 'nafnet-edge',
  title: 'NAFNet Edge',
  sentence: 'A small network.',
  paper: { title: 'P', year: 2022, reference: 'x' },
  overlays: [],
  generative: false,
  controls: [
    {
      kind: 'number',
      id: 'tau',
      label: 'Stop early',
      help: 'When little is left to gain.',
      invalidates: 'tile',
      min: 0,
      max: 2,
      step: 0.1,
      default: 0.5,
      unit: 'dB',
    },
    {
      kind: 'choice',
      id: 'kind',
      label: 'Treat as',
      help: 'The kind of blur.',
      invalidates: 'survey',
      options: [
        { value: 'shake', label: 'Shake' },
        { value: 'defocus', label: 'Defocus' },
      ],
      default: 'shake',
    },
    { kind: 'toggle', id: 'fine', label: 'Fine', help: 'Slower.', invalidates: 'tile', default: false },
    { kind: 'text', id: 'words', label: 'Words', help: 'What is in it.', invalidates: 'survey', maxLength: 10, default: '' },
  ],
}

export function summaryOf(reports: JobReport[], given: Partial<FixSummary> = {}): FixSummary {
  return {
    batchId: 7,
    counts: countsOf(reports),
    reports,
    ignored: [],
    destination: '/photos/in-restored',
    stopped: false,
    seconds: 192,
    ...given,
  }
}

interface Fake {
  studio: Partial<Studio>
  requests: FixRequest[]
}

/** `fix` plays the reports as events and answers with them. */
export function fakeStudio(reports: JobReport[], given: Partial<FixSummary> = {}, parts: Partial<Studio> = {}): Fake {
  const requests: FixRequest[] = []
  const summary = summaryOf(reports, given)
  const fix = async (request: FixRequest, options: FixOptions = {}): Promise<FixSummary> => {
    requests.push(request)
    for (const event of eventsOf(reports)) options.onEvent?.(event)
    return summary
  }
  const studio: Partial<Studio> = {
    home: '/data',
    catalogFile: '/data/catalog.sqlite',
    logFile: '/data/restill.log',
    presets: {
      list: () => [presetSchema.parse({ name: 'restored' }), presetSchema.parse({ name: 'web', encode: { format: 'jpeg', quality: 80 } })],
      isBuiltIn: () => true, save: () => undefined, remove: () => false,
    },
    engines: async () => [descriptor],
    versions: async () => ({ restill: '0.0.0' }),
    packFolders: () => [],
    close: async () => undefined,
    jobs: {
      batches: () => [],
      list: () => reports,
      counts: () => emptyCounts,
      resume: async () => summary,
      pause: () => undefined,
      unpause: () => undefined,
      cancel: () => 0,
      retry: () => 0,
      prioritise: () => undefined,
    },
    fix,
    ...parts,
  }
  return { studio, requests }
}

function eventsOf(reports: readonly JobReport[]): FixEvent[] {
  const total = reports.length
  const events: FixEvent[] = [
    {
      kind: 'planned',
      batchId: 7,
      total,
      megapixels: reports.reduce((sum, report) => sum + (report.megapixels ?? 0), 0),
      destination: '/photos/in-restored',
    },
  ]
  for (const [index, report] of reports.entries())
    events.push({ kind: 'finished', report, batch: { done: index + 1, total, secondsLeft: 60 * (total - index - 1) } })
  return events
}

/** A door whose streams are kept as text. */
export function fakeDoor(
  studio: Partial<Studio>,
  given: { base?: string; columns?: number; environment?: NodeJS.ProcessEnv } = {},
): { door: Door; out: () => string; err: () => string; signals: EventEmitter } {
  const stdout = keep(given.columns)
  const stderr = keep(given.columns)
  const signals = new EventEmitter()
  const door: Door = {
    open: async () => studio as Studio,
    home: '/data',
    stdout: stdout.stream,
    stderr: stderr.stream,
    environment: given.environment ?? {},
    base: given.base ?? '/photos',
    signals,
    quit: (code) => {
      throw new Error(`quit ${code}`)
    },
  }
  return { door, out: stdout.text, err: stderr.text, signals }
}

function keep(columns: number | undefined): { stream: Stream; text: () => string } {
  const stream: Stream = new PassThrough()
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8')
  })
  if (columns !== undefined) stream.columns = columns
  return { stream, text: () => text }
}
