/**
 * How long the library's calls take on a large catalog: `node bench/library.ts --home FOLDER [--json]`, with a folder that
 * `bench/make-catalog.ts` filled. Wall time counts, so nothing else should run; CPU time is printed beside it for machines that are busy.
 * Marks are given and taken back: the catalog is as before in the end.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { unpackIndex } from '../src/shared/contract/columns.ts'
import { openStudio } from '../src/main/studio/studio.ts'

const { values } = parseArgs({ options: { home: { type: 'string' }, json: { type: 'boolean', default: false } } })
if (values.home === undefined) {
  console.error('usage: node bench/library.ts --home FOLDER [--json]')
  process.exit(2)
}

interface Row { name: string, limit: number | null, milliseconds: number, cpu: number, ok: boolean }
const rows: Row[] = []
const studio = await openStudio({ home: resolve(values.home) })
const { library } = studio
try {
  measure('index, first time', 300, () => { library.index() })
  const count = unpackIndex(library.index().buffer).columns.id.length
  const ids = Array.from({ length: Math.min(count, 5000) }, (_, index) => index + 1)
  console.error(`${count} items`)
  median('a star, on the disk', 10, 50, (round) => { library.mark([round + 1], { stars: round % 2 === 0 ? 5 : 1 }) })
  median('index after a star', 100, 5, (round) => {
    library.mark([round + 1], { flag: round % 2 === 0 ? 'pick' : 'none' })
    library.index()
  })
  measure('a star for 5000 photos', null, () => { library.mark(ids, { stars: 3 }) })
  measure('taken back', null, () => { library.undo() })
  median('search', 50, 5, (round) => { library.search(['boat', 'IMG_00', 'bride snow', 'x', 'old town'][round] ?? '') })
  measure('tree', 100, () => { library.tree() })
  measure('keywords with counts', 300, () => { library.keywords() })
  for (let label = library.undo(); label !== null; label = library.undo());
} finally {
  await studio.close()
}
if (values.json) console.log(JSON.stringify(rows))
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1

function measure(name: string, limit: number | null, run: () => void): void {
  add(name, limit, [timed(run)])
}

function median(name: string, limit: number | null, rounds: number, run: (round: number) => void): void {
  add(name, limit, Array.from({ length: rounds }, (_, round) => timed(() => { run(round) })))
}

function timed(run: () => void): { milliseconds: number, cpu: number } {
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  run()
  const used = process.cpuUsage(cpu)
  return { milliseconds: performance.now() - start, cpu: (used.user + used.system) / 1000 }
}

function add(name: string, limit: number | null, times: { milliseconds: number, cpu: number }[]): void {
  const middle = (list: number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0
  const [milliseconds, cpu] = [middle(times.map((time) => time.milliseconds)), middle(times.map((time) => time.cpu))]
  const row = { name, limit, milliseconds, cpu, ok: limit === null || milliseconds <= limit }
  rows.push(row)
  if (values.json) return
  const bound = limit === null ? '' : `limit ${limit} ms`
  console.log(`${name.padEnd(32)} ${milliseconds.toFixed(1).padStart(8)} ms ${cpu.toFixed(1).padStart(8)} ms CPU  ${bound.padEnd(14)} ${row.ok ? 'ok' : 'FALLS SHORT'}`)
}
