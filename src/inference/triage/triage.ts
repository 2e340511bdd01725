/** The blur report of one photo, at a bounded cost: one decode, a reduced copy, at most eighteen squares, six windows through each network. */
import { join } from 'node:path'
import { type BlurReport, surelySharp } from '../../shared/blur-report.ts'
import { RestillError } from '../../shared/errors.ts'
import { untilAborted } from '../image/abort.ts'
import type { openPhoto } from '../image/open.ts'
import type { Part, readPart, readReduced } from '../image/parts.ts'
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
  image: { openPhoto: typeof openPhoto, readPart: typeof readPart, readReduced: typeof readReduced, imageHash(file: string): Promise<string> }
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
      return await report(photo.spool, input.packFolders, shop, signal)
    } finally {
      await photo.dispose()
    }
  } finally {
    place.leave()
  }
}

async function report(spool: Spool, packFolders: readonly string[], shop: TriageShop, signal: AbortSignal): Promise<BlurReport> {
  const small = await smallCopy(spool, shop, signal)
  const exposure = exposureOf(small)
  const { textured, flat } = chooseSquares(small, spool)
  const squares = [...textured, ...flat]
  const judged = Math.min(mostWindows, textured.length)
  const spans = squares.map((square, index) => around(spool, square, index < judged ? windowSide : square.side))
  const parts = await untilAborted(signal, Promise.all(spans.map(span => shop.image.readPart(spool, span))))
  const windows = parts.slice(0, judged).map(windowOf)
  const steps = parts.map((part, index) => stepsOf(squareOf(part, squares[index]!), squares[index]!.side))
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
  const reduced = await untilAborted(signal, shop.image.readReduced(spool, 1 / reduction as 0.25))
  return { data: lumaOf(reduced.rows, reduced, 0, reduced.width), width: reduced.width, height: reduced.height }
}

/** The place of so many pixels around a square, moved to lie inside of the photo. */
function around(photo: Spool, { x, y, side }: Square, span: number): Pick<Part, 'x' | 'y' | 'width' | 'height'> {
  const [width, height] = [Math.min(span, photo.width), Math.min(span, photo.height)]
  const inside = (start: number, most: number) => Math.max(0, Math.min(most, start))
  return { x: inside(x + Math.round((side - width) / 2), photo.width - width), y: inside(y + Math.round((side - height) / 2), photo.height - height), width, height }
}

function squareOf(part: Part, { x, y, side }: Square): Float32Array {
  const stride = part.width * part.channels
  return lumaOf(part.rows.subarray((y - part.y) * stride, (y - part.y + side) * stride), part, x - part.x, side)
}

/** What a network sees of a part; smaller photos are padded by reflection. */
function windowOf(part: Part): Window {
  const side = Math.ceil(Math.max(part.width, part.height) / multipleOf) * multipleOf
  const data = new Float32Array(3 * side * side)
  cutTile(part, 0, part.width, side, side, 'reflect', data)
  return { x: part.x, y: part.y, side, data }
}

function classesOf({ pack, edgesDb, classes }: ClassOpinion, windows: readonly Window[]): BlurReport['classes'] {
  return {
    pack, edgesDb, histogram: Array.from({ length: edgesDb.length + 1 }, (_, index) => classes.filter(each => each === index).length),
    windows: classes.map((each, index) => ({ x: windows[index]!.x, y: windows[index]!.y, side: windows[index]!.side, class: each })),
  }
}
