/** The floor that a restoration is measured against: the same session, the same tile shape, nothing else. */
import { RestillError } from '../../shared/errors.ts'
import { completeControls } from '../engines/controls.ts'
import type { PixelSource } from '../engines/engine.ts'
import { engineById } from '../engines/registry.ts'
import { findPack } from '../packs/find.ts'
import { openEngine } from './open-engine.ts'
import type { SessionCache } from './sessions.ts'
import { DeviceChain, judgeFor } from './devices.ts'

interface BareTiles { engine: string, pack: string, packFolders: string[], side: number, count: number, home: string }

/** Seconds of `count` runs after one that warms up. @throws RestillError as a restoration does */
export async function bareTiles(input: BareTiles, cache: SessionCache, signal: AbortSignal): Promise<{ seconds: number }> {
  const { side } = input
  const pack = await findPack(input.pack, input.engine, input.packFolders)
  const { provider } = await new DeviceChain([], judgeFor(input.home)).current()
  const engine = engineById(input.engine)
  const controls = completeControls(engine.descriptor, {})
  const session = await openEngine(engine, pack, cache, provider, side, side)
  try {
    const data = Float32Array.from({ length: 3 * side * side }, (_, at) => 0.5 + 0.4 * Math.sin(at / 29))
    const tile = { x: 0, y: 0, width: side, height: side, data }
    const survey = await session.survey(wave(side), controls, signal)
    let seconds = 0
    for (let turn = 0; turn <= input.count; turn++) {
      await new Promise(setImmediate)
      if (signal.aborted) throw new RestillError('CANCELLED')
      const begun = performance.now()
      const state = await session.open(tile, survey, controls, signal)
      await session.render(state, controls, signal)
      state.dispose()
      if (turn > 0) seconds += (performance.now() - begun) / 1000
    }
    return { seconds }
  } finally {
    await session.dispose()
  }
}

/** The tile's picture for engines that look at the whole photo first. */
function wave(side: number): PixelSource {
  const row = Uint8Array.from({ length: side }, (_, at) => 128 + 100 * Math.sin(at / 29))
  return { width: side, height: side, channels: 1, depth: 8, readRows: (_, count) => Promise.resolve(Uint8Array.from({ length: side * count }, (__, at) => row[at % side]!)) }
}
