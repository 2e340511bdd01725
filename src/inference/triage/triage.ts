/** The blur report of one photo, at a bounded cost: one decode, a reduced copy, at most eighteen squares, six windows through each network. */
import { join } from 'node:path'
import { type BlurReport, surelySharp } from '../../shared/blur-report.ts'
import { RestillError } from '../../shared/errors.ts'
import type { openPhoto } from '../image/open.ts'
import type { openReduced } from '../image/reduce.ts'
import type { Spool } from '../image/spool.ts'
import { listPacks } from '../packs/find.ts'
import { estimateBlurLength } from '../runtime/blur-length.ts'
import { cutTile } from '../runtime/layout.ts'
import { chooseScale } from '../runtime/scale.ts'
import { type Lane, ranks } from '../runtime/schedule.ts'
import type { SessionCache } from '../runtime/sessions.ts'
import { askClassifier, askRouter, type ClassOpinion, type Window } from './judges.ts'
import { measure } from './measures.ts'
import { judge, triageModel } from './model.ts'
import { chooseSquares, exposureOf, lumaOf, type Luma, reduction, type Square } from './places.ts'
import { type Steps, stepsOf } from './steps.ts'

interface TriageShop {
  image: { openPhoto: typeof openPhoto, openReduced: typeof openReduced, imageHash(file: string): Promise<string> }
  sessions: SessionCache
  /** Two photos under way: one is decoded while the other is judged. */
  photos: Lane
}

/** Side of what the networks see, pixels, and how many at most. */
const windowSide = 160
const mostWindows = 6
/** Of these, how many the classifier sees: its answer is shown and decides nothing. */
const classWindows = 3
const multipleOf = 32

interface TriageInput { source: string, imageHash: string | null, packFolders: readonly string[], home: string }

/** @throws RestillError FILE_*, IMAGE_*, FILE_CHANGED, DISK_FULL, CANCELLED */
export async function triagePhoto(input: TriageInput, shop: TriageShop, signal: AbortSignal): Promise<BlurReport> {
  const place = await shop.photos.enter(ranks.batch, signal)
  try {
    if (input.imageHash !== null && await shop.image.imageHash(input.source) !== input.imageHash) {
      throw new RestillError('FILE_CHANGED', { detail: { file: input.source } })
    }
    const photo = await shop.image.openPhoto(input.source, { folder: join(input.home, 'spool'), signal })
    try {
      return await report(photo.spool, await smallCopy(photo.spool, shop, signal), input.packFolders, shop, signal)
    } finally {
      await photo.dispose()
    }
  } finally {
    place.leave()
  }
}

async function report(spool: Spool, small: Luma, packFolders: readonly string[], shop: TriageShop, signal: AbortSignal): Promise<BlurReport> {
  const exposure = exposureOf(small)
  const { textured, flat } = chooseSquares(small, spool)
  const squares = [...textured, ...flat]
  const steps: Steps[] = []
  const windows: Window[] = []
  for (const [index, square] of squares.entries()) {
    if (signal.aborted) throw new RestillError('CANCELLED')
    const judged = index < Math.min(mostWindows, textured.length)
    const band = await bandAround(spool, square, judged ? windowSide : square.side)
    if (judged) windows.push(windowOf(band, square))
    steps.push(stepsOf(squareOf(band, square), square.side))
  }
  const { measures: seen, sharpness, noise, angle, tiles } = measure(squares, steps, textured.length, exposure)
  const blurLength = await estimateBlurLength(spool, signal)
  const kinds = await askRouter(windows, packFolders, shop.sessions, signal)
  const classes = await askClassifier(windows.slice(0, classWindows), packFolders, shop.sessions, signal)
  const length = { blurLength: blurLength === null ? 0 : Math.log2(1 + blurLength), lengthTold: blurLength === null ? 0 : 1 }
  const measures: Record<string, number> = { ...seen, ...length, ...kinds?.measures }
  const packs = new Map((await listPacks(packFolders)).filter(({ verified }) => verified).map(({ id, version }) => [id, version]))
  const { kind, probability, probabilities, gains } = judge(triageModel(), measures, packs)
  const blurred = 1 - probabilities.sharp
  return {
    kind, probability, probabilities,
    intent: probabilities.sharp >= surelySharp && seen['softShare']! > intentShare ? 'depth-of-field' : null,
    severity: probabilities.sharp >= surelySharp ? 0 : blurred * (1 - sharpness),
    sharpness, blurLength: kind === 'sharp' ? null : blurLength, blurAngle: kind === 'shake' || kind === 'moving' ? angle : null,
    scale: chooseScale('auto', blurLength, spool.width, spool.height).scale, noise, exposure: exposure.mean, gains, classes: classes === null ? null : classesOf(classes, windows), tiles, measures,
  }
}

/** Share of soft blocks from which on a sharp photo has a soft background. */
const intentShare = 0.35

async function smallCopy(spool: Spool, shop: TriageShop, signal: AbortSignal): Promise<Luma> {
  const reduced = await shop.image.openReduced({ spool }, 1 / reduction as 0.25, signal)
  try {
    const rows = await reduced.readRows(0, reduced.height)
    return { data: lumaOf(rows, reduced, 0, reduced.width), width: reduced.width, height: reduced.height }
  } finally {
    await reduced.dispose()
  }
}

/** Rows of the photo around a square, from row `y` on. */
interface Band extends Pick<Spool, 'width' | 'height' | 'channels' | 'depth'> { rows: Uint8Array | Uint16Array, y: number }

/** @param height of the band where the photo is as high, pixels */
async function bandAround(spool: Spool, square: Square, height: number): Promise<Band> {
  const span = Math.min(height, spool.height)
  const y = Math.max(0, Math.min(spool.height - span, square.y + Math.round((square.side - span) / 2)))
  return { rows: await spool.readRows(y, span), y, width: spool.width, height: span, channels: spool.channels, depth: spool.depth }
}

function squareOf(band: Band, { x, y, side }: Square): Float32Array {
  const stride = band.width * band.channels
  return lumaOf(band.rows.subarray((y - band.y) * stride, (y - band.y + side) * stride), band, x, side)
}

/** The window around a square; smaller photos are padded by reflection. */
function windowOf(band: Band, square: Square): Window {
  const span = Math.min(windowSide, band.width)
  const side = Math.ceil(Math.max(span, band.height) / multipleOf) * multipleOf
  const x = Math.max(0, Math.min(band.width - span, square.x + Math.round((square.side - span) / 2)))
  const data = new Float32Array(3 * side * side)
  cutTile(band, x, span, side, side, 'reflect', data)
  return { x, y: band.y, side, data }
}

function classesOf({ pack, edgesDb, classes }: ClassOpinion, windows: readonly Window[]): BlurReport['classes'] {
  return {
    pack, edgesDb, histogram: Array.from({ length: edgesDb.length + 1 }, (_, index) => classes.filter(each => each === index).length),
    windows: classes.map((each, index) => ({ x: windows[index]!.x, y: windows[index]!.y, side: windows[index]!.side, class: each })),
  }
}
