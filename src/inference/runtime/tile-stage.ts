/**
 * The tiles of one photo on whatever device works: opens the engine, surveys, runs the tiles, falls to the next device, halves tiles that do not fit.
 */
import type { Controls } from '../../shared/descriptor.ts'
import { RestillError } from '../../shared/errors.ts'
import type { Notice, ProviderVerdict } from '../../shared/guest.ts'
import type { Engine, PixelSource, Tile } from '../engines/engine.ts'
import type { Pack } from '../packs/read.ts'
import { type Stopwatch, TileClock } from './clock.ts'
import { TileTooLarge } from './device-errors.ts'
import type { DeviceChain } from './devices.ts'
import { tileRule } from './open-engine.ts'
import type { Place } from './schedule.ts'
import type { SessionCache } from './sessions.ts'
import { rememberedTile, rememberTile } from './tile-memory.ts'
import type { Figures } from './tile-figures.ts'
import { type FinishedRows, runTiles, type TileOutcome } from './tile-run.ts'
import { TileWorker } from './tile-worker.ts'
import { planTiles, type TilePlan, type TileRule } from './tiles.ts'

/** Where finished rows go. A tile size that did not fit begins anew, so it can be opened more than once. */
export interface RowSink {
  accept(rows: FinishedRows): Promise<void>
  /** Throws away what was accepted. */
  abort(): Promise<void>
}

export interface TileStage {
  engine: Engine, pack: Pack, controls: Controls
  source: PixelSource
  sessions: SessionCache
  devices: DeviceChain
  home: string
  /** Tile side that the user asked for: never changed behind their back. */
  tile: number | null
  place: Place
  stopwatch: Stopwatch<'survey' | 'infer' | 'blend'>
  openSink(): Promise<RowSink>
  progress(done: number, total: number, secondsLeft: number | null, device: string): void
  signal: AbortSignal
}

export interface TileStageResult extends TileOutcome {
  sink: RowSink
  device: ProviderVerdict
  /** What the engine found out about the whole photo. */
  survey: Figures
  total: number, side: number, overlap: number
  plan: TilePlan
  notices: Notice[]
}

/** Smallest tile side worth trying after running out of memory, pixels. */
const smallestSide = 32

/** @throws RestillError CANCELLED, OUT_OF_MEMORY, PROVIDER_FAILED, PROVIDER_UNAVAILABLE */
export async function runTileStage(stage: TileStage): Promise<TileStageResult> {
  const first = await stage.devices.current()
  const remembered = stage.tile === null ? await rememberedTile(stage.home, stage.pack.hash, first.device) : null
  const notices: Notice[] = []
  let asked = stage.tile ?? remembered
  for (;;) {
    const rule = tileRule(stage.pack.manifest, Object.keys(stage.pack.manifest.graphs)[0] ?? '', asked)
    const sink = await stage.openSink()
    try {
      const result = await attempt(stage, rule, sink)
      return { ...result, sink, notices: [...notices, ...stage.devices.notices] }
    } catch (thrown) {
      await sink.abort()
      const halved = await halveTile(stage, rule, thrown)
      notices.push(halved.notice)
      asked = halved.side
    }
  }
}

/**
 * The next smaller tile side after one that did not fit, kept for that pack and device.
 * @throws what was thrown where it was no lack of memory; RestillError OUT_OF_MEMORY where the side cannot be halved
 */
export async function halveTile(
  stage: Pick<TileStage, 'pack' | 'devices' | 'home' | 'tile'>, rule: TileRule & { fixed: boolean }, thrown: unknown,
): Promise<{ side: number, notice: Notice }> {
  if (!(thrown instanceof TileTooLarge)) throw thrown
  const { provider, device } = await stage.devices.current()
  const half = Math.floor(rule.window / 2 / rule.multipleOf) * rule.multipleOf
  if (stage.tile !== null || rule.fixed || half < Math.max(smallestSide, rule.multipleOf)) {
    throw new RestillError('OUT_OF_MEMORY', { detail: { tile: rule.window, provider }, cause: thrown })
  }
  await rememberTile(stage.home, stage.pack.hash, device, half)
  const text = `Tiles of ${rule.window} pixels did not fit into memory; tiles of ${half} pixels were used.`
  return { side: half, notice: { code: 'TILE_HALVED', text } }
}

async function attempt(stage: TileStage, rule: ReturnType<typeof tileRule>, sink: RowSink): Promise<Omit<TileStageResult, 'sink' | 'notices'>> {
  const { source, devices, signal, stopwatch } = stage
  const plan = planTiles(source.width, source.height, rule, rule.fixed)
  const total = plan.columns.length * plan.rows.length
  const clock = new TileClock()
  const { engine, pack, sessions } = stage
  const worker = new TileWorker({ engine, pack, sessions, source, devices, stopwatch, tileWidth: plan.tileWidth, tileHeight: plan.tileHeight })
  let device = await devices.current()
  let surveyed: Figures = {}
  const restore = (tile: Tile) => worker.use(stage.controls, signal, async ({ session, survey, device: on }) => {
    device = on
    surveyed = survey.figures ?? {}
    const state = await session.open(tile, survey, stage.controls, signal)
    try {
      return await session.render(state, stage.controls, signal)
    } finally {
      state.dispose()
    }
  })
  const begun = performance.now()
  const surveySeconds = stopwatch.read('survey')
  let tileBegun = begun
  try {
    const outcome = await runTiles({
      source, plan, padding: stage.pack.manifest.size.padding, restore, signal,
      accept: rows => sink.accept(rows),
      onTile(done) {
        const now = performance.now()
        clock.add((now - tileBegun) / 1000)
        tileBegun = now
        stage.progress(done, total, clock.left(total - done), device.device)
      },
      async pause() {
        await new Promise(setImmediate)
        await stage.place.giveWay(signal)
      },
    })
    stopwatch.add('infer', worker.inferSeconds)
    stopwatch.add('blend', (performance.now() - begun) / 1000 - worker.inferSeconds - (stopwatch.read('survey') - surveySeconds))
    return { ...outcome, survey: surveyed, device, total, side: Math.max(plan.tileWidth, plan.tileHeight), overlap: plan.overlap, plan }
  } finally {
    await worker.dispose()
  }
}
