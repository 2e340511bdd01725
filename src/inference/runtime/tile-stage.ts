/**
 * The tiles of one photo on whatever device works: opens the engine, surveys, runs the tiles, falls to the next device, halves tiles that do not fit.
 */
import type { Controls } from '../../shared/descriptor.ts'
import { RestillError } from '../../shared/errors.ts'
import type { Notice, ProviderVerdict } from '../../shared/guest.ts'
import type { Engine, EngineSession, PixelSource, Survey, Tile } from '../engines/engine.ts'
import type { Pack } from '../packs/read.ts'
import { type Stopwatch, TileClock } from './clock.ts'
import { TileTooLarge } from './device-errors.ts'
import type { DeviceChain } from './devices.ts'
import { openEngine, tileRule } from './open-engine.ts'
import type { Place } from './schedule.ts'
import type { SessionCache } from './sessions.ts'
import { allowSilence } from './silence.ts'
import { rememberedTile, rememberTile } from './tile-memory.ts'
import { type FinishedRows, type GuardedTile, runTiles } from './tile-run.ts'
import { planTiles } from './tiles.ts'

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

export interface TileStageResult { sink: RowSink, device: ProviderVerdict, guarded: GuardedTile[], total: number, side: number, overlap: number, notices: Notice[] }

/** Smallest tile side worth trying after running out of memory, pixels. */
const smallestSide = 32
const firstRunMs = 180_000
const silenceTimes = 5
const silenceExtraMs = 10_000

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
      if (!(thrown instanceof TileTooLarge)) throw thrown
      const { provider, device } = await stage.devices.current()
      const half = Math.floor(rule.window / 2 / rule.multipleOf) * rule.multipleOf
      if (stage.tile !== null || rule.fixed || half < Math.max(smallestSide, rule.multipleOf)) {
        throw new RestillError('OUT_OF_MEMORY', { detail: { tile: rule.window, provider }, cause: thrown })
      }
      notices.push({ code: 'TILE_HALVED', text: `Tiles of ${rule.window} pixels did not fit into memory; tiles of ${half} pixels were used.` })
      await rememberTile(stage.home, stage.pack.hash, device, half)
      asked = half
    }
  }
}

async function attempt(stage: TileStage, rule: ReturnType<typeof tileRule>, sink: RowSink): Promise<Omit<TileStageResult, 'sink' | 'notices'>> {
  const { source, devices, signal, stopwatch } = stage
  const plan = planTiles(source.width, source.height, rule, rule.fixed)
  const total = plan.columns.length * plan.rows.length
  const clock = new TileClock()
  const opened = new Map<ProviderVerdict, Promise<{ session: EngineSession, survey: Survey }>>()
  let device = await devices.current()
  let slowestMs = 0
  let inferSeconds = 0

  const open = (on: ProviderVerdict) => {
    let engine = opened.get(on)
    if (engine === undefined) {
      engine = stopwatch.measure('survey', async () => {
        const session = await openEngine(stage.engine, stage.pack, stage.sessions, on.provider, plan.tileWidth, plan.tileHeight)
        return { session, survey: await session.survey(source, stage.controls, signal) }
      })
      opened.set(on, engine)
    }
    return engine
  }
  const restore = (tile: Tile) => devices.run(async on => {
    device = on
    const { session, survey } = await open(on)
    allowSilence(slowestMs === 0 ? firstRunMs : slowestMs * silenceTimes + silenceExtraMs)
    const begun = performance.now()
    const state = await session.open(tile, survey, stage.controls, signal)
    try {
      const { data } = await session.render(state, stage.controls, signal)
      const elapsed = performance.now() - begun
      slowestMs = Math.max(slowestMs, elapsed)
      inferSeconds += elapsed / 1000
      return data
    } finally {
      state.dispose()
    }
  })
  const begun = performance.now()
  const surveyed = stopwatch.read('survey')
  let tileBegun = begun
  try {
    const guarded = await runTiles({
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
    stopwatch.add('infer', inferSeconds)
    stopwatch.add('blend', (performance.now() - begun) / 1000 - inferSeconds - (stopwatch.read('survey') - surveyed))
    return { device, guarded, total, side: Math.max(plan.tileWidth, plan.tileHeight), overlap: plan.overlap }
  } finally {
    allowSilence(0)
    for (const engine of opened.values()) await engine.then(({ session }) => session.dispose(), () => undefined)
  }
}
