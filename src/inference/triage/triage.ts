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
import { stepsOf } from './steps.ts'

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
  const steps = []
  for (const { x, y, side } of squares) {
    if (signal.aborted) throw new RestillError('CANCELLED')
    steps.push(stepsOf(lumaOf(await spool.readRows(y, side), spool, x, side), side))
  }
  const { measures: seen, sharpness, noise, angle, tiles } = measure(squares, steps, textured.length, exposure)
  const blurLength = await estimateBlurLength(spool, signal)
  const windows = await cutWindows(spool, textured)
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

/** Windows around the most textured squares; smaller photos are padded by reflection. */
async function cutWindows(spool: Spool, squares: readonly Square[]): Promise<Window[]> {
  const span = { x: Math.min(windowSide, spool.width), y: Math.min(windowSide, spool.height) }
  const side = Math.ceil(Math.max(span.x, span.y) / multipleOf) * multipleOf
  const windows: Window[] = []
  for (const square of squares.slice(0, mostWindows)) {
    const x = Math.max(0, Math.min(spool.width - span.x, square.x + Math.round((square.side - span.x) / 2)))
    const y = Math.max(0, Math.min(spool.height - span.y, square.y + Math.round((square.side - span.y) / 2)))
    const data = new Float32Array(3 * side * side)
    const band = { rows: await spool.readRows(y, span.y), width: spool.width, height: span.y, channels: spool.channels, depth: spool.depth }
    cutTile(band, x, span.x, side, side, 'reflect', data)
    windows.push({ x, y, side, data })
  }
  return windows
}

function classesOf({ pack, edgesDb, classes }: ClassOpinion, windows: readonly Window[]): BlurReport['classes'] {
  return {
    pack, edgesDb, histogram: Array.from({ length: edgesDb.length + 1 }, (_, index) => classes.filter(each => each === index).length),
    windows: classes.map((each, index) => ({ x: windows[index]!.x, y: windows[index]!.y, side: windows[index]!.side, class: each })),
  }
}
