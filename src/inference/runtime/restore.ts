/**
 * One photo from file to file: open, survey, scale, tiles, guard, blend, rows, encode. Forward only; whatever goes another way than asked is a notice.
 */
import { join } from 'node:path'
import { RestillError } from '../../shared/errors.ts'
import type { RestoreInput, RestoreOutput, RestoreProgress } from '../../shared/guest.ts'
import { completeControls } from '../engines/controls.ts'
import { engineById } from '../engines/registry.ts'
import type { encodeMaster, encodePhoto, previewJpeg } from '../image/encode.ts'
import type { OpenPhoto, openPhoto } from '../image/open.ts'
import type { openReduced } from '../image/reduce.ts'
import type { Spool } from '../image/spool.ts'
import { findPack } from '../packs/find.ts'
import { trustOf } from '../trust/summary.ts'
import { estimateBlurLength } from './blur-length.ts'
import { Stopwatch } from './clock.ts'
import { DeviceChain, type Judge } from './devices.ts'
import { addResidual } from './residual.ts'
import { chooseScale } from './scale.ts'
import { type Lane, type Place, type Rank, ranks } from './schedule.ts'
import type { SessionCache } from './sessions.ts'
import { type CreateSpool, type Look, type PictureSink, pictureSink, plainLook, residualSink } from './sinks.ts'
import { meanFigures, tileMaps } from './tile-figures.ts'
import { runTileStage, type TileStage, type TileStageResult } from './tile-stage.ts'
import type { TilePlan } from './tiles.ts'

/** What a restoration is made with. */
export interface Workshop {
  image: {
    openPhoto: typeof openPhoto, openReduced: typeof openReduced, createSpool: CreateSpool
    encodePhoto: typeof encodePhoto, encodeMaster: typeof encodeMaster, previewJpeg: typeof previewJpeg
    imageHash(file: string): Promise<string>
  }
  sessions: SessionCache
  /** Two photos in flight, tiles of one at a time. */
  photos: Lane, tiles: Lane
  judge(home: string): Judge
}

interface Context { signal: AbortSignal, progress: (progress: RestoreProgress) => void }

const reportEveryMs = 100
const stages = ['waiting', 'decode', 'survey', 'infer', 'blend', 'trust', 'encode'] as const

/** @throws RestillError of files, images, packs, controls and devices; CANCELLED within one tile. Writes nothing but the asked files. */
export async function restorePhoto(input: RestoreInput, shop: Workshop, context: Context, rank: Rank = ranks.batch): Promise<RestoreOutput> {
  const begun = performance.now()
  const { signal } = context
  const stopwatch = new Stopwatch(stages)
  let reportedAt = 0
  const report = (stage: RestoreProgress['stage'], done = 0, total = 0, secondsLeft: number | null = null, device: string | null = null) => {
    const now = performance.now()
    if (stage === 'tiles' && done > 1 && done < total && now - reportedAt < reportEveryMs) return
    reportedAt = now
    context.progress({ stage, tilesDone: done, tilesTotal: total, secondsLeft, device })
  }
  const engine = engineById(input.engine)
  const controls = completeControls(engine.descriptor, input.controls)
  const pack = await findPack(input.pack, input.engine, input.packFolders)
  report('waiting')
  const place = await stopwatch.measure('waiting', () => shop.photos.enter(rank, signal))
  const folder = join(input.home, 'spool')
  const spools: { dispose(): Promise<void> }[] = []
  try {
    report('decode')
    const photo = await stopwatch.measure('decode', async () => {
      if (input.imageHash !== null && await shop.image.imageHash(input.source) !== input.imageHash) {
        throw new RestillError('FILE_CHANGED', { detail: { file: input.source } })
      }
      return shop.image.openPhoto(input.source, { folder, signal })
    })
    spools.push(photo)
    report('survey')
    const blurLength = input.scale === 'auto' ? await stopwatch.measure('survey', () => estimateBlurLength(photo.spool, signal)) : null
    const reach = pack.manifest.tables['blurReach']
    const { width, height } = photo.spool
    const { scale, reason } = chooseScale(input.scale, blurLength, width, height, typeof reach === 'number' ? reach : undefined)
    const look: Look = { strength: input.strength, mask: input.strength === 0 ? null : input.mask }
    const looks = input.master === null || (look.strength === 1 && look.mask === null) ? [look] : [look, plainLook]
    const stage: StageOfPhoto = {
      engine, pack, controls, sessions: shop.sessions, devices: new DeviceChain(input.providers, shop.judge(input.home)), home: input.home,
      tile: input.tile, stopwatch, signal,
      progress: (done, total, left, device) => { report('tiles', done, total, left, device) },
    }
    const result = await restorePixels(stage, photo, scale, looks, { shop, folder, rank })
    spools.push(...result.pictures)
    const trusted = (input.trust || engine.descriptor.generative !== false) && result.total > 0
    const trust = trusted ? await stopwatch.measure('trust', () => trustOf(photo.spool, result.pictures[0]!, scale, signal)) : null
    report('encode', result.total, result.total, null, result.device.device)
    const encoded = await stopwatch.measure('encode', () => encode(input, shop, photo, result.pictures[0]!, result.pictures.at(-1)!, signal))
    const { device, provider, precision } = result.device
    return {
      facts: photo.facts,
      output: encoded.output,
      engine: input.engine, pack: pack.manifest.id, packVersion: pack.manifest.version, packHash: pack.hash,
      controls, strength: input.strength, scale, scaleReason: reason, blurLength, provider, device, precision,
      seconds: {
        waiting: stopwatch.read('waiting'), decode: stopwatch.read('decode'), survey: stopwatch.read('survey'), infer: stopwatch.read('infer'),
        blend: stopwatch.read('blend'), encode: stopwatch.read('encode'), trust: stopwatch.read('trust'), total: (performance.now() - begun) / 1000,
      },
      tiles: { total: result.total, guarded: result.guarded.length, side: result.side, overlap: result.overlap },
      guarded: result.guarded.map(tile => enlarge(tile, scale, width, height)),
      suspect: result.guarded.length > 0 || trust?.suspect === true,
      maps: [...(result.plan === null ? [] : tileMaps(engine.descriptor, result.plan, scale, photo.spool, result.told)), ...(trust?.maps ?? [])],
      figures: { ...meanFigures(result.told, result.survey), ...trust?.figures },
      notices: [...photo.notices, ...result.notices, ...encoded.notices],
      before: encoded.before, after: encoded.after,
    }
  } finally {
    place.leave()
    for (const spool of spools) await spool.dispose()
  }
}

type StageOfPhoto = Omit<TileStage, 'source' | 'openSink' | 'place' | 'stopwatch'> & { stopwatch: Stopwatch<(typeof stages)[number]> }
interface Room { shop: Workshop, folder: string, rank: Rank }
type Pixels = Omit<TileStageResult, 'sink' | 'plan'> & { plan: TilePlan | null, pictures: Spool[] }

/** Tiles at the working scale; the pictures are in the order of the looks. */
async function restorePixels(
  stage: StageOfPhoto, photo: OpenPhoto, scale: 1 | 0.5 | 0.25, looks: readonly Look[], room: Room,
): Promise<Pixels> {
  const { shop, folder, rank } = room
  const { createSpool } = shop.image
  const full = photo.spool
  if (looks.every(({ strength }) => strength === 0)) return unchanged(stage, full, folder, createSpool)
  const source = scale === 1 ? full : await stage.stopwatch.measure('decode', () => shop.image.openReduced(photo, scale, stage.signal))
  let tiles: TileStageResult
  let sink: PictureSink
  let place: Place | undefined
  try {
    place = await stage.stopwatch.measure('waiting', () => shop.tiles.enter(rank, stage.signal))
    let open: PictureSink | undefined
    tiles = await runTileStage({
      ...stage, source, place,
      openSink: async () => open = await (scale === 1 ? pictureSink(full, folder, looks, createSpool) : residualSink(source, folder, createSpool)),
    })
    sink = open!
    if (scale === 1) return { ...tiles, pictures: await sink.finish() }
  } finally {
    place?.leave()
    if (source !== full) await source.dispose()
  }
  const [residual] = await sink.finish()
  const pictures = await pictureSink(full, folder, looks, createSpool)
  try {
    await stage.stopwatch.measure('blend', () => addResidual(full, residual!, pictures, stage.signal))
    return { ...tiles, pictures: await pictures.finish() }
  } catch (thrown) {
    await pictures.abort()
    throw thrown
  } finally {
    await residual?.dispose()
  }
}

/** Strength 0 asks for the photo itself: no tile is run. */
async function unchanged(
  stage: StageOfPhoto, source: Spool, folder: string, create: CreateSpool,
): Promise<Pixels> {
  const { width, height, channels, depth } = source
  const writer = await create(folder, { width, height, channels, depth })
  const strip = 256
  try {
    for (let y = 0; y < height; y += strip) await writer.writeRows(await source.readRows(y, Math.min(strip, height - y)))
    return { pictures: [await writer.finish()], device: await stage.devices.current(), guarded: [], told: [], survey: {}, total: 0, side: 0, overlap: 0, plan: null, notices: stage.devices.notices }
  } catch (thrown) {
    await writer.abort()
    throw thrown
  }
}

async function encode(input: RestoreInput, shop: Workshop, photo: OpenPhoto, picture: Spool, full: Spool, signal: AbortSignal) {
  const { encodePhoto, encodeMaster, previewJpeg } = shop.image
  const { notices, ...output } = await encodePhoto(picture, { path: input.output.path, encode: input.output.encode, source: photo.facts, icc: photo.icc, signal })
  if (input.master !== null) await encodeMaster(full, { path: input.master, icc: photo.icc })
  const edge = input.comparisonEdge
  const preview = async (spool: Spool) => edge === 0 ? null : new Uint8Array(await previewJpeg(spool, photo.icc, edge))
  const before = await preview(photo.spool)
  const after = await preview(picture)
  return { output, notices, before, after }
}

function enlarge(tile: RestoreOutput['guarded'][number], scale: number, width: number, height: number): RestoreOutput['guarded'][number] {
  const x = Math.round(tile.x / scale)
  const y = Math.round(tile.y / scale)
  return { x, y, width: Math.min(width - x, Math.round(tile.width / scale)), height: Math.min(height - y, Math.round(tile.height / scale)), reason: tile.reason }
}

