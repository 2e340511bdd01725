/**
 * How well the trust map finds what is not of the photo: `node bench/trust.ts [--engine ID] [--seed N] [--list] <blurred> <sharp>`. Squares of
 * 48 pixels, of other pictures and then from elsewhere in the same one, are pasted into faithful results: the sharp sides of the pairs, or with `--engine` what an
 * engine makes of the blurred sides. Prints the area under the ROC curve over cells of 16 pixels, where a cell is foreign whose pasted pixels
 * differ from what was there by more than three times the photo's noise; then what faithful results get, and how many of them would be suspect.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { summarise } from '../src/inference/trust/summary.ts'
import { measureTrust, type Trust } from '../src/inference/trust/trust.ts'
import { findPairs } from '../src/main/cli/pairs.ts'
import { openStudio } from '../src/main/studio/studio.ts'
import { randomOf } from './catalog/random.ts'
import { median } from './row.ts'

const { values: options, positionals: [blurredFolder, sharpFolder] } = parseArgs({
  options: { engine: { type: 'string' }, seed: { type: 'string', default: '1' }, list: { type: 'boolean', default: false } }, allowPositionals: true,
})
if (blurredFolder === undefined || sharpFolder === undefined) {
  console.error('usage: node bench/trust.ts [--engine ID] [--seed N] [--list] <folder of blurred photos> <folder of sharp ones>')
  process.exit(2)
}

const patchSide = 48
/** A patch for so many pixels. */
const pixelsAPatch = 160 * 160
const timesNoise = 3
const random = randomOf(Number(options.seed))
const below = (count: number) => Math.floor(random() * count)

/** 8-bit RGB in memory. */
class Picture {
  readonly channels = 3
  readonly depth = 8
  readonly width: number
  readonly height: number
  readonly samples: Uint8Array

  constructor(width: number, height: number, samples: Uint8Array) {
    this.width = width
    this.height = height
    this.samples = samples
  }

  static async open(file: string): Promise<Picture> {
    const { data, info } = await sharp(file).autoOrient().toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true })
    return new Picture(info.width, info.height, data)
  }

  readRows(y: number, count: number): Promise<Uint8Array> {
    return Promise.resolve(this.samples.subarray(3 * y * this.width, 3 * (y + count) * this.width))
  }

  brightness(x: number, y: number): number {
    const at = 3 * (y * this.width + x)
    return (0.25 * this.samples[at]! + 0.5 * this.samples[at + 1]! + 0.25 * this.samples[at + 2]!) / 255
  }
}

/** A copy with patches of `sources` at places of chance; patches of the picture itself come from further away than they could overlap. */
function paste(into: Picture, sources: readonly Picture[]): Picture {
  const samples = Uint8Array.from(into.samples)
  const count = Math.max(1, Math.floor(into.width * into.height / pixelsAPatch))
  for (let done = 0, tries = 0; done < count && tries < 50 * count; tries++) {
    const source = sources[below(sources.length)]!
    const [x, y] = [below(into.width - patchSide + 1), below(into.height - patchSide + 1)]
    const [fromX, fromY] = [below(source.width - patchSide + 1), below(source.height - patchSide + 1)]
    if (source === into && Math.abs(x - fromX) < 64 && Math.abs(y - fromY) < 64) continue
    for (let row = 0; row < patchSide; row++) {
      const from = 3 * ((fromY + row) * source.width + fromX)
      samples.set(source.samples.subarray(from, from + 3 * patchSide), 3 * ((y + row) * into.width + x))
    }
    done++
  }
  return new Picture(into.width, into.height, samples)
}

/** Scores of foreign cells and of the others. */
interface Scores { foreign: number[], own: number[] }

function sort(trust: Trust, before: Picture, after: Picture, scores: Scores): void {
  // Averaging over `reduction` x `reduction` pixels took that much off the noise of each.
  const limit = timesNoise * 2 * trust.noise
  for (const [cell, value] of trust.values.entries()) {
    if (value === null) continue
    const [left, top] = [cell % trust.across * trust.cell, Math.floor(cell / trust.across) * trust.cell]
    let sum = 0
    for (let y = top; y < top + trust.cell; y++) {
      for (let x = left; x < left + trust.cell; x++) sum += (after.brightness(x, y) - before.brightness(x, y)) ** 2
    }
    scores[Math.sqrt(sum) / trust.cell > limit ? 'foreign' : 'own'].push(value)
  }
}

/** Share of (foreign, own) couples in which the foreign one scores higher. */
function areaUnderRoc({ foreign, own }: Scores): number {
  const all = [...foreign.map(value => ({ value, foreign: true })), ...own.map(value => ({ value, foreign: false }))].sort((a, b) => a.value - b.value)
  let ranks = 0
  for (const [index, each] of all.entries()) if (each.foreign) ranks += index + 1
  return (ranks - foreign.length * (foreign.length + 1) / 2) / (foreign.length * own.length)
}

const never = new AbortController().signal
const folder = await mkdtemp(join(tmpdir(), 'restill-trust-'))
const studio = options.engine === undefined ? null : await openStudio({ home: join(folder, 'home') })
try {
  const { pairs } = await findPairs(blurredFolder, sharpFolder)
  const results: { name: string, photo: Picture, result: Picture }[] = []
  for (const pair of pairs) {
    const photo = await Picture.open(pair.blurred)
    let result = pair.sharp
    if (studio !== null) {
      result = join(folder, 'result.png')
      await studio.restoreOnce(pair.blurred, result, { engine: options.engine!, scale: 1, encode: { format: 'png' } })
    }
    results.push({ name: pair.name, photo, result: await Picture.open(result) })
    if (studio !== null) await rm(result)
  }
  const scores = { others: { foreign: [], own: [] } as Scores, same: { foreign: [], own: [] } as Scores }
  const faithful: { name: string, residual: number, trust: number, suspect: boolean }[] = []
  let found = 0
  let pasted = 0
  for (const { name, photo, result } of results) {
    const own = await measureTrust(photo, result, 1, never)
    if (own === null) continue
    const summary = summarise(own, photo)
    if (summary !== null) faithful.push({ name, ...summary.figures, suspect: summary.suspect })
    for (const kind of ['others', 'same'] as const) {
      const changed = paste(result, kind === 'same' ? [result] : results.map(other => other.result).filter(other => other !== result))
      const trust = (await measureTrust(photo, changed, 1, never))!
      sort(trust, result, changed, scores[kind])
      pasted++
      if (summarise(trust, photo)?.suspect === true) found++
    }
  }
  for (const kind of ['others', 'same'] as const) {
    const { foreign, own } = scores[kind]
    const origin = kind === 'same' ? 'from the same picture' : 'from other pictures'
    console.log(`${origin}: area under ROC ${areaUnderRoc(scores[kind]).toFixed(3)} (${foreign.length} foreign cells, ${own.length} others)`)
  }
  const both = { foreign: [...scores.others.foreign, ...scores.same.foreign], own: [...scores.others.own, ...scores.same.own] }
  console.log(`both: area under ROC ${areaUnderRoc(both).toFixed(3)}`)
  if (options.list) {
    for (const { name, residual, trust, suspect } of faithful) {
      console.log(`${name}: residual ${residual.toFixed(2)}, trust ${trust.toFixed(3)}${suspect ? ', suspect' : ''}`)
    }
  }
  const residuals = faithful.map(({ residual }) => residual)
  const lowest = Math.min(...faithful.map(({ trust }) => trust))
  const middle = `residual ${median(residuals).toFixed(2)} on the median of ${faithful.length}, ${Math.max(...residuals).toFixed(2)} at most`
  console.log(`faithful: ${middle}; trust ${lowest.toFixed(3)} at least; ${faithful.filter(({ suspect }) => suspect).length} suspect`)
  console.log(`with patches: ${found} of ${pasted} suspect`)
} finally {
  await studio?.close()
  await rm(folder, { recursive: true, force: true })
}
