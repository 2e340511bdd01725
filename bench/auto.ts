/**
 * Auto against each engine alone on a mixed folder whose truth is known: `node bench/auto.ts FOLDER [ENGINE...]`, by default all of them. The
 * folder is one that `python -m restill_training triage-folder` wrote: `photos/`, `sharp/`, `kinds.tsv`. Photos that Auto leaves alone count with no
 * gain and no time.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { JobReport, Studio } from '../src/main/studio/api.ts'
import { openStudio } from '../src/main/studio/studio.ts'

const [folder, ...asked] = process.argv.slice(2)
if (folder === undefined) {
  console.error('name a folder with photos/, sharp/ and kinds.tsv')
  process.exit(2)
}
const [, ...rows] = (await readFile(join(folder, 'kinds.tsv'), 'utf8')).trim().split('\n').map(line => line.split('\t'))
const kindOf = new Map(rows.map(([file = '', kind = '']) => [file, kind]))

interface Sum { photos: number, restored: number, gain: number, seconds: number }
const before = new Map<string, number | null>()

const home = await mkdtemp(join(tmpdir(), 'restill-auto-'))
const studio = await openStudio({ home })
try {
  const engines = asked.length > 0 ? asked : ['auto', ...new Set((await studio.packs.list()).filter(({ verified }) => verified).map(({ engine }) => engine))]
  await studio.import({ paths: [resolve(folder, 'photos')], recursive: false })
  const table = new Map<string, { sums: Map<string, Sum>, wall: number }>()
  for (const engine of engines) table.set(engine, await measure(studio, engine))
  const kinds = [...new Set(kindOf.values()), 'all']
  console.log(['engine', ...kinds.map(kind => `${kind} dB`), 'restored', 's a photo', 's a photo of the folder, blur reports included'].join('  '))
  for (const [engine, { sums, wall }] of table) {
    const all = sums.get('all')!
    const cells = kinds.map((kind) => {
      const sum = sums.get(kind)
      return sum === undefined ? '' : (sum.gain / sum.photos).toFixed(3).padStart(kind.length + 3)
    })
    console.log([engine.padEnd(11), ...cells, `${all.restored}/${all.photos}`, (all.seconds / all.photos).toFixed(2), (wall / kindOf.size).toFixed(2)].join('  '))
  }
} finally {
  await studio.close()
  await rm(home, { recursive: true, force: true })
}

/** Sums by kind, and of all photos under `all`. Photos that equal their truth are left out: nothing can be gained or lost in dB there. */
async function measure(studio: Studio, engine: string): Promise<{ sums: Map<string, Sum>, wall: number }> {
  const sums = new Map<string, Sum>()
  const started = performance.now()
  const summary = await studio.fix({
    paths: [resolve(folder!, 'photos')], recursive: false, outRoot: join(home, engine), preset: 'restored', engine,
    controls: {}, strength: 1, scale: 'auto', providers: [], tile: null, resume: false, dryRun: false, copySkipped: false, keepMasters: false, comparisonEdge: 0,
  })
  const wall = (performance.now() - started) / 1000
  for (const report of summary.reports) {
    const name = report.source.split('/').at(-1)!
    const truth = join(folder!, 'sharp', name)
    if (!before.has(name)) before.set(name, (await studio.compare(report.source, truth)).psnr)
    const psnr = before.get(name)
    if (psnr === null || psnr === undefined) continue
    const gain = await gainOf(studio, report, truth, psnr)
    for (const kind of [kindOf.get(name) ?? 'unknown', 'all']) {
      const sum = sums.get(kind) ?? { photos: 0, restored: 0, gain: 0, seconds: 0 }
      sums.set(kind, sum)
      sum.photos++
      sum.gain += gain
      if (report.output !== null) sum.restored++
      sum.seconds += report.seconds ?? 0
    }
  }
  return { sums, wall }
}

async function gainOf(studio: Studio, { output }: JobReport, truth: string, before: number): Promise<number> {
  if (output === null) return 0
  const { psnr } = await studio.compare(output, truth)
  return psnr === null ? 0 : psnr - before
}
