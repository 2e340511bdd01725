/**
 * Kills a running `fix` with SIGKILL at random moments, starts the same `fix` again each time, lets the last one finish, and counts:
 * every output exists once and decodes, nothing half-written is left, no job is lost, none was done twice, originals are as they were.
 *
 *   node test/kill-resume.ts --photos 200 --kills 10 [--seed 7] [--pack test-sharpen]
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import sharp from 'sharp'
import { openStudio } from '../src/main/studio/studio.ts'
import { writePhoto } from './helpers/photos.ts'

export interface KillCounts {
  photos: number
  kills: number
  /** Outputs that decode to their full size. */
  outputs: number
  broken: number
  missing: number
  /** Files in the destination that belong to no photo: second copies, temporary files. */
  strays: string[]
  jobs: number
  /** Done or suspect. */
  done: number
  /** Photos with more than one delivered result. */
  twice: number
  /** Jobs that were begun again after a kill. */
  begunAgain: number
  originalsChanged: number
}

export async function killAndResume(
  folder: string, options: { photos: number, kills: number, seed: number, pack: string },
): Promise<KillCounts> {
  const input = join(folder, 'in')
  const home = join(folder, 'home')
  const random = generator(options.seed)
  const sources = await writePhotos(input, options.photos)
  const before = await hashes(sources)
  let kills = 0
  for (let kill = 0; kill < options.kills; kill++) {
    // Every fourth while it imports and plans, the others while photos are in work, each run on the average a share of them.
    const kind = kill % 4 === 3 ? 'import' : 'started'
    const most = kind === 'import' ? options.photos : 2 * options.photos / (options.kills + 1)
    const killed = await runChild(home, input, options.pack, { kind, count: 1 + Math.floor(random() * most), delayMs: random() * 150 })
    if (killed) kills++
  }
  await runChild(home, input, options.pack, null)
  return { ...await count(home, `${input}-restored`, sources), kills, originalsChanged: differing(before, await hashes(sources)) }
}

/** Two processes, one catalog, the same folder at the same time. */
export async function sideBySide(folder: string, options: { photos: number, pack: string }): Promise<KillCounts> {
  const input = join(folder, 'in')
  const home = join(folder, 'home')
  const sources = await writePhotos(input, options.photos)
  const before = await hashes(sources)
  await Promise.all([runChild(home, input, options.pack, null), runChild(home, input, options.pack, null)])
  return { ...await count(home, `${input}-restored`, sources), kills: 0, originalsChanged: differing(before, await hashes(sources)) }
}

async function writePhotos(input: string, count: number): Promise<string[]> {
  const sources: string[] = []
  for (let index = 0; index < count; index++) {
    const file = join(input, index % 3 === 0 ? 'sub' : '.', `photo ${index}.${['jpg', 'png', 'webp'][index % 3] ?? 'jpg'}`)
    // Every twelfth is the same file as the one twelve before it.
    await writePhoto(file, { seed: index % 12 === 11 ? 11 : index, width: 160 + (index % 4) * 40, height: 120 })
    sources.push(file)
  }
  return sources
}

/** @param kill after how many events of a kind, and how long after that; null lets it finish. @returns whether it was killed */
async function runChild(
  home: string, input: string, pack: string, kill: { kind: string, count: number, delayMs: number } | null,
): Promise<boolean> {
  const args = [fileURLToPath(import.meta.url), '--child', home, '--input', input, '--pack', pack]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => { resolve(code) }))
  let seen = 0
  for await (const line of createInterface(child.stdout)) {
    if (line === kill?.kind && ++seen === kill.count) setTimeout(() => child.kill('SIGKILL'), kill.delayMs)
  }
  const code = await ended
  if (code !== null && code !== 0) throw new Error(`fix ended with ${code}`)
  return code === null
}

async function child(home: string, input: string, pack: string): Promise<void> {
  const studio = await openStudio({ home, packFolders: [fileURLToPath(new URL('packs', import.meta.url))] })
  const summary = await studio.fix({
    paths: [input], recursive: true, outRoot: null, preset: 'restored', engine: 'auto', pack, controls: {}, strength: 1, scale: 1,
    providers: ['cpu'], tile: null, resume: true, dryRun: false, copySkipped: false, keepMasters: false, comparisonEdge: 0,
  }, { onEvent: ({ kind }) => { process.stdout.write(`${kind}\n`) } })
  await studio.close()
  const wrong = summary.reports.filter(({ state }) => state !== 'done' && state !== 'suspect' && state !== 'skipped')
  if (wrong.length > 0) throw new Error(wrong.map(({ state, source, reason }) => `${state} ${source}: ${reason ?? ''}`).join('\n'))
}

async function count(home: string, destination: string, sources: string[]): Promise<Omit<KillCounts, 'kills' | 'originalsChanged'>> {
  const db = new Database(join(home, 'catalog.sqlite'), { readonly: true })
  const rows = db.prepare<[], { source: string, state: string, attempts: number, output: string | null }>(`
    SELECT jobs.source, jobs.state, jobs.attempts, results.output FROM jobs LEFT JOIN results ON results.job_id = jobs.id
  `).all()
  db.close()
  const delivered = new Map<string, string[]>()
  for (const { source, output } of rows) if (output !== null) delivered.set(source, [...delivered.get(source) ?? [], output])
  const outputs = new Set([...delivered.values()].flat())
  let whole = 0
  for (const output of outputs) {
    // `stats` decodes every pixel.
    if (await sharp(output, { failOn: 'warning' }).stats().then(() => true, () => false)) whole++
  }
  const entries = await readdir(destination, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return {
    photos: sources.length, outputs: whole, broken: outputs.size - whole,
    missing: sources.filter((source) => !delivered.has(source)).length,
    strays: files.filter((file) => !outputs.has(file)).map((file) => basename(file)),
    jobs: rows.length, done: rows.filter(({ state }) => state === 'done' || state === 'suspect').length,
    twice: [...delivered.values()].filter((each) => each.length > 1).length, begunAgain: rows.filter(({ attempts }) => attempts > 1).length,
  }
}

async function hashes(files: string[]): Promise<string[]> {
  return Promise.all(files.map(async (file) => createHash('sha256').update(await readFile(file)).digest('hex')))
}

function differing(before: string[], after: string[]): number {
  return before.filter((hash, index) => hash !== after[index]).length
}

/** Mulberry32: the same moments for the same seed, as far as a machine keeps step. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: {
    photos: { type: 'string', default: '200' }, kills: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' },
    pack: { type: 'string', default: 'test-sharpen' }, child: { type: 'string' }, input: { type: 'string', default: '' },
  } })
  if (values.child !== undefined) await child(values.child, values.input, values.pack)
  else {
    const folder = await mkdtemp(join(tmpdir(), 'restill-kill-'))
    try {
      const [photos, kills, seed] = [Number(values.photos), Number(values.kills), Number(values.seed)]
      const counts = await killAndResume(folder, { photos, kills, seed, pack: values.pack })
      console.log(counts)
      const good = counts.outputs === counts.photos && counts.done === counts.photos && counts.jobs === counts.photos
        && counts.broken + counts.missing + counts.strays.length + counts.twice + counts.originalsChanged === 0
      process.exitCode = good ? 0 : 1
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}
