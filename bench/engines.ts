/**
 * Every engine that has a pack, and well-known tools, on the same pairs: `node bench/engines.ts <folder>...`, each with `blur/` or `blurred/`,
 * `sharp/`, and `kinds.tsv` (columns file and kind) where its pairs are of several kinds. Prints mean gains in dB of PSNR and seconds a photo as a
 * table in Markdown; the best of a column in bold. The `heldout` command of `models/training` writes such folders.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import { findPairs } from '../src/main/cli/pairs.ts'
import { openStudio } from '../src/main/studio/studio.ts'
import { peerTools } from './peer-tools.ts'

/** The kinds of blur that DeMoE tells apart, by the names in `kinds.tsv`. */
const groups: Readonly<Record<string, string>> = {
  'defocus': 'defocus', 'layered': 'defocus', 'shake': 'shake', 'shake-grid': 'shake', 'shake-frames': 'rolling shake', 'local': 'moving subject',
  'low-light': 'low light',
}
interface Picture { group: string, blurred: string, reference: string }
type Work = (source: string, target: string) => Promise<unknown>

const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('usage: node bench/engines.ts <folder with blur/ and sharp/>...')
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
  const pictures = (await Promise.all(folders.map(picturesOf))).flat()
  const names = [...new Set(pictures.map(({ group }) => group))].sort()
  const works: [string, Work][] = [
    ...(await studio.develop.engines()).map(({ descriptor }): [string, Work] => [
      `restill, ${descriptor.title}`, (source, target) => studio.restoreOnce(source, target, { engine: descriptor.id, scale: 1, encode: { format: 'png' } }),
    ]),
    ...Object.entries(await peerTools()),
  ]
  const means = works.map(() => new Map<string, number>())
  const seconds: number[] = []
  for (const [index, [, work]] of works.entries()) {
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
      const gain = ((await studio.compare(target, reference)).psnr ?? 100) - ((await studio.compare(input, reference)).psnr ?? 100)
      gains.set(group, [...gains.get(group) ?? [], gain])
      await rm(target, { force: true })
      measuring += performance.now() - after
    }
    for (const [group, each] of gains) means[index]!.set(group, each.reduce((sum, gain) => sum + gain, 0) / each.length)
    seconds.push((performance.now() - begun - measuring) / 1000 / pictures.length)
  }
  const counts = names.map(name => `${name} (${pictures.filter(({ group }) => group === name).length})`)
  console.log(`| gain in dB | ${counts.join(' | ')} | seconds a photo |\n|---|${'---:|'.repeat(names.length + 1)}`)
  for (const [index, [title]] of works.entries()) {
    const cells = names.map(name => {
      const value = means[index]!.get(name)!
      const text = `${value > 0 ? '+' : ''}${value.toFixed(2)}`
      return means.every(other => other.get(name)! <= value) ? `**${text}**` : text
    })
    console.log(`| ${title} | ${cells.join(' | ')} | ${seconds[index]!.toFixed(2)} |`)
  }
} finally {
  await studio.close()
  await rm(scratch, { recursive: true, force: true })
}
