/**
 * Every engine that has a pack, and well-known tools, on the same pairs: `node bench/engines.ts [--most N] [--each] [--seconds] <folder>...`, each with
 * `blur/` or `blurred/`, `sharp/`, and `kinds.tsv` (columns file and kind) where its pairs are of several kinds. Prints mean gains in dB of PSNR as
 * a table in Markdown; the best of a column in bold. `--most` takes the first N pairs of a kind, `--each` prints every pair as well, `--seconds` adds
 * seconds a photo (on an idle machine). The `heldout` command of `models/training` writes such folders.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { findPairs } from '../src/main/cli/pairs.ts'
import { openStudio } from '../src/main/studio/studio.ts'
import { peerTools } from './peer-tools.ts'

/** The kinds of blur that DeMoE tells apart, by the names in `kinds.tsv`. */
const groups: Readonly<Record<string, string>> = {
  'defocus': 'defocus', 'layered': 'defocus', 'shake': 'shake', 'shake-grid': 'shake', 'shake-frames': 'rolling shake', 'local': 'moving subject',
  'low-light': 'low light',
}
const kindNames = new Set(Object.values(groups))
interface Picture { group: string, blurred: string, reference: string }
type Work = (source: string, target: string) => Promise<unknown>

const { values: options, positionals: folders } = parseArgs({
  options: { most: { type: 'string' }, each: { type: 'boolean' }, seconds: { type: 'boolean' } }, allowPositionals: true,
})
const most = Number(options.most ?? Infinity)
if (folders.length === 0 || !(most >= 1)) {
  console.error('usage: node bench/engines.ts [--most N] [--each] [--seconds] <folder with blur/ and sharp/>...')
  process.exit(2)
}

async function picturesOf(folder: string): Promise<Picture[]> {
  const table = await readFile(join(folder, 'kinds.tsv'), 'utf8').catch(() => '')
  const kinds = new Map(table.split('\n').slice(1).map(line => [line.split('\t')[0]!, line.split('\t')[1]!]))
  const blur = existsSync(join(folder, 'blur')) ? 'blur' : 'blurred'
  const { pairs } = await findPairs(join(folder, blur), join(folder, 'sharp'))
  return pairs.map(pair => ({ group: groups[kinds.get(pair.name) ?? ''] ?? basename(folder), blurred: pair.blurred, reference: pair.sharp }))
}

const scratch = await mkdtemp(join(tmpdir(), 'restill-engines-'))
const studio = await openStudio({ home: join(scratch, 'home') })
try {
  const all = (await Promise.all(folders.map(picturesOf))).flat()
  const named = Object.groupBy(all, ({ group }) => group)
  // Pairs without a kind are shown last.
  const names = Object.keys(named).sort((a, b) => Number(!kindNames.has(a)) - Number(!kindNames.has(b)) || a.localeCompare(b))
  const pictures = names.flatMap(name => kindNames.has(name) ? named[name]!.slice(0, most) : named[name]!)
  const works: [string, Work][] = [
    ...(await studio.develop.engines()).map(({ descriptor }): [string, Work] => [
      `restill, ${descriptor.title}`, (source, target) => studio.restoreOnce(source, target, { engine: descriptor.id, scale: 1, encode: { format: 'png' } }),
    ]),
    ...Object.entries(await peerTools()),
  ]
  const means = works.map(() => new Map<string, number>())
  const seconds: number[] = []
  for (const [index, [title, work]] of works.entries()) {
    const gains = new Map<string, number[]>()
    const begun = performance.now()
    let measuring = 0
    for (const { group, blurred, reference } of pictures) {
      const input = join(scratch, 'input.png')
      const target = join(scratch, 'output.png')
      const before = performance.now()
      await sharp(blurred).png().toFile(input)
      measuring += performance.now() - before
      await work(input, target)
      const after = performance.now()
      const blurry = (await studio.compare(input, reference)).psnr ?? 100
      const gain = ((await studio.compare(target, reference)).psnr ?? 100) - blurry
      if (options.each) console.log(`${title}\t${blurred}\t${blurry.toFixed(2)} dB\t${gain > 0 ? '+' : ''}${gain.toFixed(2)}`)
      gains.set(group, [...gains.get(group) ?? [], gain])
      await rm(target, { force: true })
      measuring += performance.now() - after
    }
    for (const [group, each] of gains) means[index]!.set(group, each.reduce((sum, gain) => sum + gain, 0) / each.length)
    seconds.push((performance.now() - begun - measuring) / 1000 / pictures.length)
  }
  const counts = names.map(name => `${name} (${pictures.filter(({ group }) => group === name).length})`)
  const heads = options.seconds ? [...counts, 'seconds a photo'] : counts
  console.log(`| gain in dB | ${heads.join(' | ')} |\n|---|${'---:|'.repeat(heads.length)}`)
  for (const [index, [title]] of works.entries()) {
    const cells = names.map(name => {
      const value = means[index]!.get(name)!
      const text = `${value > 0 ? '+' : ''}${value.toFixed(2)}`
      return means.every(other => other.get(name)! <= value) ? `**${text}**` : text
    })
    if (options.seconds) cells.push(seconds[index]!.toFixed(2))
    console.log(`| ${title} | ${cells.join(' | ')} |`)
  }
} finally {
  await studio.close()
  await rm(scratch, { recursive: true, force: true })
}
