/**
 * The budgets of `docs/performance.md`, measured: `npm run bench [-- name...] [--json]`.
 * Every case compares two things inside one run, because machines are noisy; a figure that falls short is printed as it is.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStudio } from '../src/main/studio/studio.ts'
import { develop } from './cases/develop.ts'
import { gamma } from './cases/gamma.ts'
import { importRate } from './cases/import-rate.ts'
import { memory } from './cases/memory.ts'
import { overhead } from './cases/overhead.ts'
import { overlap } from './cases/overlap.ts'
import { photo24 } from './cases/photo-24.ts'
import { triage } from './cases/triage.ts'
import { trust } from './cases/trust.ts'
import { line, type BenchCase, type Row } from './row.ts'

const cases: Record<string, BenchCase> = { overhead, 'photo-24': photo24, overlap, 'import-rate': importRate, memory, develop, gamma, triage, trust }

const names = process.argv.slice(2).filter(argument => !argument.startsWith('--'))
const json = process.argv.includes('--json')
const unknown = names.filter(name => !(name in cases))
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; known: ${Object.keys(cases).join(', ')}`)
  process.exit(2)
}

const rows: Row[] = []
for (const [name, run] of Object.entries(cases)) {
  if (names.length > 0 && !names.includes(name)) continue
  const folder = await mkdtemp(join(tmpdir(), 'restill-bench-'))
  const studio = await openStudio({ home: join(folder, 'home') })
  try {
    for (const row of await run({ studio, folder })) {
      rows.push(row)
      if (!json) console.log(line(row))
    }
  } finally {
    await studio.close()
    await rm(folder, { recursive: true, force: true })
  }
}
if (json) console.log(JSON.stringify(rows))
process.exitCode = rows.every(row => row.ok) ? 0 : 1
