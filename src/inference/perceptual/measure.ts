/** How natural a picture looks, and how far it looks from its reference. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { PerceptualFigures } from '../../shared/guest.ts'
import { RestillError } from '../../shared/errors.ts'
import type { GraphTensor } from '../engines/engine.ts'
import type { openPhoto } from '../image/open.ts'
import type { Spool } from '../image/spool.ts'
import { cutTile } from '../runtime/layout.ts'
import { usablePack, withPack } from '../runtime/pack-graphs.ts'
import type { SessionCache } from '../runtime/sessions.ts'
import { windowDistance } from './features.ts'
import { type NaturalModel, niqe } from './niqe.ts'

interface PerceptualShop { image: { openPhoto: typeof openPhoto }, sessions: SessionCache }
interface PerceptualInput { file: string, reference: string, packFolders: readonly string[] }

/** Side of what the encoder sees, pixels, and of what its sides are multiples. */
const windowSide = 384
const multipleOf = 32
const modelSchema = z.object({ mean: z.array(z.number()).length(36), covariance: z.array(z.array(z.number()).length(36)).length(36) })
let model: NaturalModel | undefined

/** @throws RestillError what opening either throws; USAGE when the sizes differ */
export async function perceptual({ file, reference, packFolders }: PerceptualInput, shop: PerceptualShop, signal: AbortSignal): Promise<PerceptualFigures> {
  model ??= modelSchema.parse(JSON.parse(await readFile(join(import.meta.dirname, '..', '..', '..', 'resources', 'niqe.json'), 'utf8')))
  const folder = await mkdtemp(join(tmpdir(), 'restill-perceptual-'))
  const opened = []
  try {
    for (const path of [file, reference]) opened.push(await shop.image.openPhoto(path, { folder, signal }))
    const [one, two] = opened.map(({ spool }) => spool) as [Spool, Spool]
    if (one.width !== two.width || one.height !== two.height) {
      throw new RestillError('USAGE', { detail: { reason: `${file} (${one.width} x ${one.height}) and ${reference} (${two.width} x ${two.height}) differ in size` } })
    }
    const [own, ideal] = [await naturalness(one, model), await naturalness(two, model)]
    return { niqe: own, referenceNiqe: ideal, features: await featureDistance(one, two, packFolders, shop.sessions, signal) }
  } finally {
    for (const photo of opened) await photo.dispose()
    await rm(folder, { recursive: true, force: true })
  }
}

function naturalness(spool: Spool, of: NaturalModel): Promise<number | null> {
  const top = spool.depth === 8 ? 1 : 1 / 257
  return niqe(spool.width, spool.height, async (y, count) => {
    const rows = await spool.readRows(y, count)
    const { channels } = spool
    const colour = channels >= 3 ? 1 : 0
    return Float64Array.from({ length: rows.length / channels }, (_, pixel) => {
      const at = pixel * channels
      return top * (0.299 * rows[at]! + 0.587 * rows[at + colour]! + 0.114 * rows[at + 2 * colour]!)
    })
  }, of)
}

/** Mean over windows, weighed by their pixels; null without a pack that can tell. */
async function featureDistance(one: Spool, two: Spool, folders: readonly string[], sessions: SessionCache, signal: AbortSignal): Promise<number | null> {
  const pack = await usablePack('demoe', folders)
  if (pack === null) return null
  return withPack(pack, sessions, async (host) => {
    const encoder = await host.graph('encoder')
    let [sum, pixels] = [0, 0]
    for (let y = 0; y < one.height; y += windowSide) {
      const height = Math.min(windowSide, one.height - y)
      const rows = [await one.readRows(y, height), await two.readRows(y, height)]
      for (let x = 0; x < one.width; x += windowSide) {
        if (signal.aborted) throw new RestillError('CANCELLED')
        const width = Math.min(windowSide, one.width - x)
        const [a, b] = [one, two].map((spool, index) => windowOf({ rows: rows[index]!, width: spool.width, height, channels: spool.channels, depth: spool.depth }, x, width))
        const apart = await windowDistance(encoder, a!, b!)
        if (apart === null) return null
        sum += width * height * apart
        pixels += width * height
      }
    }
    return sum / pixels
  })
}

/** What is missing to a multiple is reflected. */
function windowOf(band: Parameters<typeof cutTile>[0], x: number, span: number): GraphTensor {
  const [width, height] = [span, band.height].map(side => Math.ceil(side / multipleOf) * multipleOf) as [number, number]
  const data = new Float32Array(3 * width * height)
  cutTile(band, x, span, width, height, 'reflect', data)
  return { data, dims: [1, 3, height, width] }
}
