/**
 * An engine at work on the tiles of one picture: opened on the device in use, surveyed once for the controls that a survey depends on,
 * opened anew on the next device when one fails. What a whole photo and a live preview do with a tile is theirs; how it runs is here.
 */
import type { Controls, Descriptor } from '../../shared/descriptor.ts'
import type { ProviderVerdict } from '../../shared/guest.ts'
import type { Engine, EngineSession, PixelSource, Survey } from '../engines/engine.ts'
import type { Pack } from '../packs/read.ts'
import type { Stopwatch } from './clock.ts'
import type { DeviceChain } from './devices.ts'
import { openEngine } from './open-engine.ts'
import type { SessionCache } from './sessions.ts'
import { allowSilence } from './silence.ts'

export interface TileWork {
  engine: Engine, pack: Pack
  source: PixelSource
  sessions: SessionCache
  devices: DeviceChain
  tileWidth: number, tileHeight: number
  stopwatch: Stopwatch<'survey'>
}

/** An engine on one device, and what it found out about the photo. */
export interface SurveyedEngine { session: EngineSession, survey: Survey, device: ProviderVerdict }

interface Opened { session: Promise<EngineSession>, surveys: Map<string, Promise<Survey>> }

const firstRunMs = 180_000
const silenceTimes = 5
const silenceExtraMs = 10_000

export class TileWorker {
  /** Seconds spent in the work of `use`. */
  inferSeconds = 0
  /** Runs of ONNX sessions so far. */
  sessionCalls = 0
  readonly #work: TileWork
  readonly #opened = new Map<ProviderVerdict, Opened>()
  #slowestMs = 0

  constructor(work: TileWork) {
    this.#work = work
  }

  /**
   * Runs `work` with the engine on the device in use, again on the next one when the device fails.
   * @throws TileTooLarge when memory ran out; RestillError CANCELLED, PROVIDER_FAILED
   */
  async use<T>(controls: Controls, signal: AbortSignal, work: (engine: SurveyedEngine) => Promise<T>): Promise<T> {
    return this.#work.devices.run(async device => {
      const engine = await this.#open(device, controls, signal)
      allowSilence(this.#slowestMs === 0 ? firstRunMs : this.#slowestMs * silenceTimes + silenceExtraMs)
      const begun = performance.now()
      const value = await work(engine)
      const elapsed = performance.now() - begun
      this.#slowestMs = Math.max(this.#slowestMs, elapsed)
      this.inferSeconds += elapsed / 1000
      return value
    })
  }

  async dispose(): Promise<void> {
    allowSilence(0)
    for (const { session } of this.#opened.values()) await session.then(opened => opened.dispose(), () => undefined)
    this.#opened.clear()
  }

  async #open(device: ProviderVerdict, controls: Controls, signal: AbortSignal): Promise<SurveyedEngine> {
    const { engine, pack, sessions, source, tileWidth, tileHeight, stopwatch } = this.#work
    let opened = this.#opened.get(device)
    if (opened === undefined) {
      const count = () => { this.sessionCalls++ }
      const session = stopwatch.measure('survey', () => openEngine(engine, pack, sessions, device.provider, tileWidth, tileHeight, count))
      opened = { session, surveys: new Map() }
      this.#opened.set(device, opened)
    }
    const session = await opened.session
    const { surveys } = opened
    const key = controlsKey(engine.descriptor, controls, 'survey')
    let survey = surveys.get(key)
    if (survey === undefined) {
      survey = stopwatch.measure('survey', () => session.survey(source, controls, signal))
      surveys.set(key, survey)
      // What was cancelled is asked again.
      survey.catch(() => surveys.delete(key))
    }
    return { session, survey: await survey, device }
  }
}

const depth = { survey: 0, tile: 1, render: 2 } as const

/** Names the values of all controls that `step` depends on: those that invalidate it or a step before it. */
export function controlsKey(descriptor: Descriptor, controls: Controls, step: keyof typeof depth): string {
  return JSON.stringify(descriptor.controls.filter(control => depth[control.invalidates] <= depth[step]).map(({ id }) => [id, controls[id]]))
}
