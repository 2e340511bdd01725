/** A studio in a folder of its own with the tiny test packs, and photos to restore. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, onTestFinished } from 'vitest'
import { writePhoto } from './photos.ts'
import { tempFolder } from './temp.ts'
import { Guest } from '../../src/inference/client/client.ts'
import type { FixEvent, FixOptions, FixRequest, FixSummary } from '../../src/main/studio/api.ts'
import { fix } from '../../src/main/studio/fix.ts'
import { jobsApi } from '../../src/main/studio/jobs-api.ts'
import { MetadataCarrier } from '../../src/main/studio/metadata/carrier.ts'
import { openParts, type Helpers, type StudioParts } from '../../src/main/studio/parts.ts'

/** Shared by the tests of a file: starting processes costs more than these photos. */
const helpers: Helpers = { infer: new Guest({ role: 'infer' }), pixels: new Guest({ role: 'pixels' }), carrier: new MetadataCarrier() }
afterAll(() => Promise.all([helpers.infer.stop(), helpers.pixels.stop(), helpers.carrier.close()]))

const testPacks = fileURLToPath(new URL('../packs', import.meta.url))

export interface Bench {
  folder: string
  input: string
  output: string
  parts: StudioParts
  jobs: ReturnType<typeof jobsApi>
  events: FixEvent[]
  fix(changes?: Partial<FixRequest>, options?: FixOptions): Promise<FixSummary>
}

/** `<folder>/in` with photos of the given names (below it), and a studio at `<folder>/home`. */
export async function openBench(names: readonly string[]): Promise<Bench> {
  const folder = await tempFolder()
  const input = join(folder, 'in')
  for (const [index, name] of names.entries()) await writePhoto(join(input, name), { seed: index + 1 })
  const parts = openParts({ home: join(folder, 'home'), packFolders: [testPacks] }, helpers)
  onTestFinished(() => parts.close())
  const events: FixEvent[] = []
  return {
    folder, input, output: `${input}-restored`, parts, jobs: jobsApi(parts, parts.runners), events,
    fix: (changes = {}, options = {}) => fix(parts, fixRequest(input, changes), {
      ...options,
      onEvent: (event) => {
        events.push(event)
        options.onEvent?.(event)
      },
    }),
  }
}

function fixRequest(input: string, changes: Partial<FixRequest> = {}): FixRequest {
  return {
    paths: [input], recursive: true, outRoot: null, preset: 'restored', engine: 'auto', pack: 'test-identity', controls: {}, strength: 1,
    scale: 1, providers: ['cpu'], tile: null, resume: true, dryRun: false, copySkipped: false, keepMasters: false,
    comparisonEdge: 0, ...changes,
  }
}

/** SHA-256 of every file below a folder by its path there, '/' between folders. */
export async function filesBelow(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()
  return Object.fromEntries(await Promise.all(files.map(async (file) =>
    [file.slice(folder.length + 1).replaceAll('\\', '/'), createHash('sha256').update(await readFile(file)).digest('hex')] as const)))
}
