/** One photo that is being looked at: its spools, its blur length, and the run of the engine, pack and working scale in use. */
import { freemem } from 'node:os'
import type { Notice, ProviderName, ProviderVerdict, ScaleChoice } from '../../shared/guest.ts'
import type { Engine } from '../engines/engine.ts'
import { openReduced } from '../image/reduce.ts'
import { openSpool, spoolPath, type Spool, type SpoolShape } from '../image/spool.ts'
import type { Pack } from '../packs/read.ts'
import { estimateBlurLength } from '../runtime/blur-length.ts'
import { Stopwatch } from '../runtime/clock.ts'
import { DeviceChain, type Judge } from '../runtime/devices.ts'
import { tileRule } from '../runtime/open-engine.ts'
import { chooseScale } from '../runtime/scale.ts'
import type { SessionCache } from '../runtime/sessions.ts'
import { rememberedTile } from '../runtime/tile-memory.ts'
import { halveTile } from '../runtime/tile-stage.ts'
import { planTiles } from '../runtime/tiles.ts'
import { fullCanvas, reducedCanvas } from './canvas.ts'
import { RasterFile } from './raster-file.ts'
import { LiveRun } from './run.ts'
import { TileStates } from './states.ts'
import { TileStore } from './tile-store.ts'

interface Wanted { engine: Engine, pack: Pack, scale: ScaleChoice, providers: readonly ProviderName[], home: string, signal: AbortSignal }
interface Tools { sessions: SessionCache, judge: (home: string) => Judge }
interface Current {
  key: string, wanted: Wanted
  rule: ReturnType<typeof tileRule>, scale: number, devices: DeviceChain
  run: LiveRun
  dispose(): Promise<void>
}

/** Share of the free memory that states of opened tiles may hold. */
const stateShare = 0.25
/** Bytes that states may take on disk beyond that. */
const spillBytes = 16e9

export class LivePhoto {
  readonly #source: Spool
  readonly #result: RasterFile
  readonly #resultFile: string
  readonly #folder: string
  readonly #tools: Tools
  #blurLength: number | null | undefined
  #current: Current | undefined
  #notices: Notice[] = []
  #told = 0
  #drawings = 0
  #version = 0

  private constructor(source: Spool, resultFile: string, folder: string, tools: Tools) {
    this.#source = source
    this.#resultFile = resultFile
    this.#result = new RasterFile(resultFile, source)
    this.#folder = folder
    this.#tools = tools
  }

  /** @throws RestillError TARGET_READ_ONLY when the result's spool is gone */
  static async open(source: string, result: string, folder: string, tools: Tools): Promise<LivePhoto> {
    const spool = await openSpool(source, true)
    try {
      return new LivePhoto(spool, result, folder, tools)
    } catch (thrown) {
      await spool.dispose()
      throw thrown
    }
  }

  get shape(): SpoolShape {
    return this.#source
  }

  isOf(source: string, result: string): boolean {
    return this.#source.file === source && this.#resultFile === result
  }

  /** The run for what is wanted: the one in use, or a new one in its place. */
  async run(wanted: Wanted): Promise<{ run: LiveRun, scale: number }> {
    const scale = await this.#scale(wanted)
    const key = JSON.stringify([wanted.engine.descriptor.id, wanted.pack.hash, scale, wanted.providers])
    if (this.#current?.key !== key) {
      await this.#drop()
      const devices = new DeviceChain(wanted.providers, this.#tools.judge(wanted.home))
      const asked = await rememberedTile(wanted.home, wanted.pack.hash, (await devices.current()).device)
      this.#current = await this.#begin(key, wanted, scale, devices, asked)
    }
    return { run: this.#current.run, scale }
  }

  /** After a tile that did not fit: the next run has tiles of half the size. @throws RestillError OUT_OF_MEMORY */
  async halve(thrown: unknown): Promise<void> {
    const { key, wanted, rule, scale, devices } = this.#current!
    const { side, notice } = await halveTile({ pack: wanted.pack, devices, home: wanted.home, tile: null }, rule, thrown)
    this.#notices.push(notice)
    await this.#drop()
    this.#current = await this.#begin(key, wanted, scale, devices, side)
  }

  /** Every change of the result has its own, as long as the photo is held. */
  nextVersion(): number {
    return ++this.#version
  }

  /** @param drawings grows when something else drew over the result */
  noteDrawings(drawings: number): void {
    if (drawings !== this.#drawings) this.#current?.run.forgetDrawings()
    this.#drawings = drawings
  }

  device(): Promise<ProviderVerdict> {
    return this.#current!.devices.current()
  }

  /** What has not been told yet. */
  newNotices(): Notice[] {
    const all = [...this.#notices, ...(this.#current?.devices.notices ?? [])]
    const fresh = all.slice(this.#told)
    this.#told = all.length
    return fresh
  }

  async dispose(): Promise<void> {
    await this.#drop()
    this.#result.close()
    await this.#source.dispose()
  }

  async #begin(key: string, wanted: Wanted, scale: number, devices: DeviceChain, asked: number | null): Promise<Current> {
    const { engine, pack } = wanted
    const full = this.#source
    const source = scale === 1 ? full : await openReduced({ spool: full }, scale === 0.5 ? 0.5 : 0.25, wanted.signal)
    const photo = new RasterFile(full.file, full)
    const small = scale === 1 ? null : new RasterFile(source.file, source)
    const rule = tileRule(pack.manifest, Object.keys(pack.manifest.graphs)[0] ?? '', asked)
    const plan = planTiles(source.width, source.height, rule, rule.fixed)
    const canvas = small === null ? fullCanvas(photo, this.#result) : await reducedCanvas(photo, this.#result, small, this.#folder)
    const run = new LiveRun({
      engine, plan, source, canvas, store: await TileStore.create(this.#folder, 3 * plan.tileWidth * plan.tileHeight),
      states: new TileStates({ memory: freemem() * stateShare, disk: spillBytes }, () => spoolPath(this.#folder)),
      work: { pack, source, sessions: this.#tools.sessions, devices, stopwatch: new Stopwatch(['survey']) },
    })
    return {
      key, wanted, rule, scale, devices, run,
      dispose: async () => {
        await run.dispose()
        photo.close()
        small?.close()
        if (source !== full) await source.dispose()
      },
    }
  }

  async #drop(): Promise<void> {
    const current = this.#current
    this.#current = undefined
    this.#told = Math.min(this.#told, this.#notices.length)
    await current?.dispose()
  }

  async #scale({ scale, pack, signal }: Wanted): Promise<number> {
    if (scale !== 'auto') return scale
    if (this.#blurLength === undefined) this.#blurLength = await estimateBlurLength(this.#source, signal)
    const reach = pack.manifest.tables['blurReach']
    const { width, height } = this.#source
    return chooseScale('auto', this.#blurLength, width, height, typeof reach === 'number' ? reach : undefined).scale
  }
}
