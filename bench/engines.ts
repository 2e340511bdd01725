/**
 * Every engine that has a pack, Auto, and well-known tools on the same pairs: `node bench/engines.ts [--most N] [--each] [--full] <folder>...`, each with
 * `blur/` or `blurred/`, `sharp/`, and `kinds.tsv` (columns file and kind) where its pairs are of several kinds. Prints mean gains in dB of PSNR as
 * a table in Markdown; the best of a column in bold. `--most` takes the first N pairs of a kind, `--each` prints every pair as well, `--full` adds for
 * every folder PSNR, SSIM, NIQE, the distance of features, seconds a photo (on an idle machine) and the most memory that the guests held, and what
 * Auto picked. The `heldout` command of `models/training` writes such folders.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { findPairs } from '../src/main/cli/pairs.ts'
import { openStudio } from '../src/main/studio/studio.ts'
import { fullTable, gainTable } from './engine-tables.ts'
import { measureAuto, measureTool, type Measured, type Picture } from './measured.ts'
import { peerTools } from './peer-tools.ts'

/** The kinds of blur that DeMoE tells apart, by the names in `kinds.tsv`. */
const groups: Readonly<Record<string, string>> = {
  'defocus': 'defocus', 'layered': 'defocus', 'shake': 'shake', 'shake-grid': 'shake', 'shake-frames': 'rolling shake', 'local': 'moving subject',
  'low-light': 'low light',
}
const kindNames = new Set(Object.values(groups))

const { values: options, positionals: folders } = parseArgs({
  options: { most: { type: 'string' }, each: { type: 'boolean' }, full: { type: 'boolean' } }, allowPositionals: true,
})
const most = Number(options.most ?? Infinity)
if (folders.length === 0 || !(most >= 1)) {
  console.error('usage: node bench/engines.ts [--most N] [--each] [--full] <folder with blur/ and sharp/>...')
  process.exit(2)
}

async function picturesOf(folder: string): Promise<Picture[]> {
  const table = await readFile(join(folder, 'kinds.tsv'), 'utf8').catch(() => '')
  const kinds = new Map(table.split('\n').slice(1).map(line => [line.split('\t')[0]!, line.split('\t')[1]!]))
  const blur = existsSync(join(folder, 'blur')) ? 'blur' : 'blurred'
  const { pairs } = await findPairs(join(folder, blur), join(folder, 'sharp'))
  return pairs.map(pair => ({ folder: basename(folder), group: groups[kinds.get(pair.name) ?? ''] ?? basename(folder), blurred: pair.blurred, reference: pair.sharp }))
}

const scratch = await mkdtemp(join(tmpdir(), 'restill-engines-'))
/** A studio, and so guests, of its own for each row: their peak of memory is the row's. */
async function withStudio<T>(work: (studio: Awaited<ReturnType<typeof openStudio>>) => Promise<T>): Promise<T> {
  const studio = await openStudio({ home: join(scratch, 'home') })
  try {
    return await work(studio)
  } finally {
    await studio.close()
  }
}

try {
  const all = (await Promise.all(folders.map(picturesOf))).flat()
  const named = Object.groupBy(all, ({ group }) => group)
  // Pairs without a kind are shown last.
  const names = Object.keys(named).sort((a, b) => Number(!kindNames.has(a)) - Number(!kindNames.has(b)) || a.localeCompare(b))
  const pictures = names.flatMap(name => kindNames.has(name) ? named[name]!.slice(0, most) : named[name]!)
  const looks = options.full === true
  const engines = await withStudio(studio => studio.develop.engines())
  const rows: Measured[] = []
  const note = (row: Measured): void => {
    rows.push(row)
    if (options.each) for (const { picture, psnrBefore, psnr } of row.each) console.log(`${row.title}\t${picture.blurred}\t${psnrBefore.toFixed(2)} dB\t${(psnr - psnrBefore).toFixed(2)}`)
  }
  for (const { descriptor: { id, title } } of engines) {
    note(await withStudio(studio => measureTool(studio, `restill, ${title}`, pictures, looks, scratch, (source, target) => studio.restoreOnce(source, target, { engine: id, scale: 1, encode: { format: 'png' } }))))
  }
  if (looks) note(await withStudio(studio => measureAuto(studio, pictures, scratch)))
  for (const [title, work] of Object.entries(await peerTools())) note(await withStudio(studio => measureTool(studio, title, pictures, looks, scratch, work)))
  for (const line of gainTable(rows, names)) console.log(line)
  if (looks) for (const folder of new Set(pictures.map(picture => picture.folder))) for (const line of fullTable(rows, folder)) console.log(line)
} finally {
  await rm(scratch, { recursive: true, force: true })
}
