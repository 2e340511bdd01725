/**
 * The shared test kit: runs any engine with any pack on a picture in memory, through the same tile stage that restores photos.
 * `kit.test.ts` puts every pack that is present through it.
 */
import { type Controls } from '../../shared/descriptor.ts'
import type { Notice, ProviderName, ProviderVerdict } from '../../shared/guest.ts'
import type { Pack } from '../packs/read.ts'
import { Stopwatch } from '../runtime/clock.ts'
import { DeviceChain, type Judge } from '../runtime/devices.ts'
import { Lane, ranks } from '../runtime/schedule.ts'
import { SessionCache } from '../runtime/sessions.ts'
import { type CreateSpool, pictureSink } from '../runtime/sinks.ts'
import { runTileStage } from '../runtime/tile-stage.ts'
import { completeControls } from './controls.ts'
import type { PixelSource } from './engine.ts'
import { engineById } from './registry.ts'

export interface KitRun {
  pack: Pack, source: PixelSource, home: string
  create: CreateSpool
  tile?: number | null, strength?: number, controls?: Controls, signal?: AbortSignal, sessions?: SessionCache
  providers?: ProviderName[], judge?: Judge
  onTile?(done: number, total: number): void
}

interface KitResult { picture: PixelSource, tiles: number, guarded: { reason: string }[], side: number, device: ProviderVerdict, notices: Notice[] }

/** Judges every device usable without a test. */
export const trusting: Judge = provider => Promise.resolve({
  provider, device: provider, usable: true, reason: '', error: 0, milliseconds: 1, precision: 'fp32',
})

/** Restores a picture in memory on the CPU. A tile as large as the picture runs it whole. */
export async function restoreInMemory(run: KitRun): Promise<KitResult> {
  const signal = run.signal ?? new AbortController().signal
  const engine = engineById(run.pack.manifest.engine)
  const sessions = run.sessions ?? new SessionCache()
  const place = await new Lane(1).enter(ranks.batch, signal)
  let sink: Awaited<ReturnType<typeof pictureSink>> | undefined
  const result = await runTileStage({
    engine, pack: run.pack, controls: completeControls(engine.descriptor, run.controls ?? {}), source: run.source, sessions,
    devices: new DeviceChain(run.providers ?? ['cpu'], run.judge ?? trusting), home: run.home, tile: run.tile ?? null, place,
    stopwatch: new Stopwatch(['survey', 'infer', 'blend']), signal,
    openSink: async () => sink = await pictureSink(run.source, run.home, [{ strength: run.strength ?? 1, mask: null }], run.create),
    progress: (done, total) => run.onTile?.(done, total),
  })
  const [picture] = await sink!.finish()
  if (run.sessions === undefined) await sessions.clear()
  return { picture: picture!, tiles: result.total, guarded: result.guarded, side: result.side, device: result.device, notices: result.notices }
}
